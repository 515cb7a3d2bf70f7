package io.waypost.broker;

/**
 * A queue at one moment.
 *
 * @param name its name
 * @param messages how many are ready
 * @param consumers how many are attached
 */
public record QueueStatus(String name, int messages, int consumers) {}
