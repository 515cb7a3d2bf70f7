package io.waypost.management.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A policy.
 *
 * @param vhost where
 * @param name its name
 * @param pattern regular expression over names
 * @param applyTo {@code queues}, {@code exchanges} or {@code all}
 * @param definition what it sets
 * @param priority of several that match, the highest applies
 */
public record PolicyEntry(
    String vhost,
    String name,
    String pattern,
    @JsonProperty("apply-to") String applyTo,
    Map<String, @Nullable Object> definition,
    int priority) {}
