package io.waypost.architecture.wrong.distribution;

import java.lang.reflect.Method;

/** The one room that may. */
record Reflects(Method method) {}
