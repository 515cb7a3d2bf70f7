package io.waypost.management.api;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An exchange.
 *
 * @param name its name; empty for the default exchange
 * @param vhost its virtual host
 * @param type how it routes
 * @param durable whether it survives a restart
 * @param autoDelete whether it goes with its last binding
 * @param internal whether clients may not publish to it
 * @param arguments as declared
 * @param policy the policy that applies
 */
public record ExchangeEntry(
    String name,
    String vhost,
    String type,
    boolean durable,
    boolean autoDelete,
    boolean internal,
    Map<String, @Nullable Object> arguments,
    @Nullable String policy) {}
