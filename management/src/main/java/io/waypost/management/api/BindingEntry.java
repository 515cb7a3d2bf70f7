package io.waypost.management.api;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A binding.
 *
 * @param source the exchange; empty for the default exchange
 * @param vhost the virtual host
 * @param destination a queue or an exchange
 * @param destinationType {@code queue} or {@code exchange}
 * @param routingKey the key or pattern
 * @param arguments what headers exchanges match by
 * @param propertiesKey names it among those between the same two
 */
public record BindingEntry(
    String source,
    String vhost,
    String destination,
    String destinationType,
    String routingKey,
    Map<String, @Nullable Object> arguments,
    String propertiesKey) {}
