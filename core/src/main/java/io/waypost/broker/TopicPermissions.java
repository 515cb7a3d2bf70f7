package io.waypost.broker;

/**
 * Which routing keys of a topic exchange a user may use: regular expressions in which {@code {username}},
 * {@code {vhost}} and {@code {client_id}} stand for the session's. A user without an entry for an exchange may use all.
 *
 * @param exchange the topic exchange
 * @param write keys to publish with
 * @param read keys to bind with
 */
public record TopicPermissions(String exchange, String write, String read) {}
