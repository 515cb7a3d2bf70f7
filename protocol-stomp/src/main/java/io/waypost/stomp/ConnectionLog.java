package io.waypost.stomp;

import io.netty.channel.Channel;
import io.waypost.broker.Session;
import io.waypost.stomp.codec.StompVersion;
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
        socket.remoteAddress(),
        session.identity().user(),
        session.virtualHost(),
        version.text()));
  }

  void closed() {
    about(() -> log.info("{} disconnected", socket.remoteAddress()));
  }

  void loginRefused(String why) {
    about(() -> log.info("{} was refused its login: {}", socket.remoteAddress(), why));
  }

  void silent() {
    about(() -> log.info("{} missed its heart-beats and is dropped", socket.remoteAddress()));
  }

  void socketFailed(Throwable cause) {
    about(() -> log.debug("{}: {}", socket.remoteAddress(), cause.getMessage()));
  }

  /** An error of the client. */
  void failed(StompErrors error) {
    about(() -> log.debug("{}: {}: {}", socket.remoteAddress(), error.title(), error.detail()));
  }

  private void about(Runnable line) {
    MDC.put("connection", String.valueOf(socket.remoteAddress()));
    line.run();
    MDC.remove("connection");
  }
}
