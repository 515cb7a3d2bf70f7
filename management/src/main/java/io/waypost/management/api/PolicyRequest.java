package io.waypost.management.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A policy to create or replace.
 *
 * @param pattern regular expression over names; required
 * @param applyTo {@code queues}, {@code classic_queues}, {@code exchanges} or {@code all}; absent is {@code all}
 * @param definition what it sets; required
 * @param priority of several that match, the highest applies; absent is 0
 */
public record PolicyRequest(
    @Nullable String pattern,
    @JsonProperty("apply-to") @Nullable String applyTo,
    @Nullable Map<String, @Nullable Object> definition,
    @Nullable Integer priority) {}
