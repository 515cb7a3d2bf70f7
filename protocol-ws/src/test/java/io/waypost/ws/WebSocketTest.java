package io.waypost.ws;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.waypost.ws.RawWebSocket.Received;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is carried, and how it ends. */
class WebSocketTest {
  private static final int FIN = 0x80;

  @RegisterExtension
  static final TestDoor door = new TestDoor(false, Duration.ZERO);

  @RegisterExtension
  static final TestDoor squeezing = new TestDoor(true, Duration.ZERO);

  @RegisterExtension
  static final TestDoor impatient = new TestDoor(false, Duration.ofSeconds(1));

  private static ConditionFactory await() {
    return Awaitility.await().atMost(Duration.ofSeconds(60));
  }

  @Test
  @DisplayName("text is answered by text, binary by binary")
  void kinds() throws Exception {
    RawWebSocket client = door.open("/echo");
    client.send(FIN | Opcode.TEXT, "grüße");
    Received text = client.receive();
    assertThat(text.first()).isEqualTo(FIN | Opcode.TEXT);
    assertThat(text.text()).isEqualTo("grüße");
    client.send(FIN | Opcode.BINARY, "x");
    assertThat(client.receive().first()).isEqualTo(FIN | Opcode.BINARY);
  }

  @Test
  @DisplayName("messages may come in fragments, with pings between, byte by byte")
  void fragments() throws Exception {
    RawWebSocket client = door.open("/echo");
    ByteArrayOutputStream wire = new ByteArrayOutputStream();
    byte[] text = "a ü \uD83D\uDE00 z".getBytes(StandardCharsets.UTF_8);
    wire.writeBytes(RawWebSocket.frame(Opcode.TEXT, Arrays.copyOf(text, 3)));
    wire.writeBytes(RawWebSocket.frame(FIN | Opcode.PING, new byte[] {'p'}));
    wire.writeBytes(RawWebSocket.frame(Opcode.CONTINUATION, Arrays.copyOfRange(text, 3, 7)));
    wire.writeBytes(RawWebSocket.frame(Opcode.CONTINUATION, new byte[0]));
    wire.writeBytes(RawWebSocket.frame(FIN, Arrays.copyOfRange(text, 7, text.length)));
    wire.writeBytes(RawWebSocket.frame(FIN | Opcode.CLOSE, new byte[] {3, (byte) 0xE8}));
    for (byte octet : wire.toByteArray()) {
      client.raw(new byte[] {octet});
    }
    ByteArrayOutputStream echoed = new ByteArrayOutputStream();
    boolean pong = false;
    Received frame = client.receive();
    while (frame.opcode() != Opcode.CLOSE) {
      if (frame.opcode() == Opcode.PONG) {
        pong = frame.text().equals("p");
      } else {
        echoed.writeBytes(frame.payload());
      }
      frame = client.receive();
    }
    assertThat(pong).isTrue();
    assertThat(echoed.toByteArray()).isEqualTo(text);
    assertThat(frame.closeCode()).isEqualTo(CloseCode.NORMAL);
    client.expectEnd();
  }

  @Test
  @DisplayName(
      "many small frames at once lose nothing, not even what comes right before a wrong one")
  void manyAtOnce() throws Exception {
    RawWebSocket client = door.open("/echo");
    ByteArrayOutputStream wire = new ByteArrayOutputStream();
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    for (int i = 0; i < 300; i++) {
      byte[] payload = ("<" + i + ">").repeat(i % 9).getBytes(StandardCharsets.US_ASCII);
      wire.write(RawWebSocket.frame(FIN | (i % 50 < 25 ? Opcode.BINARY : Opcode.TEXT), payload));
      said.write(payload);
      if (i % 70 == 0) {
        wire.write(RawWebSocket.frame(FIN | Opcode.PING, new byte[] {(byte) i}));
      }
    }
    wire.write(new byte[] {(byte) 0x82, 1, 'x'});
    client.raw(wire.toByteArray());
    ByteArrayOutputStream heard = new ByteArrayOutputStream();
    int pongs = 0;
    Received next = client.receive();
    while (next.opcode() != Opcode.CLOSE) {
      if (next.opcode() == Opcode.PONG) {
        pongs++;
      } else {
        heard.write(next.payload());
      }
      next = client.receive();
    }
    assertThat(heard.toString(StandardCharsets.US_ASCII))
        .isEqualTo(said.toString(StandardCharsets.US_ASCII));
    assertThat(pongs).isEqualTo(5);
    assertThat(next.closeCode()).isEqualTo(CloseCode.PROTOCOL_ERROR);
  }

  private static void closedWith(int code, String path, byte[]... frames) throws Exception {
    RawWebSocket client = door.open(path);
    for (byte[] frame : frames) {
      client.raw(frame);
    }
    Received last = client.receive();
    while (last.opcode() != Opcode.CLOSE) {
      last = client.receive();
    }
    assertThat(last.closeCode()).isEqualTo(code);
    assertThat(last.payload().length).as("there is a reason").isGreaterThan(2);
    client.expectEnd();
  }

  @Test
  @DisplayName("a frame that is against the protocol closes with 1002")
  void protocolErrors() throws Exception {
    closedWith(CloseCode.PROTOCOL_ERROR, "/echo", new byte[] {(byte) 0x82, 1, 'x'});
    closedWith(CloseCode.PROTOCOL_ERROR, "/echo", RawWebSocket.frame(FIN | 0x40 | 2, new byte[1]));
    closedWith(CloseCode.PROTOCOL_ERROR, "/echo", RawWebSocket.frame(FIN | 3, new byte[1]));
    closedWith(CloseCode.PROTOCOL_ERROR, "/echo", RawWebSocket.frame(FIN, new byte[1]));
    closedWith(CloseCode.PROTOCOL_ERROR, "/echo", RawWebSocket.frame(Opcode.PING, new byte[1]));
    closedWith(
        CloseCode.PROTOCOL_ERROR, "/echo", RawWebSocket.frame(FIN | Opcode.PING, new byte[126]));
    closedWith(
        CloseCode.PROTOCOL_ERROR,
        "/echo",
        RawWebSocket.frame(Opcode.BINARY, new byte[1]),
        RawWebSocket.frame(FIN | Opcode.BINARY, new byte[1]));
    closedWith(
        CloseCode.PROTOCOL_ERROR, "/echo", RawWebSocket.frame(FIN | Opcode.CLOSE, new byte[] {1}));
    closedWith(
        CloseCode.PROTOCOL_ERROR,
        "/echo",
        RawWebSocket.frame(FIN | Opcode.CLOSE, new byte[] {3, (byte) 0xED}));
    closedWith(CloseCode.PROTOCOL_ERROR, "/echo", new byte[] {
      (byte) 0x82, (byte) 0xFE, 0, 1, 0, 0, 0, 0, 'x'
    });
  }

  @Test
  @DisplayName(
      "text that is not UTF-8 closes with 1007, where binary is asked for with 1003, what is too large with 1009")
  void otherErrors() throws Exception {
    closedWith(CloseCode.INVALID_TEXT, "/echo", RawWebSocket.frame(FIN | Opcode.TEXT, new byte[] {
      (byte) 0xC0, (byte) 0x80
    }));
    closedWith(CloseCode.INVALID_TEXT, "/echo", RawWebSocket.frame(FIN | Opcode.TEXT, new byte[] {
      'a', (byte) 0xE2, (byte) 0x82
    }));
    closedWith(
        CloseCode.UNSUPPORTED_DATA, "/raw", RawWebSocket.frame(FIN | Opcode.TEXT, new byte[1]));
    closedWith(CloseCode.TOO_LARGE, "/echo", new byte[] {
      (byte) 0x82, (byte) 0xFF, 0, 0, 0, 0, 1, 0, 0, 0, 1, 2, 3, 4
    });
    closedWith(CloseCode.PROTOCOL_ERROR, "/echo", new byte[] {
      (byte) 0x82, (byte) 0xFF, (byte) 0x80, 0, 0, 0, 1, 0, 0, 0, 1, 2, 3, 4
    });
  }

  @Test
  @DisplayName("the client's close is answered with its code, and the connection ends")
  void clientCloses() throws Exception {
    RawWebSocket client = door.open("/echo");
    client.send(FIN | Opcode.CLOSE, new byte[] {15, (byte) 0xA0, 'o', 'k'});
    assertThat(client.receive().closeCode()).isEqualTo(4000);
    client.expectEnd();
    RawWebSocket silent = door.open("/echo");
    silent.send(FIN | Opcode.CLOSE, new byte[0]);
    assertThat(silent.receive().closeCode()).isEqualTo(CloseCode.NONE);
    silent.expectEnd();
  }

  @Test
  @DisplayName("when the protocol ends the conversation, its last words come first, then the close")
  void protocolCloses() throws Exception {
    RawWebSocket client = door.open("/echo");
    client.send(FIN | Opcode.TEXT, "bye");
    assertThat(client.receive().text()).isEqualTo("bye");
    assertThat(client.receive().closeCode()).isEqualTo(CloseCode.NORMAL);
    client.send(FIN | Opcode.CLOSE, new byte[] {3, (byte) 0xE8});
    client.expectEnd();
  }

  @Test
  @DisplayName("what was sent before a half-close is carried out, and nothing stays behind")
  void halfClosed() throws Exception {
    int before = door.echo.open.get();
    RawWebSocket client = door.open("/echo");
    long heard = door.echo.heard.get();
    client.raw(RawWebSocket.frame(FIN | Opcode.BINARY, new byte[1000]));
    client.raw(new byte[] {(byte) 0x82, (byte) 0xFE, 1});
    client.endOutput();
    await().until(() -> door.echo.heard.get() == heard + 1000);
    await().until(() -> door.echo.open.get() == before && door.connections() == before);
  }

  @Test
  @DisplayName("a tab that is killed in the middle of a message leaves nothing behind")
  void killed() throws Exception {
    for (int i = 0; i < 20; i++) {
      RawWebSocket client = door.open("/echo");
      client.send(FIN | Opcode.BINARY, "flood");
      client.receive();
      client.raw(new byte[] {(byte) 0x82, (byte) 0xFE, 1, 0, 1, 2, 3, 4, 5});
      client.reset();
    }
    await().until(() -> door.connections() == 0);
    assertThat(door.echo.open.get()).isZero();
  }

  @Test
  @DisplayName(
      "a client that does not read is not written to without end, and gets everything when it reads")
  void slowReader() throws Exception {
    RawWebSocket client = door.open("/raw");
    client.send(FIN | Opcode.BINARY, "flood");
    long[] last = {-1};
    // Until nothing more was written for a while.
    await().during(Duration.ofMillis(500)).until(() -> {
      long now = door.raw.flooded.get();
      boolean still = now == last[0];
      last[0] = now;
      return still;
    });
    assertThat(door.raw.flooded.get()).isLessThan(EchoProtocol.FLOOD / 2);
    assertThat(client.receiveBytes(EchoProtocol.FLOOD)).isEqualTo(EchoProtocol.FLOOD);
  }

  @Test
  @DisplayName("a protocol that does not read is not sent to without end")
  void deafProtocol() throws Exception {
    RawWebSocket client = door.open("/echo");
    client.send(FIN | Opcode.BINARY, "deaf");
    assertThat(client.receive().text()).isEqualTo("deaf");
    CompletableFuture<Void> stuck = CompletableFuture.runAsync(() -> {
      try {
        byte[] frame = RawWebSocket.frame(FIN | Opcode.BINARY, new byte[1024 * 1024]);
        for (int i = 0; i < 64; i++) {
          client.raw(frame);
        }
      } catch (java.io.IOException closed) {
        throw new java.io.UncheckedIOException(closed);
      }
    });
    await().during(Duration.ofMillis(500)).until(() -> !stuck.isDone());
    client.close();
    await().until(stuck::isDone);
    assertThat(stuck).isCompletedExceptionally();
  }

  @Test
  @DisplayName(
      "a silent client is pinged; one that answers stays, whatever HTTP's patience, one that does not goes")
  void idle() throws Exception {
    RawWebSocket awake = impatient.open("/echo");
    for (int i = 0; i < 3; i++) {
      Received ping = awake.receive();
      assertThat(ping.opcode()).isEqualTo(Opcode.PING);
      awake.send(FIN | Opcode.PONG, ping.payload());
    }
    RawWebSocket asleep = impatient.open("/echo");
    Received frame = asleep.receive();
    while (frame.opcode() == Opcode.PING) {
      frame = asleep.receive();
    }
    assertThat(frame.closeCode()).isEqualTo(CloseCode.GOING_AWAY);
    asleep.expectEnd();
  }

  @Test
  @DisplayName("compressed messages are inflated, and answered compressed")
  void compression() throws Exception {
    RawWebSocket client = squeezing.socket();
    assertThat(client.upgrade("/echo", "Sec-WebSocket-Extensions: permessage-deflate"))
        .contains("Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover;"
            + " client_no_context_takeover");
    for (int size : new int[] {1, 1000, 100_000}) {
      String text = "compress me ".repeat(size);
      client.send(FIN | 0x40 | Opcode.TEXT, deflated(text));
      ByteArrayOutputStream answer = new ByteArrayOutputStream();
      while (answer.size() < text.length()) {
        Received received = client.receive();
        assertThat(received.first()).isEqualTo(FIN | 0x40 | Opcode.TEXT);
        answer.writeBytes(inflated(received.payload()));
      }
      assertThat(answer.toString(StandardCharsets.UTF_8)).isEqualTo(text);
    }
    client.send(FIN | 0x40 | Opcode.BINARY, deflated("x".repeat(TestDoor.MAX_MESSAGE + 1)));
    Received last = client.receive();
    while (last.opcode() != Opcode.CLOSE) {
      last = client.receive();
    }
    assertThat(last.closeCode()).isEqualTo(CloseCode.TOO_LARGE);
  }

  private static byte[] deflated(String text) {
    ByteBuf target = Unpooled.buffer();
    try (Deflation deflation = new Deflation()) {
      deflation.add(Unpooled.copiedBuffer(text, StandardCharsets.UTF_8), target);
      deflation.end(target);
    }
    return Arrays.copyOf(target.array(), target.readableBytes());
  }

  private static byte[] inflated(byte[] payload) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (Inflation inflation = new Inflation()) {
      inflation.inflate(
          Unpooled.wrappedBuffer(payload),
          part -> out.write(part.array(), 0, part.readableBytes()));
      inflation.end(part -> out.write(part.array(), 0, part.readableBytes()));
    }
    return out.toByteArray();
  }

  @Test
  @DisplayName("the JDK's client exchanges messages of any size")
  void jdkClient() throws Exception {
    CompletableFuture<String> whole = new CompletableFuture<>();
    CompletableFuture<Integer> closed = new CompletableFuture<>();
    String sent = "ä0123456789".repeat(200_000);
    WebSocket client = HttpClient.newHttpClient()
        .newWebSocketBuilder()
        .subprotocols("foo", "v1.echo")
        .buildAsync(
            URI.create("ws://127.0.0.1:" + door.port() + "/ws"),
            new Listener(sent.length(), whole, closed))
        .get(60, TimeUnit.SECONDS);
    assertThat(client.getSubprotocol()).isEqualTo("v1.echo");
    client.sendText(sent.substring(0, 1000), false).get(60, TimeUnit.SECONDS);
    client.sendText(sent.substring(1000), true).get(60, TimeUnit.SECONDS);
    assertThat(whole.get(60, TimeUnit.SECONDS)).isEqualTo(sent);
    client.sendClose(WebSocket.NORMAL_CLOSURE, "done").get(60, TimeUnit.SECONDS);
    assertThat(closed.get(60, TimeUnit.SECONDS)).isEqualTo(WebSocket.NORMAL_CLOSURE);
  }

  private static final class Listener implements WebSocket.Listener {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final int expected;
    private final CompletableFuture<String> whole;
    private final CompletableFuture<Integer> closed;

    Listener(int expected, CompletableFuture<String> whole, CompletableFuture<Integer> closed) {
      this.expected = expected;
      this.whole = whole;
      this.closed = closed;
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
      bytes.writeBytes(data.toString().getBytes(StandardCharsets.UTF_8));
      check(socket);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
      byte[] part = new byte[data.remaining()];
      data.get(part);
      bytes.writeBytes(part);
      check(socket);
      return null;
    }

    private void check(WebSocket socket) {
      if (bytes.size() >= expected && bytes.toString(StandardCharsets.UTF_8).length() == expected) {
        whole.complete(bytes.toString(StandardCharsets.UTF_8));
      }
      socket.request(1);
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
      closed.complete(code);
      return null;
    }
  }
}
