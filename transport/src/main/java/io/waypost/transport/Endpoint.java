package io.waypost.transport;

import io.netty.channel.Channel;
import io.waypost.broker.Broker;

/**
 * A protocol together with what its connections need.
 *
 * @param protocol the adapter
 * @param broker what it talks to
 * @param settings its section of the configuration
 */
public record Endpoint(Protocol protocol, Broker broker, ProtocolSettings settings) {
  /** Has the protocol take over a connection; on the channel's loop. */
  public void open(Channel channel) {
    protocol.open(channel, NettyLoop.of(channel), broker, settings);
  }
}
