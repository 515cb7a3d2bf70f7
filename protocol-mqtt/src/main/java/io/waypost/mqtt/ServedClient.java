package io.waypost.mqtt;

import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttPubReplyMessageVariableHeader;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttReasonCodeAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttSubscribeMessage;
import io.netty.handler.codec.mqtt.MqttUnsubscribeMessage;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.waypost.broker.BrokerException;
import io.waypost.broker.ErrorCode;
import io.waypost.broker.PublishOutcome;
import io.waypost.broker.Session;
import io.waypost.loop.Loop;
import io.waypost.message.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A client that is in: its session, and the rooms that its packets belong to, which are made when first needed. Belongs
 * to the loop of its connection.
 */
final class ServedClient {
  private final MqttConnection connection;
  private final MqttAdapter adapter;
  private final MqttSettings settings;
  private final LoopRoom room;
  private final Session broker;
  private final MqttSession state;
  private final @Nullable Will will;
  private final TopicAliases aliases;
  private final int window;
  private final String exchange;
  private final long askedExpiry;
  private boolean serving = true;
  private @Nullable InboundPublishes inbound;
  private @Nullable OutboundPublishes outbound;
  private @Nullable Subscriptions subscriptions;
  private @Nullable Session maintenance;

  /** Whether the state is on its way to the disk, and who waits for it to go there once more. */
  private boolean saving;

  private List<Runnable> unsafe = List.of();

  /**
   * A client that was just let in.
   *
   * @param broker its session of the broker
   * @param state its session of the protocol
   * @param asked the properties of its CONNECT
   * @param exchange where its topics live
   */
  ServedClient(
      MqttConnection connection,
      MqttAdapter adapter,
      MqttSettings settings,
      Session broker,
      MqttSession state,
      MqttProperties asked,
      String exchange,
      @Nullable Will will) {
    this.connection = connection;
    this.adapter = adapter;
    this.settings = settings;
    this.room = adapter.room(connection.loop());
    this.broker = broker;
    this.state = state;
    this.will = will;
    this.exchange = exchange;
    this.askedExpiry = state.expiry();
    this.aliases = aliases(connection.version(), settings, asked);
    Long receiveMaximum = MqttTranslator.integer(asked, MqttProperties.RECEIVE_MAXIMUM);
    this.window = receiveMaximum == null
        ? settings.sendMaximum()
        : (int) Math.min(receiveMaximum, settings.sendMaximum());
    room.counters().connected.add(1);
  }

  private static final TopicAliases NO_ALIASES = new TopicAliases(0, 0);

  private static TopicAliases aliases(
      MqttVersion version, MqttSettings settings, MqttProperties asked) {
    if (version != MqttVersion.MQTT_5) {
      return NO_ALIASES;
    }
    int most = settings.topicAliasMaximum();
    Long takes = MqttTranslator.integer(asked, MqttProperties.TOPIC_ALIAS_MAXIMUM);
    return new TopicAliases(most, takes == null ? 0 : (int) Math.min(takes, most));
  }

  // --- what the rooms see of the connection

  boolean isServing() {
    return serving;
  }

  Loop loop() {
    return connection.loop();
  }

  LoopRoom room() {
    return room;
  }

  Output output() {
    return connection.output();
  }

  Answers answers() {
    return connection.answers();
  }

  ConnectionLog log() {
    return connection.log();
  }

  MqttVersion version() {
    return connection.version();
  }

  int maxMessageBytes() {
    return connection.maxMessageBytes();
  }

  boolean isWritable() {
    return connection.isWritable();
  }

  /** Runs something once the socket takes output again. */
  void whenWritable(Runnable task) {
    connection.whenWritable(task);
  }

  void fail(MqttRefusal why) {
    connection.fail(why);
  }

  /** Has the packets behind the present one wait for a stage; a failure ends the connection. */
  <T extends @Nullable Object> void await(CompletionStage<T> stage, Consumer<? super T> then) {
    connection.await(stage, then);
  }

  // --- packets

  /** Performs a packet that needs a session. */
  void perform(MqttMessage packet) {
    switch (packet.fixedHeader().messageType()) {
      case PUBLISH -> inbound().publish((MqttPublishMessage) packet);
      case PUBACK -> outbound().acknowledged(id(packet));
      case PUBREC -> outbound().received(id(packet), refused(packet));
      case PUBREL -> inbound().released(id(packet));
      case PUBCOMP -> outbound().completed(id(packet));
      case SUBSCRIBE -> subscriptions().subscribe((MqttSubscribeMessage) packet);
      case UNSUBSCRIBE -> subscriptions().unsubscribe((MqttUnsubscribeMessage) packet);
      default -> throw new IllegalArgumentException(packet.fixedHeader().toString());
    }
  }

  private static int id(MqttMessage packet) {
    return ((MqttPubReplyMessageVariableHeader) packet.variableHeader()).messageId();
  }

  private static boolean refused(MqttMessage packet) {
    return ((MqttPubReplyMessageVariableHeader) packet.variableHeader()).reasonCode() < 0;
  }

  /**
   * The client says goodbye.
   *
   * @return whether that is the end of its will
   * @throws MqttRefusal if it asks for what cannot be
   */
  boolean leaves(MqttMessage packet) {
    if (!(packet.variableHeader() instanceof MqttReasonCodeAndPropertiesVariableHeader header)) {
      return true;
    }
    Long expiry =
        MqttTranslator.integer(header.properties(), MqttProperties.SESSION_EXPIRY_INTERVAL);
    if (expiry != null) {
      if (askedExpiry == 0 && expiry != 0) {
        throw new MqttRefusal(
            Reason.PROTOCOL_ERROR, "a session that was to end with the connection can't go on");
      }
      state.expiry(settings.limitedExpiry(expiry));
    }
    return header.reasonCode() == 0;
  }

  /** The session goes on that was there before. */
  void resume() {
    outbound().resume();
    await(subscriptions().resume(), nothing -> saveNow());
  }

  private InboundPublishes inbound() {
    InboundPublishes known = inbound;
    if (known == null) {
      known = new InboundPublishes(this, state, broker, settings, exchange, aliases);
      inbound = known;
    }
    return known;
  }

  private OutboundPublishes outbound() {
    OutboundPublishes known = outbound;
    if (known == null) {
      known = new OutboundPublishes(this, state, aliases, window, answers().maxPacketSize());
      outbound = known;
    }
    return known;
  }

  private Subscriptions subscriptions() {
    Subscriptions known = subscriptions;
    if (known == null) {
      known = new Subscriptions(
          this, state, broker, settings, exchange, adapter.sessions(), outbound());
      subscriptions = known;
    }
    return known;
  }

  // --- the session's state

  /**
   * Has the session's state kept, as it is when its turn comes: while it is on its way to the disk, all who ask wait for
   * the next time.
   *
   * @param then run when it is safe, in the order of the calls; not if it can't be, or if the connection ends first
   */
  void save(Runnable then) {
    if (!state.persistent()) {
      then.run();
      return;
    }
    if (unsafe.isEmpty()) {
      unsafe = new ArrayList<>();
    }
    unsafe.add(then);
    if (!saving) {
      saveAll();
    }
  }

  private void saveAll() {
    saving = true;
    List<Runnable> now = unsafe;
    unsafe = List.of();
    saveNow()
        .whenComplete((nothing, failure) -> loop().run(() -> {
          saving = false;
          if (serving && failure != null) {
            fail(new MqttRefusal(Reason.UNSPECIFIED_ERROR, "the session can't be stored"));
          }
          for (int i = 0; i < now.size() && serving; i++) {
            now.get(i).run();
          }
          if (serving && !saving && !unsafe.isEmpty()) {
            saveAll();
          }
        }));
  }

  /** Has the session's state kept as it is now; completes when it is safe, on any thread. */
  CompletionStage<Void> saveNow() {
    if (outbound != null) {
      outbound.keep(false);
    }
    return adapter.sessions().save(state, will);
  }

  // --- the session's queue

  /** Puts a message into the session's own queue, in the broker's name. */
  CompletionStage<Void> toOwnQueue(Message message, Publication publication, long timeLeft) {
    Message copy = Message.encoded(
        "",
        state.key().queue(),
        message.body(),
        publication,
        message.leaving(),
        publication.qos() > 0,
        0,
        timeLeft);
    CompletableFuture<Void> done = new CompletableFuture<>();
    maintain()
        .thenAccept(all -> all.publish(copy, 0, (token, outcome) -> {
          if (outcome == PublishOutcome.ROUTED) {
            done.complete(null);
          } else {
            done.completeExceptionally(
                new BrokerException(ErrorCode.INTERNAL, "a message did not reach its queue"));
          }
        }))
        .exceptionally(failure -> {
          done.completeExceptionally(failure);
          return null;
        });
    return done;
  }

  /** A session of the broker's own in the client's virtual host, with every right. */
  CompletionStage<Session> maintain() {
    if (maintenance != null) {
      return CompletableFuture.completedFuture(maintenance);
    }
    return room.maintain(state.key().virtualHost()).thenApply(opened -> {
      maintenance = opened;
      return opened;
    });
  }

  /** Has the exchange of the topics below $SYS. */
  CompletionStage<Void> systemExchange() {
    return maintain().thenCompose(adapter.systemTopics()::declare);
  }

  /** A replay of retained messages is over. */
  void replayed() {
    subscriptions().replayed();
  }

  /** A queue of the session is gone. */
  void lostQueue(String queue, ErrorCode why) {
    outbound().forget(queue);
    fail(new MqttRefusal(MqttErrors.reason(why), "a queue of the session was deleted"));
  }

  // --- the end

  /** The connection ends: the session is given back when it is known what became of its messages. */
  void end(boolean withWill) {
    serving = false;
    room.counters().connected.add(-1);
    room.counters().subscriptions.add(-state.subscriptions().size());
    // Nothing comes any more, even if the session has to stay open for a moment.
    broker.writable(false);
    CompletionStage<Void> moved =
        outbound == null ? CompletableFuture.completedFuture(null) : outbound.close();
    Will delayed = withWill ? passAway() : null;
    CompletionStage<Void> decided =
        inbound == null ? CompletableFuture.completedFuture(null) : inbound.decided();
    // Whoever gets the session next has to know what became of its messages.
    moved
        .thenCompose(nothing -> broker.close())
        .thenCompose(nothing -> decided)
        .thenRun(() -> adapter.sessions().release(state, connection, delayed));
  }

  /** Publishes the will, or returns it when it is to wait. */
  private @Nullable Will passAway() {
    Will last = will;
    if (last == null) {
      return null;
    }
    if (last.delaySeconds() > 0 && state.persistent()) {
      return last;
    }
    try {
      last.publish(broker);
    } catch (BrokerException refused) {
      log().refused(last.message().routingKey(), MqttErrors.of(refused));
    }
    return null;
  }
}
