package io.waypost.architecture.wrong.loop;

import io.waypost.architecture.wrong.message.SeesLoop;

/** The other half of the cycle. */
public record SeesMessage(SeesLoop message) {}
