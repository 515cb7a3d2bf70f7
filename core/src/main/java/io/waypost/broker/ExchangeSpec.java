package io.waypost.broker;

import io.waypost.message.Headers;

/**
 * An exchange to declare.
 *
 * @param name its name
 * @param type {@code direct}, {@code fanout}, {@code topic}, {@code headers} or {@code x-delayed-message}
 * @param durable whether it survives a restart
 * @param autoDelete whether it goes when its last binding as a source has gone
 * @param internal whether clients may not publish to it
 * @param arguments {@code alternate-exchange}, {@code x-delayed-type}
 */
public record ExchangeSpec(
    String name,
    String type,
    boolean durable,
    boolean autoDelete,
    boolean internal,
    Headers arguments) {}
