package io.waypost.broker;

import java.util.List;

/** What a session tells its connection. Every call but {@link #channels()} comes on the session's loop. */
public interface SessionListener {
  /**
   * The broker is short of something; the session publishes nothing more until {@link #unblocked()}: stop reading the
   * socket if this connection publishes, and tell the client where the protocol can.
   *
   * @param reason for people, such as {@code low on memory}
   */
  void blocked(String reason);

  /** The shortage is over. */
  void unblocked();

  /**
   * Short-term flow control: the queues are behind this publisher. Stop reading its socket on false, go on at true. The
   * client is not told.
   */
  void mayPublish(boolean may);

  /** The broker ends the session: tell the client why, in the protocol's terms, and close the connection. */
  void closed(BrokerException why);

  /** The channels of this connection, for operators. Called from any thread; a snapshot that may be a moment old. */
  default List<ChannelInfo> channels() {
    return List.of();
  }
}
