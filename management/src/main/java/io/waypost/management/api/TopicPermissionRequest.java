package io.waypost.management.api;

import org.jspecify.annotations.Nullable;

/**
 * Topic permissions to set; all three are required.
 *
 * @param exchange the exchange
 * @param write keys to publish with
 * @param read keys to bind with
 */
public record TopicPermissionRequest(
    @Nullable String exchange,
    @Nullable String write,
    @Nullable String read) {}
