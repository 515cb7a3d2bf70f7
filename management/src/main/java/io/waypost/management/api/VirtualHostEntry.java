package io.waypost.management.api;

import java.util.List;

/**
 * A virtual host.
 *
 * @param name its name
 * @param description for people
 * @param tags always none
 * @param defaultQueueType always {@code classic}
 * @param tracing always false
 * @param messages messages in its queues
 * @param messagesReady those ready
 * @param messagesUnacknowledged those delivered and not settled
 */
public record VirtualHostEntry(
    String name,
    String description,
    List<String> tags,
    String defaultQueueType,
    boolean tracing,
    long messages,
    long messagesReady,
    long messagesUnacknowledged) {}
