package io.waypost.management.api;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A binding to make.
 *
 * @param routingKey the key or pattern; absent is empty
 * @param arguments what headers exchanges match by; absent is none
 */
public record BindingRequest(
    @Nullable String routingKey, @Nullable Map<String, @Nullable Object> arguments) {}
