package io.waypost.stomp;

import io.netty.channel.Channel;
import io.waypost.broker.Session;
import io.waypost.stomp.codec.StompVersion;
import io.waypost.transport.ClientAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** What one connection writes to the log: each line carries the connection. */
final class ConnectionLog {
  private static final Logger log = LoggerFactory.getLogger(StompConnection.class);

  private final Channel socket;

  ConnectionLog(Channel socket) {
    this.socket = socket;
  }

  void opened(Session session, StompVersion version) {
    about(() -> log.info(
        "{} connected as user '{}' to vhost '{}' by STOMP {}",
        ClientAddress.of(socket),
        session.identity().user(),
        session.virtualHost(),
        version.text()));
  }

  void closed() {
    about(() -> log.info("{} disconnected", ClientAddress.of(socket)));
  }

  void loginRefused(String why) {
    about(() -> log.info("{} was refused its login: {}", ClientAddress.of(socket), why));
  }

  void silent() {
    about(() -> log.info("{} missed its heart-beats and is dropped", ClientAddress.of(socket)));
  }

  void socketFailed(Throwable cause) {
    about(() -> log.debug("{}: {}", ClientAddress.of(socket), cause.getMessage()));
  }

  /** An error of the client. */
  void failed(StompErrors error) {
    about(() -> log.debug("{}: {}: {}", ClientAddress.of(socket), error.title(), error.detail()));
  }

  private void about(Runnable line) {
    MDC.put("connection", String.valueOf(ClientAddress.of(socket)));
    line.run();
    MDC.remove("connection");
  }
}
