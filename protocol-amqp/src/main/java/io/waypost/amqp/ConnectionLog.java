package io.waypost.amqp;

import io.netty.channel.Channel;
import io.waypost.amqp.codec.ProtocolError;
import io.waypost.broker.Session;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** What one connection writes to the log: each line carries the connection and, where there is one, the channel. */
final class ConnectionLog {
  private static final Logger log = LoggerFactory.getLogger(AmqpConnection.class);

  private final Channel socket;

  ConnectionLog(Channel socket) {
    this.socket = socket;
  }

  void opened(Session session) {
    about(
        0,
        () -> log.info(
            "{} connected as user '{}' to vhost '{}'",
            socket.remoteAddress(),
            session.identity().user(),
            session.virtualHost()));
  }

  void closed() {
    about(0, () -> log.info("{} disconnected", socket.remoteAddress()));
  }

  void loginRefused(String mechanism, String why) {
    about(
        0,
        () ->
            log.info("{} was refused its login by {}: {}", socket.remoteAddress(), mechanism, why));
  }

  void missedHeartbeats() {
    about(0, () -> log.info("{} missed its heartbeats and is dropped", socket.remoteAddress()));
  }

  void socketFailed(Throwable cause) {
    about(0, () -> log.debug("{}: {}", socket.remoteAddress(), cause.getMessage()));
  }

  /** An error of the client, on a channel or (0) the connection. */
  void failed(int channel, ProtocolError error) {
    about(
        channel,
        () -> log.debug(
            "{} channel {}: {} {}",
            socket.remoteAddress(),
            channel,
            error.code().value(),
            error.text()));
  }

  private void about(int channel, Runnable line) {
    MDC.put("connection", String.valueOf(socket.remoteAddress()));
    if (channel != 0) {
      MDC.put("channel", Integer.toString(channel));
    }
    line.run();
    MDC.remove("channel");
    MDC.remove("connection");
  }
}
