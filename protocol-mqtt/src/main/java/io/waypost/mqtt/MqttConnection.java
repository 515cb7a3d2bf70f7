package io.waypost.mqtt;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.netty.util.ReferenceCountUtil;
import io.waypost.broker.Broker;
import io.waypost.broker.BrokerException;
import io.waypost.broker.Session;
import io.waypost.broker.SessionListener;
import io.waypost.loop.Loop;
import io.waypost.loop.Timer;
import io.waypost.mqtt.codec.MalformedPacket;
import io.waypost.mqtt.codec.PacketDecoder;
import io.waypost.mqtt.codec.UnacceptableVersion;
import java.io.IOException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One connection: the phases of its life, and which room each packet belongs to.
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

  /** The largest packet of a client that has not said who it is, in bytes: whatever may be in a CONNECT. */
  private static final int MOST_BEFORE_LOGIN = 512 * 1024;

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
  private final Answers answers;
  private final Reading reading;
  private final PacketOrder order;
  private final ConnectionLog log;

  private Phase phase = Phase.NEW;
  private MqttVersion version = MqttVersion.MQTT_3_1_1;
  private String clientId = "";
  private String exchange = "";
  private @Nullable Timer deadline;
  private @Nullable KeepAlive keepAlive;
  private @Nullable Session session;
  private @Nullable EnhancedAuthentication authentication;
  private @Nullable ConnectHandshake connecting;
  private @Nullable ServedClient client;
  private @Nullable Runnable onWritable;

  MqttConnection(
      Channel socket, Loop loop, Broker broker, MqttAdapter adapter, MqttSettings settings) {
    this.socket = socket;
    this.loop = loop;
    this.broker = broker;
    this.adapter = adapter;
    this.settings = settings;
    this.room = adapter.room(loop);
    this.decoder = new PacketDecoder(Math.min(settings.maxPacketSize(), MOST_BEFORE_LOGIN));
    this.output = new Output(socket, loop, room.counters());
    this.answers = new Answers(output);
    this.reading = new Reading(socket);
    this.order = new PacketOrder(reading, this::perform);
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

  Answers answers() {
    return answers;
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

  String clientId() {
    return clientId;
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
    } else {
      order.came(packet);
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
        version(unacceptable.answerIn());
        phase = Phase.CONNECTING;
        fail(new MqttRefusal(
            Reason.UNSUPPORTED_PROTOCOL_VERSION, "the protocol version is not known here"));
      }
    } catch (MqttRefusal e) {
      if (e.reason().isViolation()) {
        room.counters().malformed.add(1);
      }
      fail(e);
    } finally {
      ReferenceCountUtil.release(packet);
    }
  }

  private void perform(MqttMessage packet) {
    switch (packet.fixedHeader().messageType()) {
      case PUBLISH, PUBACK, PUBREC, PUBREL, PUBCOMP, SUBSCRIBE, UNSUBSCRIBE ->
        client().perform(packet);
      case PINGREQ -> output.pingResponse();
      case CONNECT -> connect((MqttConnectMessage) packet);
      case DISCONNECT -> disconnect(packet);
      case AUTH -> authenticate(packet);
      case CONNACK, SUBACK, UNSUBACK, PINGRESP ->
        throw new MqttRefusal(Reason.PROTOCOL_ERROR, "a packet that only servers send");
    }
  }

  private ServedClient client() {
    if (client == null) {
      throw new IllegalStateException("the connection is not open");
    }
    return client;
  }

  private void version(MqttVersion told) {
    version = told;
    output.version(told);
    answers.version(told);
  }

  private void malformed(MalformedPacket packet) {
    log.malformed(packet);
    room.counters().malformed.add(1);
    MqttVersion known = packet.version();
    if (phase == Phase.NEW && known == MqttVersion.MQTT_5) {
      // A CONNECT that told its version deserves to be told what is wrong with it.
      version(known);
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
    MqttVersion told = decoder.version();
    if (told != null) {
      version(told);
    }
    answers.asked(packet.variableHeader().properties());
    order.busy();
    ConnectHandshake handshake =
        new ConnectHandshake(this, broker, settings, adapter.sessions(), packet);
    clientId = handshake.clientId();
    connecting = handshake;
    handshake.start();
    if (authentication == null) {
      // What is read with the CONNECT is as large as any packet may be; nothing else is read until
      // it is answered.
      decoder.maxPacketSize(settings.maxPacketSize());
    }
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

  private void authenticate(MqttMessage packet) {
    EnhancedAuthentication exchange = authentication;
    if (exchange == null) {
      throw new MqttRefusal(Reason.PROTOCOL_ERROR, "AUTH without an authentication method");
    }
    exchange.checkMethod(packet);
    ConnectHandshake handshake = connecting;
    if (handshake != null && isConnecting()) {
      String user = exchange.proceed(packet);
      decoder.maxPacketSize(settings.maxPacketSize());
      reading.pause(Reading.BUSY);
      handshake.proved(user);
    } else {
      exchange.again(packet);
    }
  }

  /**
   * The broker has let the client in; its session is still to come.
   *
   * @param topics the exchange that the client's topics live on
   */
  void entered(Session opened, String topics) {
    session = opened;
    exchange = topics;
    opened.writable(socket.isWritable());
  }

  /** The client is in. */
  void connected(
      ConnectHandshake handshake, MqttSession granted, boolean present, @Nullable Will last) {
    Session opened = session();
    int seconds = keepAlive(handshake.keepAlive());
    if (!answers.connected(
        present, ConnAckProperties.of(settings, handshake, granted, seconds, authentication))) {
      adapter.sessions().release(granted, this, null);
      fail(Answers.noRoom());
      return;
    }
    phase = Phase.SERVING;
    connecting = null;
    stopDeadline();
    if (seconds > 0) {
      keepAlive = new KeepAlive(loop, seconds, reading::on, this::silent);
      keepAlive.start();
    }
    log.opened(opened, clientId);
    ServedClient served = new ServedClient(
        this, adapter, settings, opened, granted, handshake.properties(), exchange, last);
    client = served;
    if (present) {
      served.resume();
    } else {
      order.idle();
    }
  }

  private int keepAlive(int asked) {
    int most = settings.maxKeepAlive();
    return version == MqttVersion.MQTT_5 && most > 0 && (asked == 0 || asked > most) ? most : asked;
  }

  private void disconnect(MqttMessage packet) {
    boolean peaceful = client == null || client.leaves(packet);
    end(!peaceful);
    output.closeAfterLast();
  }

  /** The client's session of the broker. */
  Session session() {
    if (session == null) {
      throw new IllegalStateException("the connection is not open");
    }
    return session;
  }

  // --- what the rooms ask

  /** Has the packets behind the present one wait for a stage; a failure ends the connection. */
  <T extends @Nullable Object> void await(CompletionStage<T> stage, Consumer<? super T> then) {
    order.busy();
    stage.whenComplete((value, failure) -> {
      if (!isServing()) {
        return;
      }
      if (failure != null) {
        fail(MqttErrors.of(failure));
        return;
      }
      then.accept(value);
      order.idle();
    });
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
      answers.refused(why);
    } else if (before == Phase.SERVING) {
      answers.goodbye(why);
    }
    output.endAfterLast();
  }

  /** Everything but the socket ends. */
  private void end(boolean withWill) {
    phase = Phase.CLOSED;
    decoder.stop();
    reading.resumeAlways();
    order.end();
    stopDeadline();
    deadline = loop.schedule(socket::close, FAREWELL_NANOS);
    if (keepAlive != null) {
      keepAlive.stop();
      keepAlive = null;
    }
    Session ended = session;
    ServedClient served = client;
    session = null;
    client = null;
    if (served != null) {
      log.closed(clientId);
      served.end(withWill);
    } else if (ended != null) {
      ended.close();
    }
  }

  private void stopDeadline() {
    if (deadline != null) {
      deadline.cancel();
      deadline = null;
    }
  }
}
