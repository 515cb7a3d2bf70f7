package io.waypost.management.api;

import org.jspecify.annotations.Nullable;

/**
 * A message to publish.
 *
 * @param properties what is said about it; absent is nothing
 * @param routingKey its key; required
 * @param payload its body, as the encoding says; required
 * @param payloadEncoding {@code string} (UTF-8, also when absent) or {@code base64}
 */
public record PublishRequest(
    @Nullable MessageProperties properties,
    @Nullable String routingKey,
    @Nullable String payload,
    @Nullable String payloadEncoding) {}
