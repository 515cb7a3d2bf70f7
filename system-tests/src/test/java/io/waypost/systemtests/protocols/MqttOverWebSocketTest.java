package io.waypost.systemtests.protocols;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.waypost.engine.BrokerSettings;
import io.waypost.engine.LocalBroker;
import io.waypost.management.http.HttpServer;
import io.waypost.mqtt.MqttProtocol;
import io.waypost.store.MemoryDefinitionStore;
import io.waypost.store.MemoryStore;
import io.waypost.transport.Connections;
import io.waypost.transport.Endpoint;
import io.waypost.transport.NettyLoops;
import io.waypost.transport.ProtocolSettings;
import io.waypost.ws.WebSocketDoor;
import io.waypost.ws.WebSocketSettings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** MQTT's packets in a WebSocket (section 6), by the JDK's client. */
class MqttOverWebSocketTest {
  private static final int CONNACK = 0x20;
  private static final int SUBACK = 0x90;
  private static final int PUBLISH = 0x30;
  private static final byte[] CONNECT = {
    0x10, 15, 0, 4, 'M', 'Q', 'T', 'T', 4, 2, 0, 0, 0, 3, 'w', 'e', 'b'
  };
  private static final byte[] SUBSCRIBE = {(byte) 0x82, 6, 0, 1, 0, 1, 't', 0};
  private static final byte[] MESSAGE = {PUBLISH, 5, 0, 1, 't', 'h', 'i'};

  private static final NettyLoops loops = NettyLoops.start(2);
  private static final LocalBroker broker = LocalBroker.start(
      BrokerSettings.defaults(),
      loops.group(),
      new MemoryStore(loops.group()),
      new MemoryDefinitionStore());
  private static @Nullable HttpServer server;

  @BeforeAll
  static void listen() throws IOException {
    WebSocketSettings settings =
        new WebSocketSettings(List.of(), 1 << 20, false, Duration.ZERO, false, 256 * 1024);
    Endpoint mqtt =
        new Endpoint(new MqttProtocol(), broker, ProtocolSettings.defaults("Waypost", "0.0.0"));
    server = HttpServer.start(
        "127.0.0.1",
        0,
        WebSocketDoor.doors(List.of(mqtt), loops, new Connections(100), settings, null));
  }

  @AfterAll
  static void stop() {
    Objects.requireNonNull(server).close();
    broker.close();
    loops.close(Duration.ofSeconds(5));
  }

  /** Gathers what comes. */
  private static final class Arrivals implements WebSocket.Listener {
    private final BlockingQueue<Byte> bytes = new LinkedBlockingQueue<>();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
      while (data.hasRemaining()) {
        bytes.add(data.get());
      }
      socket.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
      closed.complete(code);
      return null;
    }

    @Override
    public void onError(WebSocket socket, Throwable error) {
      closed.completeExceptionally(error);
    }

    /** The next packet, with its first byte and its length. */
    byte[] packet() throws InterruptedException {
      ByteArrayOutputStream packet = new ByteArrayOutputStream();
      packet.write(next());
      int length = next();
      packet.write(length);
      for (int i = 0; i < length; i++) {
        packet.write(next());
      }
      return packet.toByteArray();
    }

    private byte next() throws InterruptedException {
      return Objects.requireNonNull(bytes.poll(30, TimeUnit.SECONDS), "nothing came");
    }

    void expect(int first) throws InterruptedException {
      assertThat(packet()[0] & 0xFF).isEqualTo(first);
    }
  }

  private static WebSocket open(Arrivals arrivals, String... offered) {
    int port = Objects.requireNonNull(server).address().getPort();
    return HttpClient.newHttpClient()
        .newWebSocketBuilder()
        .subprotocols(offered[0], Arrays.copyOfRange(offered, 1, offered.length))
        .buildAsync(URI.create("ws://127.0.0.1:" + port + "/mqtt"), arrivals)
        .join();
  }

  private static void send(WebSocket socket, byte[]... messages) {
    for (byte[] message : messages) {
      socket.sendBinary(ByteBuffer.wrap(message), true).join();
    }
  }

  private static byte[] joined(byte[]... packets) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] packet : packets) {
      all.writeBytes(packet);
    }
    return all.toByteArray();
  }

  @Test
  @Tag("MQTT-6.0.0-4")
  @Tag("MQTT3-6.0.0-4")
  void theSubprotocolIsMqtt() {
    WebSocket socket = open(new Arrivals(), "foo", "mqtt");
    assertThat(socket.getSubprotocol()).isEqualTo("mqtt");
    socket.abort();
  }

  @Test
  @Tag("MQTT-6.0.0-2")
  @Tag("MQTT3-6.0.0-2")
  void packetsNeedNotBeginAndEndWithMessages() throws Exception {
    byte[] all = joined(CONNECT, SUBSCRIBE, MESSAGE, MESSAGE);
    for (int size : new int[] {1, 7, all.length}) {
      Arrivals arrivals = new Arrivals();
      WebSocket socket = open(arrivals, "mqtt");
      for (int at = 0; at < all.length; at += size) {
        send(socket, Arrays.copyOfRange(all, at, Math.min(all.length, at + size)));
      }
      arrivals.expect(CONNACK);
      arrivals.expect(SUBACK);
      for (int i = 0; i < 2; i++) {
        assertThat(new String(arrivals.packet(), 5, 2, UTF_8)).isEqualTo("hi");
      }
      socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
      assertThat(arrivals.closed.get(30, TimeUnit.SECONDS)).isEqualTo(WebSocket.NORMAL_CLOSURE);
    }
  }

  @Test
  @Tag("MQTT-6.0.0-1")
  @Tag("MQTT3-6.0.0-1")
  void textEndsTheConnection() throws Exception {
    Arrivals arrivals = new Arrivals();
    WebSocket socket = open(arrivals, "mqtt");
    send(socket, CONNECT);
    arrivals.expect(CONNACK);
    socket.sendText("text", true).join();
    assertThat(arrivals.closed.get(30, TimeUnit.SECONDS)).isEqualTo(1003);
  }
}
