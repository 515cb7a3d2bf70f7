package io.waypost.architecture.wrong.message;

import io.waypost.architecture.wrong.loop.SeesMessage;

/** A wrong arrow, and half of a cycle. */
public record SeesLoop(SeesMessage loop) {}
