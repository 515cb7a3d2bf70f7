package io.waypost.mqtt;

import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttConnectPayload;
import io.netty.handler.codec.mqtt.MqttConnectVariableHeader;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.waypost.broker.Broker;
import io.waypost.broker.ClientInfo;
import io.waypost.broker.Credentials;
import io.waypost.broker.Identity;
import io.waypost.broker.Session;
import io.waypost.message.Message;
import io.waypost.topic.TopicNames;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The way from CONNECT to CONNACK (section 3.1.4): who is it, may it come in, which session does it get. Whatever is
 * obtained on the way is given back when the connection ends before its end.
 */
final class ConnectHandshake {
  private static final String ASSIGNED = "auto-";

  private final MqttConnection connection;
  private final Broker broker;
  private final MqttSettings settings;
  private final MqttSessions sessions;
  private final MqttConnectVariableHeader asked;
  private final MqttConnectPayload payload;
  private final boolean five;
  private final String clientId;
  private final boolean assigned;

  ConnectHandshake(
      MqttConnection connection,
      Broker broker,
      MqttSettings settings,
      MqttSessions sessions,
      MqttConnectMessage packet) {
    this.connection = connection;
    this.broker = broker;
    this.settings = settings;
    this.sessions = sessions;
    this.asked = packet.variableHeader();
    this.payload = packet.payload();
    this.five = connection.version() == MqttVersion.MQTT_5;
    this.assigned = payload.clientIdentifier().isEmpty();
    this.clientId = assigned ? ASSIGNED + UUID.randomUUID() : payload.clientIdentifier();
  }

  String clientId() {
    return clientId;
  }

  /** Whether the client identifier is the server's. */
  boolean assigned() {
    return assigned;
  }

  /** The keep alive that the client asks for, in seconds. */
  int keepAlive() {
    return asked.keepAliveTimeSeconds();
  }

  MqttProperties properties() {
    return asked.properties();
  }

  /**
   * Begins.
   *
   * @throws MqttRefusal if the client can be told at once that it may not come in
   */
  void start() {
    boolean mayBeNameless = five || (connection.version() == MqttVersion.MQTT_3_1_1 && clean());
    if (assigned && !mayBeNameless) {
      throw new MqttRefusal(
          Reason.CLIENT_IDENTIFIER_NOT_VALID, "a session needs a client identifier");
    }
    String method = MqttTranslator.text(asked.properties(), MqttProperties.AUTHENTICATION_METHOD);
    if (method != null) {
      connection.beginAuthentication(method, asked.properties());
      return;
    }
    String name = asked.hasUserName() ? payload.userName() : null;
    logIn(name == null ? anonymous() : password(name), name == null ? "" : name);
  }

  /** The client has proved who it is. */
  void proved(String user) {
    logIn(new Credentials.External(user.substring(user.lastIndexOf(':') + 1)), user);
  }

  private Credentials password(String name) {
    byte[] password = payload.passwordInBytes();
    return new Credentials.Password(
        name.substring(name.lastIndexOf(':') + 1),
        password == null ? "" : new String(password, StandardCharsets.UTF_8));
  }

  private Credentials anonymous() {
    String proved = connection.peer().provedName();
    if (proved != null) {
      return new Credentials.External(proved);
    }
    if (settings.anonymousUser().isEmpty()) {
      throw new MqttRefusal(Reason.BAD_USER_NAME_OR_PASSWORD, "clients have to say who they are");
    }
    return new Credentials.External(settings.anonymousUser());
  }

  private void logIn(Credentials credentials, String user) {
    String mechanism = credentials instanceof Credentials.Password ? "PLAIN" : "EXTERNAL";
    ClientInfo client = connection.peer().clientInfo(connection.version(), clientId, mechanism);
    await(
        broker.authenticate(credentials, client, connection.loop()),
        identity -> {},
        identity -> open(identity, user, client));
  }

  private void open(Identity identity, String said, ClientInfo client) {
    String virtualHost = settings
        .placement()
        .virtualHost(
            said,
            identity.user(),
            connection.peer().provedName(),
            broker.limits().defaultVirtualHost());
    String exchange = settings.placement().exchange(identity.user());
    CompletionStage<Session> opened =
        broker.open(identity, virtualHost, client, connection.loop(), connection);
    await(opened, Session::close, session -> {
      connection.entered(session, exchange);
      Will will = will(session, exchange, identity, client);
      if (will != null) {
        // A will that may not be published is refused now, when the client can still be told.
        session.checkPublish(will.message());
      }
      claim(session, exchange, will);
    });
  }

  private void claim(Session session, String exchange, @Nullable Will will) {
    SessionKey key = new SessionKey(session.virtualHost(), clientId);
    CompletionStage<MqttSessions.Grant> granted = sessions.claim(key, connection, clean());
    await(granted, grant -> sessions.release(grant.session(), connection, null), grant -> {
      grant.session().expiry(expiry());
      if (grant.session().subscriptions().isEmpty()) {
        grant.session().exchange(exchange);
      }
      // With a new expiry, and before the client is told that it has a session.
      CompletionStage<Void> kept = keep(grant.session(), grant.present(), will)
          .whenComplete((nothing, failure) -> {
            if (failure != null) {
              sessions.release(grant.session(), connection, null);
            }
          });
      await(
          kept,
          nothing -> sessions.release(grant.session(), connection, null),
          nothing -> connection.connected(this, grant.session(), grant.present(), will));
    });
  }

  /** Has the session kept; completes on the loop. */
  private CompletionStage<Void> keep(MqttSession granted, boolean present, @Nullable Will will) {
    if (granted.persistent()) {
      return sessions
          .save(granted, will)
          .whenCompleteAsync((nothing, failure) -> {}, connection.loop());
    }
    if (present) {
      sessions.forget(granted);
    }
    return CompletableFuture.completedFuture(null);
  }

  private boolean clean() {
    return asked.isCleanSession();
  }

  /** Seconds that the session outlives the connection. */
  private long expiry() {
    long wanted;
    if (five) {
      Long given =
          MqttTranslator.integer(asked.properties(), MqttProperties.SESSION_EXPIRY_INTERVAL);
      wanted = given == null ? 0 : given;
    } else {
      wanted = clean() ? 0 : MqttSession.NEVER;
    }
    return settings.limitedExpiry(wanted);
  }

  private @Nullable Will will(
      Session session, String exchange, Identity identity, ClientInfo client) {
    if (!asked.isWillFlag()) {
      return null;
    }
    MqttProperties properties = payload.willProperties();
    Publication publication = new Publication(
        payload.willTopic(),
        asked.willQos(),
        asked.isWillRetain(),
        false,
        false,
        MqttTranslator.forwarded(properties));
    byte[] body = payload.willMessageInBytes();
    String queue = TopicNames.queue(publication.topic());
    Message message = MqttTranslator.message(
        queue != null ? "" : exchange,
        queue != null ? queue : TopicNames.key(publication.topic()),
        body == null ? new byte[0] : body,
        publication,
        session.origin());
    Long delay = MqttTranslator.integer(properties, MqttProperties.WILL_DELAY_INTERVAL);
    return new Will(
        message,
        asked.isWillRetain() && queue == null,
        delay == null ? 0 : delay,
        identity,
        client);
  }

  private <T> void await(
      CompletionStage<T> answer, Consumer<? super T> giveBack, Consumer<? super T> then) {
    answer.whenComplete((value, failure) -> {
      if (!connection.isConnecting()) {
        if (failure == null) {
          giveBack.accept(value);
        }
      } else if (failure != null) {
        connection.fail(MqttErrors.of(failure));
      } else {
        try {
          then.accept(value);
        } catch (RuntimeException e) {
          connection.fail(MqttErrors.of(e));
        }
      }
    });
  }
}
