package io.waypost.stomp;

import io.netty.handler.codec.stomp.StompCommand;
import io.waypost.broker.Broker;
import io.waypost.broker.BrokerException;
import io.waypost.broker.ClientInfo;
import io.waypost.broker.Credentials;
import io.waypost.broker.ErrorCode;
import io.waypost.broker.Identity;
import io.waypost.broker.Session;
import io.waypost.stomp.codec.Frame;
import io.waypost.stomp.codec.HeaderName;
import io.waypost.stomp.codec.StompVersion;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The way from CONNECT, or STOMP, which is the same, to CONNECTED. */
final class Handshake {
  private final StompConnection connection;

  Handshake(StompConnection connection) {
    this.connection = connection;
  }

  /** Carries out a client's first frame. */
  void connect(Frame frame) {
    if (frame.command() != StompCommand.CONNECT && frame.command() != StompCommand.STOMP) {
      throw new StompException(
          "Bad CONNECT", "the first frame must be CONNECT or STOMP, not " + frame.command());
    }
    StompVersion version = StompVersion.best(frame.get(HeaderName.ACCEPT_VERSION));
    if (version == null) {
      throw new StompException(
          "Version mismatch", "Supported versions are " + StompVersion.list() + "\n");
    }
    if (version.trims()) {
      frame.trim();
    }
    long[] heartBeats = HeartBeat.agreed(
        frame.get(HeaderName.HEART_BEAT), connection.settings().minHeartBeat().toMillis());
    String clientId = frame.get(HeaderName.CLIENT_ID);
    String host = frame.get(HeaderName.HOST);
    Credentials credentials = credentials(frame);
    ClientInfo client = connection
        .peer()
        .clientInfo(
            version.text(),
            clientId == null ? "" : clientId,
            credentials instanceof Credentials.External ? "EXTERNAL" : "PLAIN");
    connection.await(open(credentials, client, host), null, session -> {
      if (session != null) {
        connection.opened(session, version, heartBeats);
      }
    });
  }

  private Credentials credentials(Frame frame) {
    String login = frame.get(HeaderName.LOGIN);
    String passcode = frame.get(HeaderName.PASSCODE);
    if (login != null) {
      return new Credentials.Password(login, passcode == null ? "" : passcode);
    }
    StompSettings settings = connection.settings();
    String proved = settings.certificateLogin() ? connection.peer().provedName() : null;
    if (proved != null) {
      return new Credentials.External(proved);
    }
    if (settings.defaultUser().isEmpty()) {
      throw new StompException("Bad CONNECT", "there is no login");
    }
    return new Credentials.Password(settings.defaultUser(), settings.defaultPassword());
  }

  private CompletionStage<Session> open(
      Credentials credentials, ClientInfo client, @Nullable String host) {
    Broker broker = connection.broker();
    String fallback = broker.limits().defaultVirtualHost();
    boolean strict = connection.settings().strictHost();
    return broker
        .authenticate(credentials, client, connection.loop())
        .thenCompose(identity -> host == null || host.isEmpty()
            ? enter(identity, fallback, client)
            : enter(identity, host, client)
                .handle((session, failure) -> !strict && isUnknown(failure)
                    ? enter(identity, fallback, client)
                    : failure == null
                        ? CompletableFuture.completedFuture(session)
                        : CompletableFuture.<Session>failedFuture(failure))
                .thenCompose(stage -> stage));
  }

  private CompletionStage<Session> enter(Identity identity, String host, ClientInfo client) {
    CompletionStage<Session> stage =
        connection.broker().open(identity, host, client, connection.loop(), connection);
    stage.whenComplete((session, failure) -> {
      if (session != null && !connection.isConnecting()) {
        session.close();
      }
    });
    return stage;
  }

  private static boolean isUnknown(@Nullable Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return cause instanceof BrokerException refusal
        && refusal.code() == ErrorCode.UNKNOWN_VIRTUAL_HOST;
  }
}
