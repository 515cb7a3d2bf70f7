package io.waypost.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.waypost.broker.Broker;
import io.waypost.loop.Loop;
import java.util.List;

/**
 * The plug of a protocol adapter. Found by {@link java.util.ServiceLoader}, so it has a public constructor without
 * parameters; it holds no state.
 */
public interface Protocol {
  /** The name of its listener and of its section in the configuration; lower case, unique. */
  String name();

  /** The port that clients expect it on. */
  int defaultPort();

  /** The WebSocket subprotocols that carry it; empty when it is not offered over WebSocket. */
  default List<String> webSocketSubprotocols() {
    return List.of();
  }

  /** Whether a WebSocket may carry it in text messages, too; otherwise in binary ones only. */
  default boolean textOverWebSocket() {
    return false;
  }

  /** What can be configured in its section; read by {@link ProtocolSettings#get}. */
  default List<Setting<?>> settings() {
    return List.of();
  }

  /**
   * What each of its listeners may have of its own, given to {@link #open} in the settings; empty texts where nothing is
   * configured.
   */
  default List<Setting<?>> listenerSettings() {
    return List.of();
  }

  /**
   * Judges the first bytes of a connection on a shared port.
   *
   * @param firstBytes at least one byte; to be read by absolute index, neither moved, changed nor kept
   */
  Sniff sniff(ByteBuf firstBytes);

  /**
   * The broker has started, and nobody has connected yet: time for what an adapter does without connections. Any thread.
   *
   * @param loop where that may live
   * @param settings its section of the configuration
   */
  default void start(Broker broker, Loop loop, ProtocolSettings settings) {}

  /**
   * Takes over a connection: adds its handlers to the channel's pipeline. They see {@code channelActive} after this and
   * every byte from the first. Called on the loop. Connections that it opened must close when their session tells them
   * to ({@link io.waypost.broker.SessionListener#closed}).
   *
   * @param channel a stream of bytes, not yet active
   * @param loop what runs the channel: everything that belongs to the connection belongs to it
   * @param settings its section of the configuration, and its {@link #listenerSettings}; one object for each listener
   */
  void open(Channel channel, Loop loop, Broker broker, ProtocolSettings settings);
}
