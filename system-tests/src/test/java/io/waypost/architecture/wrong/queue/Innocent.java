package io.waypost.architecture.wrong.queue;

/** Breaks no rule. */
public record Innocent() {}
