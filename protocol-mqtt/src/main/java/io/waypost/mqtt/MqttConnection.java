package io.waypost.mqtt;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttPubReplyMessageVariableHeader;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttReasonCodeAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttSubscribeMessage;
import io.netty.handler.codec.mqtt.MqttUnsubscribeMessage;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.netty.util.ReferenceCountUtil;
import io.waypost.broker.Broker;
import io.waypost.broker.BrokerException;
import io.waypost.broker.ClientInfo;
import io.waypost.broker.Credentials;
import io.waypost.broker.ErrorCode;
import io.waypost.broker.PublishOutcome;
import io.waypost.broker.Session;
import io.waypost.broker.SessionListener;
import io.waypost.loop.Loop;
import io.waypost.loop.Timer;
import io.waypost.message.Message;
import io.waypost.mqtt.codec.MalformedPacket;
import io.waypost.mqtt.codec.PacketDecoder;
import io.waypost.mqtt.codec.UnacceptableVersion;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One connection: the phases of its life, and which room each packet belongs to.
 *
 * <p>Packets take effect in the order in which they came. While one of them waits for the broker (CONNECT, SUBSCRIBE,
 * UNSUBSCRIBE) those behind it wait, and the socket is not read: what waits is what was in the socket's last buffer.
 *
 * <p>Belongs to the loop of its socket.
 */
final class MqttConnection extends ChannelInboundHandlerAdapter
    implements SessionListener, MqttSessions.Holder {
  private enum Phase {
    NEW,
    CONNECTING,
    SERVING,
    CLOSED
  }

  /** Output that a client may leave unread before its packets are left unread too. */
  private static final int MOST_UNREAD = 8 * 1024 * 1024;

  private static final long FAREWELL_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final Channel socket;
  private final Loop loop;
  private final Broker broker;
  private final MqttAdapter adapter;
  private final MqttSettings settings;
  private final LoopRoom room;
  private final PacketDecoder decoder;
  private final Output output;
  private final Reading reading;
  private final ConnectionLog log;

  private Phase phase = Phase.NEW;
  private MqttVersion version = MqttVersion.MQTT_3_1_1;
  private String clientId = "";
  private boolean problemInformation = true;
  private int maxPacketSize = Integer.MAX_VALUE;
  private long askedExpiry;
  private @Nullable Timer deadline;
  private @Nullable KeepAlive keepAlive;
  private @Nullable Session session;
  private @Nullable MqttSession state;
  private @Nullable Will will;
  private @Nullable TopicAliases aliases;
  private @Nullable InboundPublishes inbound;
  private @Nullable OutboundPublishes outbound;
  private @Nullable Subscriptions subscriptions;
  private @Nullable Session maintenance;
  private @Nullable EnhancedAuthentication authentication;
  private @Nullable ConnectHandshake connecting;
  private @Nullable ArrayDeque<Object> waiting;
  private boolean busy;
  private @Nullable Runnable onWritable;

  /** Whether the state is on its way to the disk, and who waits for it to go there once more. */
  private boolean saving;

  private List<Runnable> unsafe = List.of();

  MqttConnection(Channel socket, Loop loop, Broker broker, MqttAdapter adapter) {
    this.socket = socket;
    this.loop = loop;
    this.broker = broker;
    this.adapter = adapter;
    this.settings = adapter.settings();
    this.room = adapter.room(loop);
    this.decoder = new PacketDecoder(settings.maxPacketSize());
    this.output = new Output(socket, loop, room.counters());
    this.reading = new Reading(socket);
    this.log = new ConnectionLog(socket);
  }

  PacketDecoder decoder() {
    return decoder;
  }

  @Override
  public Loop loop() {
    return loop;
  }

  LoopRoom room() {
    return room;
  }

  Output output() {
    return output;
  }

  ConnectionLog log() {
    return log;
  }

  MqttVersion version() {
    return version;
  }

  int maxMessageBytes() {
    return broker.limits().maxMessageBytes();
  }

  Peer peer() {
    return Peer.of(socket);
  }

  boolean isConnecting() {
    return phase == Phase.CONNECTING;
  }

  boolean isServing() {
    return phase == Phase.SERVING;
  }

  // --- the socket

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    room.counters().connections.add(1);
    deadline = loop.schedule(socket::close, settings.connectTimeout().toNanos());
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object packet) {
    if (phase == Phase.CLOSED) {
      ReferenceCountUtil.release(packet);
      return;
    }
    if (keepAlive != null) {
      keepAlive.heard();
    }
    if (isConnecting() && authentication != null && isAuth(packet)) {
      perform(packet);
    } else if (busy || waiting != null) {
      ArrayDeque<Object> behind = waiting;
      if (behind == null) {
        behind = new ArrayDeque<>();
        waiting = behind;
      }
      behind.add(packet);
    } else {
      perform(packet);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (!socket.isWritable() && socket.bytesBeforeWritable() > MOST_UNREAD) {
      reading.pause(Reading.CLIENT_NOT_READING);
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    boolean writable = socket.isWritable();
    if (session != null) {
      session.writable(writable);
    }
    if (writable) {
      reading.resume(Reading.CLIENT_NOT_READING);
      Runnable roomy = onWritable;
      onWritable = null;
      if (roomy != null) {
        roomy.run();
      }
    }
  }

  boolean isWritable() {
    return socket.isWritable();
  }

  /** Runs something once the socket takes output again. */
  void whenWritable(Runnable task) {
    onWritable = task;
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof IOException || cause.getCause() instanceof IOException) {
      log.socketFailed(cause);
      socket.close();
    } else {
      fail(MqttErrors.of(cause));
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (phase != Phase.CLOSED) {
      end(true);
    }
    stopDeadline();
    output.closed();
    room.counters().connections.add(-1);
  }

  // --- packets

  private void perform(Object packet) {
    room.counters().messagesReceived.add(1);
    try {
      if (packet instanceof MqttMessage message) {
        room.counters().bytesReceived.add(2L + message.fixedHeader().remainingLength());
        perform(message);
      } else if (packet instanceof MalformedPacket malformed) {
        malformed(malformed);
      } else if (packet instanceof UnacceptableVersion unacceptable) {
        version = unacceptable.answerIn();
        phase = Phase.CONNECTING;
        fail(new MqttRefusal(
            Reason.UNSUPPORTED_PROTOCOL_VERSION, "the protocol version is not known here"));
      }
    } catch (MqttRefusal e) {
      fail(e);
    } finally {
      ReferenceCountUtil.release(packet);
    }
  }

  private void perform(MqttMessage packet) {
    switch (packet.fixedHeader().messageType()) {
      case PUBLISH -> inbound().publish((MqttPublishMessage) packet);
      case PUBACK -> outbound().acknowledged(id(packet));
      case PUBREC -> outbound().received(id(packet), refused(packet));
      case PUBREL -> inbound().released(id(packet));
      case PUBCOMP -> outbound().completed(id(packet));
      case PINGREQ -> output.pingResponse();
      case SUBSCRIBE -> subscriptions().subscribe((MqttSubscribeMessage) packet);
      case UNSUBSCRIBE -> subscriptions().unsubscribe((MqttUnsubscribeMessage) packet);
      case CONNECT -> connect((MqttConnectMessage) packet);
      case DISCONNECT -> disconnect(packet);
      case AUTH -> authenticate(packet);
      case CONNACK, SUBACK, UNSUBACK, PINGRESP ->
        throw new MqttRefusal(Reason.PROTOCOL_ERROR, "a packet that only servers send");
    }
  }

  private static int id(MqttMessage packet) {
    return ((MqttPubReplyMessageVariableHeader) packet.variableHeader()).messageId();
  }

  private static boolean refused(MqttMessage packet) {
    return ((MqttPubReplyMessageVariableHeader) packet.variableHeader()).reasonCode() < 0;
  }

  private void malformed(MalformedPacket packet) {
    log.malformed(packet);
    room.counters().malformed.add(1);
    MqttVersion known = packet.version();
    if (phase == Phase.NEW && known == MqttVersion.MQTT_5) {
      // A CONNECT that told its version deserves to be told what is wrong with it.
      version = known;
      phase = Phase.CONNECTING;
    }
    Reason reason = Reason.of(packet.reason().byteValue());
    if (version == MqttVersion.MQTT_5 && phase != Phase.NEW) {
      fail(new MqttRefusal(reason, packet.detail()));
    } else {
      end(true);
      output.endAfterLast();
    }
  }

  private void connect(MqttConnectMessage packet) {
    if (phase != Phase.NEW) {
      throw new MqttRefusal(Reason.PROTOCOL_ERROR, "a second CONNECT");
    }
    phase = Phase.CONNECTING;
    version = decoder.version() == null ? version : decoder.version();
    output.version(version);
    MqttProperties properties = packet.variableHeader().properties();
    Long size = MqttTranslator.integer(properties, MqttProperties.MAXIMUM_PACKET_SIZE);
    maxPacketSize = size == null ? Integer.MAX_VALUE : (int) Math.min(size, Integer.MAX_VALUE);
    Long problems = MqttTranslator.integer(properties, MqttProperties.REQUEST_PROBLEM_INFORMATION);
    problemInformation = problems == null || problems != 0;
    busy();
    ConnectHandshake handshake =
        new ConnectHandshake(this, broker, settings, adapter.sessions(), packet);
    clientId = handshake.clientId();
    connecting = handshake;
    handshake.start();
  }

  private static boolean isAuth(Object packet) {
    return packet instanceof MalformedPacket
        || (packet instanceof MqttMessage message
            && (message.fixedHeader().messageType() == MqttMessageType.AUTH
                || message.fixedHeader().messageType() == MqttMessageType.DISCONNECT));
  }

  /** The client authenticates by an exchange of packets: they are read while it connects. */
  void beginAuthentication(String method, MqttProperties properties) {
    EnhancedAuthentication begun = new EnhancedAuthentication(this, broker, method);
    authentication = begun;
    begun.begin(properties);
    reading.resume(Reading.BUSY);
  }

  void sendAuth(Reason reason, MqttProperties properties) {
    output.packet(Replies.reason(MqttMessageType.AUTH, reason, properties, null, maxPacketSize));
  }

  private void authenticate(MqttMessage packet) {
    EnhancedAuthentication exchange = authentication;
    if (exchange == null) {
      throw new MqttRefusal(Reason.PROTOCOL_ERROR, "AUTH without an authentication method");
    }
    exchange.checkMethod(packet);
    ConnectHandshake handshake = connecting;
    if (handshake != null && isConnecting()) {
      String user = exchange.proceed(packet);
      reading.pause(Reading.BUSY);
      handshake.proved(user);
    } else if (EnhancedAuthentication.isAnew(packet)) {
      exchange.begin(EnhancedAuthentication.properties(packet));
    } else {
      renew(exchange, exchange.proceed(packet));
    }
  }

  /** The client has proved anew who it is: its rights are looked at again. */
  private void renew(EnhancedAuthentication exchange, String user) {
    String name = user.substring(user.lastIndexOf(':') + 1);
    ClientInfo client = peer().clientInfo(version, clientId, ScramExchange.METHOD);
    await(broker.authenticate(new Credentials.External(name), client, loop), identity -> {
      try {
        session().renew(identity);
        sendAuth(Reason.SUCCESS, exchange.conclusion());
      } catch (BrokerException refused) {
        fail(MqttErrors.of(refused));
      }
    });
  }

  /** The broker has let the client in; its session is still to come. */
  void entered(Session opened) {
    session = opened;
    opened.writable(socket.isWritable());
  }

  /** Has a session kept that this connection is about to get; completes on the loop. */
  CompletionStage<Void> keep(MqttSession granted, boolean present, @Nullable Will last) {
    if (!granted.persistent()) {
      if (present) {
        adapter.sessions().forget(granted);
      }
      return CompletableFuture.completedFuture(null);
    }
    return adapter.sessions().save(granted, last).whenCompleteAsync((nothing, failure) -> {}, loop);
  }

  /** The client is in. */
  void connected(
      ConnectHandshake handshake, MqttSession granted, boolean present, @Nullable Will last) {
    MqttProperties properties = handshake.properties();
    phase = Phase.SERVING;
    connecting = null;
    state = granted;
    will = last;
    askedExpiry = granted.expiry();
    stopDeadline();
    room.counters().connected.add(1);
    int seconds = keepAlive(handshake.keepAlive());
    if (seconds > 0) {
      keepAlive = new KeepAlive(loop, seconds, reading::on, this::silent);
      keepAlive.start();
    }
    Long aliasMaximum = MqttTranslator.integer(properties, MqttProperties.TOPIC_ALIAS_MAXIMUM);
    if (version == MqttVersion.MQTT_5) {
      aliases = new TopicAliases(
          settings.topicAliasMaximum(),
          aliasMaximum == null ? 0 : (int) Math.min(aliasMaximum, settings.topicAliasMaximum()));
    }
    output.packet(Replies.connAck(
        version,
        Reason.SUCCESS,
        present,
        ConnAckProperties.of(settings, handshake, granted, seconds, authentication),
        null,
        maxPacketSize));
    Session opened = session;
    if (opened != null) {
      log.opened(opened, clientId);
    }
    Long receiveMaximum = MqttTranslator.integer(properties, MqttProperties.RECEIVE_MAXIMUM);
    window = receiveMaximum == null
        ? settings.sendMaximum()
        : (int) Math.min(receiveMaximum, settings.sendMaximum());
    if (present) {
      outbound().resume();
      await(subscriptions().resume(), nothing -> saveNow());
    } else {
      idle();
    }
  }

  private int window;

  private int keepAlive(int asked) {
    int most = settings.maxKeepAlive();
    return version == MqttVersion.MQTT_5 && most > 0 && (asked == 0 || asked > most) ? most : asked;
  }

  private void disconnect(MqttMessage packet) {
    boolean normal = true;
    if (packet.variableHeader() instanceof MqttReasonCodeAndPropertiesVariableHeader header) {
      normal = header.reasonCode() == 0;
      Long expiry =
          MqttTranslator.integer(header.properties(), MqttProperties.SESSION_EXPIRY_INTERVAL);
      if (expiry != null && state != null) {
        if (askedExpiry == 0 && expiry != 0) {
          throw new MqttRefusal(
              Reason.PROTOCOL_ERROR, "a session that was to end with the connection can't go on");
        }
        state.expiry(settings.limitedExpiry(expiry));
      }
    }
    end(!normal);
    output.closeAfterLast();
  }

  // --- rooms, made when first needed

  private InboundPublishes inbound() {
    InboundPublishes known = inbound;
    if (known == null) {
      known = new InboundPublishes(this, state(), session(), settings, aliases());
      inbound = known;
    }
    return known;
  }

  private OutboundPublishes outbound() {
    OutboundPublishes known = outbound;
    if (known == null) {
      int size = maxPacketSize == Integer.MAX_VALUE ? 0 : maxPacketSize;
      known = new OutboundPublishes(this, state(), aliases(), window, size);
      outbound = known;
    }
    return known;
  }

  private Subscriptions subscriptions() {
    Subscriptions known = subscriptions;
    if (known == null) {
      known = new Subscriptions(this, state(), session(), settings, adapter.sessions(), outbound());
      subscriptions = known;
    }
    return known;
  }

  private TopicAliases aliases() {
    return aliases == null ? NO_ALIASES : aliases;
  }

  private static final TopicAliases NO_ALIASES = new TopicAliases(0, 0);

  private MqttSession state() {
    if (state == null) {
      throw new IllegalStateException("the connection is not open");
    }
    return state;
  }

  private Session session() {
    if (session == null) {
      throw new IllegalStateException("the connection is not open");
    }
    return session;
  }

  // --- what the rooms ask

  private void busy() {
    busy = true;
    reading.pause(Reading.BUSY);
  }

  private void idle() {
    busy = false;
    while (!busy && waiting != null) {
      Object next = waiting.poll();
      if (waiting.isEmpty()) {
        waiting = null;
      }
      if (next != null) {
        perform(next);
      }
    }
    if (!busy) {
      reading.resume(Reading.BUSY);
    }
  }

  /** Has the packets behind the present one wait for a stage; a failure ends the connection. */
  <T extends @Nullable Object> void await(CompletionStage<T> stage, Consumer<? super T> then) {
    busy();
    stage.whenComplete((value, failure) -> {
      if (!isServing()) {
        return;
      }
      if (failure != null) {
        fail(MqttErrors.of(failure));
        return;
      }
      then.accept(value);
      idle();
    });
  }

  /**
   * Has the session's state kept, as it is when its turn comes: while it is on its way to the disk, all who ask wait for
   * the next time.
   *
   * @param then run when it is safe, in the order of the calls; not if it can't be, or if the connection ends first
   */
  void save(Runnable then) {
    if (!state().persistent()) {
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
        .whenComplete((nothing, failure) -> loop.run(() -> {
          saving = false;
          if (isServing() && failure != null) {
            fail(new MqttRefusal(Reason.UNSPECIFIED_ERROR, "the session can't be stored"));
          }
          for (int i = 0; i < now.size() && isServing(); i++) {
            now.get(i).run();
          }
          if (isServing() && !saving && !unsafe.isEmpty()) {
            saveAll();
          }
        }));
  }

  /** Has the session's state kept as it is now; completes when it is safe, on any thread. */
  CompletionStage<Void> saveNow() {
    if (outbound != null) {
      outbound.keep(false);
    }
    return adapter.sessions().save(state(), will);
  }

  /** Answers a PUBLISH. */
  void answer(MqttMessageType type, int packetId, Reason reason, @Nullable String detail) {
    if (detail != null && problemInformation) {
      output.packet(Replies.publishReply(type, packetId, reason, detail, maxPacketSize));
    } else {
      output.acknowledge(type, packetId, reason);
    }
  }

  /** Answers a SUBSCRIBE. */
  void subscribed(int packetId, List<Integer> codes, @Nullable String detail) {
    output.packet(Replies.subAck(packetId, codes, told(detail), maxPacketSize));
  }

  /** Answers an UNSUBSCRIBE. */
  void unsubscribed(int packetId, List<Short> codes, @Nullable String detail) {
    output.packet(Replies.unsubAck(packetId, codes, told(detail), maxPacketSize));
  }

  private @Nullable String told(@Nullable String detail) {
    return version == MqttVersion.MQTT_5 && problemInformation ? detail : null;
  }

  /** Puts a message into the session's own queue, in the broker's name. */
  CompletionStage<Void> toOwnQueue(Message message, Publication publication, long timeLeft) {
    MqttSession own = state();
    Message copy = Message.encoded(
        "",
        own.key().queue(),
        message.body(),
        publication,
        message.leaving(),
        publication.qos() > 0,
        0,
        timeLeft);
    CompletableFuture<Void> done = new CompletableFuture<>();
    maintain(own.key().virtualHost())
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

  private CompletionStage<Session> maintain(String virtualHost) {
    if (maintenance != null) {
      return CompletableFuture.completedFuture(maintenance);
    }
    return room.maintain(virtualHost).thenApply(opened -> {
      maintenance = opened;
      return opened;
    });
  }

  /** Has the exchange of the topics below $SYS. */
  CompletionStage<Void> systemExchange() {
    return maintain(state().key().virtualHost()).thenCompose(adapter.systemTopics()::declare);
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

  // --- what the session says

  @Override
  public void blocked(String reason) {
    reading.pause(Reading.SHORTAGE);
  }

  @Override
  public void unblocked() {
    reading.resume(Reading.SHORTAGE);
  }

  @Override
  public void mayPublish(boolean may) {
    if (may) {
      reading.resume(Reading.QUEUES_BEHIND);
    } else {
      reading.pause(Reading.QUEUES_BEHIND);
    }
  }

  @Override
  public void closed(BrokerException why) {
    fail(MqttErrors.of(why));
  }

  @Override
  public void takenOver() {
    fail(new MqttRefusal(Reason.SESSION_TAKEN_OVER, "the client connected anew"));
  }

  // --- the end

  private void silent() {
    log.silent(clientId);
    fail(new MqttRefusal(Reason.KEEP_ALIVE_TIMEOUT, "nothing was heard for too long"));
  }

  /** Ends the connection, and says why where the version has words for it. */
  void fail(MqttRefusal why) {
    if (phase == Phase.CLOSED) {
      return;
    }
    if (why.reason() == Reason.BAD_USER_NAME_OR_PASSWORD) {
      log.loginRefused(why.detail());
    } else {
      log.failed(why);
    }
    Phase before = phase;
    end(true);
    if (before == Phase.CONNECTING) {
      // Why a login failed is not for the client to know.
      String detail = why.reason() == Reason.BAD_USER_NAME_OR_PASSWORD ? null : why.detail();
      output.packet(Replies.connAck(
          version, why.reason(), false, new MqttProperties(), detail, maxPacketSize));
    } else if (before == Phase.SERVING && version == MqttVersion.MQTT_5) {
      output.packet(Replies.reason(
          MqttMessageType.DISCONNECT,
          why.reason(),
          new MqttProperties(),
          why.detail(),
          maxPacketSize));
    }
    output.endAfterLast();
  }

  /** Everything but the socket ends. */
  private void end(boolean withWill) {
    boolean served = phase == Phase.SERVING;
    phase = Phase.CLOSED;
    decoder.stop();
    reading.resumeAlways();
    dropWaiting();
    stopDeadline();
    deadline = loop.schedule(socket::close, FAREWELL_NANOS);
    if (keepAlive != null) {
      keepAlive.stop();
      keepAlive = null;
    }
    Session ended = session;
    MqttSession left = state;
    session = null;
    state = null;
    if (ended == null) {
      return;
    }
    if (left == null || !served) {
      ended.close();
      return;
    }
    room.counters().connected.add(-1);
    room.counters().subscriptions.add(-left.subscriptions().size());
    log.closed(clientId);
    // Nothing comes any more, even if the session has to stay open for a moment.
    ended.writable(false);
    CompletionStage<Void> moved =
        outbound == null ? CompletableFuture.completedFuture(null) : outbound.close();
    Will delayed = withWill ? passAway(ended, left) : null;
    CompletionStage<Void> decided =
        inbound == null ? CompletableFuture.completedFuture(null) : inbound.decided();
    // Whoever gets the session next has to know what became of its messages.
    moved
        .thenCompose(nothing -> ended.close())
        .thenCompose(nothing -> decided)
        .thenRun(() -> adapter.sessions().release(left, this, delayed));
  }

  /** Publishes the will, or returns it when it is to wait. */
  private @Nullable Will passAway(Session ended, MqttSession left) {
    Will last = will;
    if (last == null) {
      return null;
    }
    if (last.delaySeconds() > 0 && left.persistent()) {
      return last;
    }
    try {
      last.publish(ended);
    } catch (BrokerException refused) {
      log.refused(last.message().routingKey(), MqttErrors.of(refused));
    }
    return null;
  }

  private void dropWaiting() {
    ArrayDeque<Object> dropped = waiting;
    waiting = null;
    busy = false;
    if (dropped != null) {
      dropped.forEach(ReferenceCountUtil::release);
    }
  }

  private void stopDeadline() {
    if (deadline != null) {
      deadline.cancel();
      deadline = null;
    }
  }
}
