package io.waypost.management.api;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An exchange to declare.
 *
 * @param type how it routes; absent is {@code direct}
 * @param durable whether it survives a restart; absent is yes
 * @param autoDelete whether it goes with its last binding; absent is no
 * @param internal whether clients may not publish to it; absent is no
 * @param arguments {@code alternate-exchange} and such; absent is none
 */
public record ExchangeRequest(
    @Nullable String type,
    @Nullable Boolean durable,
    @Nullable Boolean autoDelete,
    @Nullable Boolean internal,
    @Nullable Map<String, @Nullable Object> arguments) {}
