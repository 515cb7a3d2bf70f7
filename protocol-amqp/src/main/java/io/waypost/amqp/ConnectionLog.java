package io.waypost.amqp;

import io.netty.channel.Channel;
import io.waypost.amqp.codec.ProtocolError;
import io.waypost.broker.Session;
import io.waypost.transport.ClientAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * What one connection writes to the log. Each line carries in its context the connection, by the name that operators
 * see in lists, and where they are concerned the channel and the consumer.
 */
final class ConnectionLog {
  private static final Logger log = LoggerFactory.getLogger(AmqpConnection.class);

  private final Channel socket;

  ConnectionLog(Channel socket) {
    this.socket = socket;
  }

  void opened(Session session) {
    about(
        0,
        "",
        () -> log.info(
            "{} connected as user '{}' to vhost '{}'",
            ClientAddress.of(socket),
            session.identity().user(),
            session.virtualHost()));
  }

  void closed() {
    about(0, "", () -> log.info("{} disconnected", ClientAddress.of(socket)));
  }

  void loginRefused(String mechanism, String why) {
    about(
        0,
        "",
        () -> log.info(
            "{} was refused its login by {}: {}", ClientAddress.of(socket), mechanism, why));
  }

  void missedHeartbeats() {
    about(
        0, "", () -> log.info("{} missed its heartbeats and is dropped", ClientAddress.of(socket)));
  }

  void socketFailed(Throwable cause) {
    about(0, "", () -> log.debug("{}: {}", ClientAddress.of(socket), cause.getMessage()));
  }

  void channelOpened(int channel) {
    detail(channel, "", () -> log.debug("channel {} is open", channel));
  }

  void channelClosed(int channel) {
    detail(channel, "", () -> log.debug("channel {} is closed", channel));
  }

  void consumerStarted(int channel, String tag, String queue) {
    detail(channel, tag, () -> log.debug("consumer '{}' takes from queue '{}'", tag, queue));
  }

  void consumerCancelled(int channel, String tag, String byWhom) {
    detail(channel, tag, () -> log.debug("consumer '{}' is cancelled by {}", tag, byWhom));
  }

  /** An error of the client, on a channel or (0) the connection. */
  void failed(int channel, ProtocolError error) {
    detail(
        channel,
        "",
        () -> log.debug(
            "{} channel {}: {} {}",
            ClientAddress.of(socket),
            channel,
            error.code().value(),
            error.text()));
  }

  /**
   * Does something whose log lines, whoever writes them, are about this connection.
   *
   * @param channel the channel that they are about too, 0 if none
   * @param consumer the tag of the consumer, empty if none
   */
  void about(int channel, String consumer, Runnable work) {
    Map<String, String> before = MDC.getCopyOfContextMap();
    MDC.put("connection", name());
    if (channel != 0) {
      MDC.put("channel", Integer.toString(channel));
    }
    if (!consumer.isEmpty()) {
      MDC.put("consumer", consumer);
    }
    try {
      work.run();
    } finally {
      if (before == null) {
        MDC.clear();
      } else {
        MDC.setContextMap(before);
      }
    }
  }

  private void detail(int channel, String consumer, Runnable line) {
    if (log.isDebugEnabled()) {
      about(channel, consumer, line);
    }
  }

  private String name() {
    return ClientAddress.of(socket) instanceof InetSocketAddress
        ? Peer.of(socket).name()
        : String.valueOf(ClientAddress.of(socket));
  }
}
