package io.waypost.broker;

import org.jspecify.annotations.Nullable;

/**
 * A message that somebody might publish.
 *
 * @param protocol the publisher's protocol, by its adapter's name
 * @param clientId the publisher's client id; empty when it gives none
 * @param user the publisher's user
 * @param topic the topic, or null when exchange and key are given
 * @param exchange the exchange; with a topic null for the one that topics are at
 * @param key the routing key, unless there is a topic
 */
public record RouteQuestion(
    String protocol,
    String clientId,
    String user,
    @Nullable String topic,
    @Nullable String exchange,
    String key) {}
