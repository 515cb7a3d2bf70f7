package io.waypost.management.api;

/**
 * A connection as other objects refer to it.
 *
 * @param name {@code peer:port -> local:port}
 * @param peerHost the client's address
 * @param peerPort the client's port
 */
public record ConnectionDetails(String name, String peerHost, int peerPort) {}
