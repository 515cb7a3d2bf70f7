package io.waypost.architecture.wrong.mqtt;

/** Breaks no rule. */
public record Innocent() {}
