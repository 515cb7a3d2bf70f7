package io.waypost.mqtt;

import io.netty.channel.Channel;
import io.waypost.broker.Session;
import io.waypost.mqtt.codec.MalformedPacket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** What one connection writes to the log; each line carries the connection. */
final class ConnectionLog {
  private static final Logger log = LoggerFactory.getLogger(MqttConnection.class);

  private final Channel socket;

  ConnectionLog(Channel socket) {
    this.socket = socket;
  }

  void opened(Session session, String clientId) {
    about(() -> log.info(
        "{} connected as client '{}' of user '{}' to vhost '{}'",
        socket.remoteAddress(),
        clientId,
        session.identity().user(),
        session.virtualHost()));
  }

  void closed(String clientId) {
    about(() -> log.info("{}, client '{}', disconnected", socket.remoteAddress(), clientId));
  }

  void loginRefused(String why) {
    about(() -> log.info("{} was refused its login: {}", socket.remoteAddress(), why));
  }

  void silent(String clientId) {
    about(() -> log.info(
        "{}, client '{}', was not heard for too long and is dropped",
        socket.remoteAddress(),
        clientId));
  }

  void malformed(MalformedPacket packet) {
    about(() -> log.debug(
        "{} sent a malformed packet ({}): {}",
        socket.remoteAddress(),
        packet.type(),
        packet.detail()));
  }

  void failed(MqttRefusal why) {
    about(() -> log.debug("{}: {} {}", socket.remoteAddress(), why.reason(), why.detail()));
  }

  void refused(String topic, MqttRefusal why) {
    about(() -> log.debug(
        "{} may not publish to '{}': {} {}",
        socket.remoteAddress(),
        topic,
        why.reason(),
        why.detail()));
  }

  void socketFailed(Throwable cause) {
    about(() -> log.debug("{}: {}", socket.remoteAddress(), cause.getMessage()));
  }

  private void about(Runnable line) {
    MDC.put("connection", String.valueOf(socket.remoteAddress()));
    line.run();
    MDC.remove("connection");
  }
}
