package io.waypost.management.api;

/**
 * Which routing keys of a topic exchange a user may use: regular expressions.
 *
 * @param user who
 * @param vhost where
 * @param exchange the exchange
 * @param write keys to publish with
 * @param read keys to bind with
 */
public record TopicPermissionEntry(
    String user, String vhost, String exchange, String write, String read) {}
