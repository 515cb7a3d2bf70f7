package io.waypost.management.api;

import org.jspecify.annotations.Nullable;

/**
 * The outcome of a health check.
 *
 * @param status {@code ok} or {@code failed}
 * @param reason why it failed
 */
public record HealthReply(String status, @Nullable String reason) {}
