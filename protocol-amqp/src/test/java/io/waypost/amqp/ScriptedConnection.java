package io.waypost.amqp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.waypost.amqp.codec.BasicMethod;
import io.waypost.amqp.codec.ChannelMethod;
import io.waypost.amqp.codec.ConnectionMethod;
import io.waypost.amqp.codec.ContentHeader;
import io.waypost.amqp.codec.FrameDecoder;
import io.waypost.amqp.codec.FrameEncoder;
import io.waypost.amqp.codec.FrameListener;
import io.waypost.amqp.codec.LongString;
import io.waypost.amqp.codec.Method;
import io.waypost.amqp.codec.ProtocolError;
import io.waypost.message.Header;
import io.waypost.message.Headers;
import io.waypost.transport.ProtocolSettings;
import io.waypost.transport.SocketHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/** A connection without a socket, its client at the level of frames and its broker scripted. */
final class ScriptedConnection implements FrameListener {
  final TurnLoop loop = new TurnLoop();
  final ScriptedBroker broker = new ScriptedBroker();
  final EmbeddedChannel socket = new Socket();

  /** What the broker sent: methods, and {@code heartbeat}. */
  final List<Object> received = new ArrayList<>();

  /** Told each method that the broker sent, with its channel. */
  BiConsumer<Integer, Method> watcher = (channel, method) -> {};

  private final EmbeddedChannel decoder = new EmbeddedChannel(new FrameDecoder(this));
  private final List<ByteBuf> written = new ArrayList<>();
  private final FrameEncoder encoder =
      new FrameEncoder(UnpooledByteBufAllocator.DEFAULT, written::add);

  /** A client that has open channels 1 and 2. */
  static ScriptedConnection open(boolean capable, int heartbeat) {
    ScriptedConnection connection = new ScriptedConnection();
    connection.shakeHands(capable, heartbeat);
    return connection;
  }

  private ScriptedConnection() {
    ProtocolSettings settings = ProtocolSettings.defaults("Waypost", "0.0.0");
    AmqpConnection connection = new AmqpConnection(socket, loop, broker, AmqpSettings.of(settings));
    socket.pipeline().addLast(connection.decoder(), new SocketHandler(connection));
    connection.connected();
    decoder.writeInbound(decoder.alloc().buffer().writeLong(0x414D5150_00000901L));
  }

  private void shakeHands(boolean capable, int heartbeat) {
    Headers capabilities = Headers.of(List.of(
        new Header("connection.blocked", capable), new Header("consumer_cancel_notify", capable)));
    encoder.protocolHeader();
    flush();
    byte[] response = "\0guest\0guest".getBytes(StandardCharsets.UTF_8);
    send(
        0,
        new ConnectionMethod.StartOk(
            Headers.of(List.of(new Header("capabilities", capabilities))),
            "PLAIN",
            new LongString(response),
            "en_US"));
    send(0, new ConnectionMethod.TuneOk(0, 0, heartbeat));
    send(0, new ConnectionMethod.Open("/"));
    send(1, new ChannelMethod.Open());
    send(2, new ChannelMethod.Open());
    received.clear();
    broker.requests.clear();
  }

  /** Sends methods in one turn. */
  void send(int channel, Method... methods) {
    for (Method method : methods) {
      encoder.method(channel, method);
    }
    flush();
  }

  /** Sends a message to the default exchange, in the same turn as what is sent next. */
  void publish(int channel, String queue, byte[] body) {
    encoder.method(channel, new BasicMethod.Publish("", queue, false, false));
    encoder.content(channel, ContentHeader.EMPTY, body);
  }

  /** Sends a method, in the same turn as what is sent next. */
  void write(int channel, Method method) {
    encoder.method(channel, method);
  }

  /** Sends a content header, in the same turn as what is sent next; the body is up to the caller. */
  void content(int channel, byte[] body) {
    encoder.content(channel, ContentHeader.EMPTY, body);
  }

  /** Sends what was written, and reads what the broker answers until the turn ends. */
  void flush() {
    encoder.flush();
    List<ByteBuf> sent = new ArrayList<>(written);
    written.clear();
    for (ByteBuf buffer : sent) {
      if (socket.isOpen()) {
        socket.writeInbound(buffer);
      } else {
        buffer.release();
      }
    }
    turn();
  }

  /** Ends the turn and reads what the broker sent. */
  void turn() {
    loop.turn();
    ByteBuf out = socket.readOutbound();
    while (out != null) {
      decoder.writeInbound(out);
      out = socket.readOutbound();
    }
  }

  /** Ends the socket, and what the test holds. */
  void close() {
    socket.finishAndReleaseAll();
    turn();
    encoder.release();
    decoder.finishAndReleaseAll();
  }

  /** What was received since the last call. */
  List<Object> takeReceived() {
    List<Object> taken = new ArrayList<>(received);
    received.clear();
    return taken;
  }

  @Override
  public boolean protocolHeader(long header) {
    return true;
  }

  @Override
  public void method(int channel, Method method) {
    received.add(method);
    watcher.accept(channel, method);
  }

  @Override
  public void publish(
      int channel, String exchange, String routingKey, boolean mandatory, boolean immediate) {
    throw new AssertionError("the broker published");
  }

  @Override
  public void ack(int channel, long deliveryTag, boolean multiple) {
    received.add(new BasicMethod.Ack(deliveryTag, multiple));
  }

  @Override
  public void header(int channel, long bodySize, ContentHeader header) {
    received.add(bodySize);
  }

  @Override
  public void body(int channel, ByteBuf source, int index, int length, boolean frameComplete) {
    received.add(length);
  }

  @Override
  public void heartbeat() {
    received.add("heartbeat");
  }

  @Override
  public void malformed(ProtocolError error, boolean inFrame) {
    throw new AssertionError(error);
  }

  /** An embedded channel with addresses. */
  private static final class Socket extends EmbeddedChannel {
    @Override
    protected SocketAddress localAddress0() {
      return new InetSocketAddress(InetAddress.getLoopbackAddress(), 5672);
    }

    @Override
    protected SocketAddress remoteAddress0() {
      return new InetSocketAddress(InetAddress.getLoopbackAddress(), 40000);
    }
  }
}
