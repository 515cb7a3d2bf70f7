package io.waypost.architecture.wrong.engine;

import java.lang.reflect.Method;

/** Reflection in core. */
record Reflects(Method method) {}
