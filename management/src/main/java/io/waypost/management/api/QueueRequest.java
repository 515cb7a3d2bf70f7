package io.waypost.management.api;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A queue to declare.
 *
 * @param durable whether it survives a restart; absent is yes
 * @param autoDelete whether it goes with its last consumer; absent is no
 * @param exclusive only no, or absent: the request's session ends with the request
 * @param arguments its features ({@code x-...}); absent is none
 */
public record QueueRequest(
    @Nullable Boolean durable,
    @Nullable Boolean autoDelete,
    @Nullable Boolean exclusive,
    @Nullable Map<String, @Nullable Object> arguments) {}
