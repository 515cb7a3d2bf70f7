package io.waypost.transport;

/**
 * How a listener accepts.
 *
 * @param name what it is called in the configuration, the log and errors
 * @param host the address or host name to bind; {@code 0.0.0.0} or {@code ::} for all
 * @param port the port, 0 for any that is free
 * @param backlog how many connections may wait to be accepted
 * @param writeHighWatermark bytes of output waiting for a connection's socket at which the connection counts as not
 *     writable, until half of them are left
 */
public record ListenerSettings(
    String name, String host, int port, int backlog, int writeHighWatermark) {}
