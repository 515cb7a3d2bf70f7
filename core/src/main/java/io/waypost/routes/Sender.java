package io.waypost.routes;

/**
 * Who publishes, as rules see it.
 *
 * @param protocol the adapter's name
 * @param clientId the client's id or the name that it gave its connection; empty when none
 * @param user the authenticated user
 */
public record Sender(String protocol, String clientId, String user) {}
