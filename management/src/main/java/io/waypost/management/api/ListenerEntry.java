package io.waypost.management.api;

/**
 * An open port.
 *
 * @param node whose
 * @param protocol who is served there, such as {@code amqp}
 * @param ipAddress the address
 * @param port the port
 */
public record ListenerEntry(String node, String protocol, String ipAddress, int port) {}
