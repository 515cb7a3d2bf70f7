package io.waypost.mqtt;

import io.netty.channel.Channel;
import io.waypost.broker.Session;
import io.waypost.mqtt.codec.MalformedPacket;
import io.waypost.transport.ClientAddress;
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
        ClientAddress.of(socket),
        clientId,
        session.identity().user(),
        session.virtualHost()));
  }

  void closed(String clientId) {
    about(() -> log.info("{}, client '{}', disconnected", ClientAddress.of(socket), clientId));
  }

  void loginRefused(String why) {
    about(() -> log.info("{} was refused its login: {}", ClientAddress.of(socket), why));
  }

  void silent(String clientId) {
    about(() -> log.info(
        "{}, client '{}', was not heard for too long and is dropped",
        ClientAddress.of(socket),
        clientId));
  }

  void malformed(MalformedPacket packet) {
    about(() -> log.debug(
        "{} sent a malformed packet ({}): {}",
        ClientAddress.of(socket),
        packet.type(),
        packet.detail()));
  }

  void failed(MqttRefusal why) {
    about(() -> log.debug("{}: {} {}", ClientAddress.of(socket), why.reason(), why.detail()));
  }

  void refused(String topic, MqttRefusal why) {
    about(() -> log.debug(
        "{} may not publish to '{}': {} {}",
        ClientAddress.of(socket),
        topic,
        why.reason(),
        why.detail()));
  }

  void socketFailed(Throwable cause) {
    about(() -> log.debug("{}: {}", ClientAddress.of(socket), cause.getMessage()));
  }

  private void about(Runnable line) {
    MDC.put("connection", String.valueOf(ClientAddress.of(socket)));
    line.run();
    MDC.remove("connection");
  }
}
