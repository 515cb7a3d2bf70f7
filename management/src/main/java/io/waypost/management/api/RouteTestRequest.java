package io.waypost.management.api;

import org.jspecify.annotations.Nullable;

/**
 * A message of which it is asked where it would go.
 *
 * @param protocol the publisher's protocol; absent is {@code mqtt} with a topic, else {@code amqp}
 * @param client the publisher's client id; absent is none
 * @param user the publisher's user; absent is whoever asks
 * @param topic the topic; either it or a key is needed
 * @param exchange the exchange; absent is the one of topics, or with a key the default exchange
 * @param key the routing key
 */
public record RouteTestRequest(
    @Nullable String protocol,
    @Nullable String client,
    @Nullable String user,
    @Nullable String topic,
    @Nullable String exchange,
    @Nullable String key) {}
