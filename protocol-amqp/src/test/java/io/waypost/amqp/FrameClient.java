package io.waypost.amqp;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.impl.AMQImpl;
import com.rabbitmq.client.impl.Frame;
import com.rabbitmq.client.impl.LongStringHelper;
import com.rabbitmq.client.impl.Method;
import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Speaks AMQP frame by frame over a socket, for what a well-behaved client library cannot be made to send. */
final class FrameClient implements Closeable {
  private static final int TIMEOUT_MILLIS = 10_000;
  private static final int FRAME_MAX = 131072;

  private final Socket socket;
  private final DataInputStream in;
  private final DataOutputStream out;

  private FrameClient(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(TIMEOUT_MILLIS);
    in = new DataInputStream(socket.getInputStream());
    out = new DataOutputStream(socket.getOutputStream());
  }

  /** A bare socket. */
  static FrameClient connect(TestBroker broker) throws IOException {
    return new FrameClient(broker.port());
  }

  /** A client that has sent the protocol header and got {@code connection.start}. */
  static FrameClient greet(TestBroker broker) throws IOException {
    FrameClient client = connect(broker);
    client.raw(header(0, 0, 9, 1));
    assertThat(client.method()).isInstanceOf(AMQP.Connection.Start.class);
    return client;
  }

  /** A client that is logged in and has been told the limits. */
  static FrameClient login(TestBroker broker) throws IOException {
    FrameClient client = greet(broker);
    client.send(0, startOk("PLAIN", "\0guest\0guest".getBytes(StandardCharsets.UTF_8)));
    assertThat(client.method()).isInstanceOf(AMQP.Connection.Tune.class);
    return client;
  }

  /** A client with an open connection and no heartbeats. */
  static FrameClient open(TestBroker broker) throws IOException {
    FrameClient client = login(broker);
    client.send(
        0,
        new AMQP.Connection.TuneOk.Builder().frameMax(FRAME_MAX).channelMax(10).build());
    client.send(0, new AMQP.Connection.Open.Builder().virtualHost("/").build());
    assertThat(client.method()).isInstanceOf(AMQP.Connection.OpenOk.class);
    return client;
  }

  /** A client with an open connection and channel 1. */
  static FrameClient openChannel(TestBroker broker) throws IOException {
    FrameClient client = open(broker);
    client.send(1, new AMQP.Channel.Open.Builder().build());
    assertThat(client.method()).isInstanceOf(AMQP.Channel.OpenOk.class);
    return client;
  }

  static AMQP.Connection.StartOk startOk(String mechanism, byte[] response) {
    return new AMQP.Connection.StartOk.Builder()
        .clientProperties(Map.of())
        .mechanism(mechanism)
        .response(LongStringHelper.asLongString(response))
        .build();
  }

  static byte[] header(int a, int b, int c, int d) {
    return new byte[] {'A', 'M', 'Q', 'P', (byte) a, (byte) b, (byte) c, (byte) d};
  }

  void raw(byte[] bytes) throws IOException {
    out.write(bytes);
    out.flush();
  }

  /** Sends a method. */
  void send(int channel, com.rabbitmq.client.Method method) throws IOException {
    write(((Method) method).toFrame(channel));
    out.flush();
  }

  /** Sends a content header. */
  void contentHeader(int channel, long bodySize, BasicProperties properties) throws IOException {
    write(properties.toFrame(channel, bodySize));
    out.flush();
  }

  /** Sends a frame of a body. */
  void body(int channel, byte[] payload) throws IOException {
    write(Frame.fromBodyFragment(channel, ByteBuffer.wrap(payload), 0, payload.length));
    out.flush();
  }

  /** Publishes to the default exchange. */
  void publish(int channel, String queue, byte[] body) throws IOException {
    send(
        channel, new AMQP.Basic.Publish.Builder().exchange("").routingKey(queue).build());
    contentHeader(channel, body.length, new BasicProperties());
    if (body.length > 0) {
      body(channel, body);
    }
  }

  private void write(Frame frame) throws IOException {
    frame.writeTo(out);
  }

  /** The next frame but heartbeats. */
  Frame frame() throws IOException {
    Frame frame = Frame.readFrom(in, () -> FRAME_MAX);
    while (frame.getType() == AMQP.FRAME_HEARTBEAT) {
      frame = Frame.readFrom(in, () -> FRAME_MAX);
    }
    return frame;
  }

  /** The next frame, which is a method. */
  com.rabbitmq.client.Method method() throws IOException {
    Frame frame = frame();
    assertThat(frame.getType()).isEqualTo(AMQP.FRAME_METHOD);
    return AMQImpl.readMethodFrom(
        new DataInputStream(new ByteArrayInputStream(frame.getPayload())));
  }

  /** The next method, which has this type. */
  <M> M expect(Class<M> type) throws IOException {
    com.rabbitmq.client.Method method = method();
    assertThat(method).isInstanceOf(type);
    return type.cast(method);
  }

  /** The connection is closed for this reason, and the broker takes the answer. */
  void expectConnectionClose(int code, String text) throws IOException {
    AMQP.Connection.Close close = expect(AMQP.Connection.Close.class);
    assertThat(close.getReplyCode()).isEqualTo(code);
    assertThat(close.getReplyText()).startsWith(text);
    send(0, new AMQP.Connection.CloseOk.Builder().build());
    expectEnd();
  }

  /** Channel 1 is closed for this reason. */
  void expectChannelClose(int code, String text) throws IOException {
    AMQP.Channel.Close close = expect(AMQP.Channel.Close.class);
    assertThat(close.getReplyCode()).isEqualTo(code);
    assertThat(close.getReplyText()).startsWith(text);
    send(1, new AMQP.Channel.CloseOk.Builder().build());
  }

  /** The broker closes the socket. */
  void expectEnd() throws IOException {
    assertThat(in.read()).isEqualTo(-1);
  }

  /** So many bytes, whatever they are. */
  byte[] bytes(int count) throws IOException {
    return in.readNBytes(count);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
