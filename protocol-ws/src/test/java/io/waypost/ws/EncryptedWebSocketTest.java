package io.waypost.ws;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypost.broker.Encryption;
import io.waypost.transport.tls.TestCa;
import io.waypost.transport.tls.TestCa.Issued;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** WebSockets behind TLS, where writing goes by way of the HTTP server's threads. */
class EncryptedWebSocketTest {
  private static final int FIN = 0x80;
  private static final int ROUNDS = 24;

  private static final TestCa ca = ca();
  private static final Issued own = issue("CN=broker");

  @RegisterExtension
  static final TestDoor door = new TestDoor(false, Duration.ZERO, client(own));

  /** Once it has closed all, it closes each that still comes. */
  @RegisterExtension
  static final TestDoor closing = new TestDoor(false, Duration.ZERO, client(own));

  private static TestCa ca() {
    try {
      return TestCa.in(Files.createTempDirectory(Path.of("target"), "ca"));
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static Issued issue(String subject) {
    try {
      return ca.issue(subject, "localhost");
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static SSLContext client(Issued shown) {
    try {
      return ca.client(shown);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static ConditionFactory await() {
    return Awaitility.await().atMost(Duration.ofSeconds(90));
  }

  @Test
  @DisplayName("what is echoed is what was sent, however the socket splits it")
  void echo() throws Exception {
    RawWebSocket client = door.open("/echo", client(own));
    byte[] sent = new byte[6 * 1024 * 1024];
    new Random(1).nextBytes(sent);
    CompletableFuture<Void> sending = CompletableFuture.runAsync(
        () -> {
          try {
            for (int at = 0; at < sent.length; at += 1024 * 1024) {
              client.send(
                  FIN | Opcode.BINARY, java.util.Arrays.copyOfRange(sent, at, at + 1024 * 1024));
            }
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        },
        task -> new Thread(task).start());
    ByteArrayOutputStream echoed = new ByteArrayOutputStream();
    while (echoed.size() < sent.length) {
      echoed.writeBytes(client.receive().payload());
    }
    sending.get(60, TimeUnit.SECONDS);
    assertThat(echoed.toByteArray()).isEqualTo(sent);
  }

  @Test
  @DisplayName(
      "the protocol knows how the connection is encrypted, and whose certificate was shown")
  void peer() throws Exception {
    RawWebSocket client = door.open("/echo", client(issue("CN=browser,O=desk")));
    client.send(FIN | Opcode.TEXT, "hello");
    assertThat(client.receive().text()).isEqualTo("hello");
    Encryption encryption = Objects.requireNonNull(door.echo.encryption);
    assertThat(encryption.protocol()).isEqualTo("TLSv1.3");
    Encryption.Certificate shown = Objects.requireNonNull(encryption.certificate());
    assertThat(shown.subject()).isEqualTo("CN=browser,O=desk");
    assertThat(shown.user()).isEqualTo("browser");
  }

  @Test
  @DisplayName("a slow reader holds back the broker, and gets everything")
  void slowReader() throws Exception {
    RawWebSocket client = door.open("/raw", client(own));
    long before = door.raw.flooded.get();
    client.send(FIN | Opcode.BINARY, "flood");
    long[] last = {-1};
    await().during(Duration.ofMillis(500)).until(() -> {
      long now = door.raw.flooded.get();
      boolean still = now == last[0];
      last[0] = now;
      return still;
    });
    assertThat(door.raw.flooded.get() - before).isLessThan(EchoProtocol.FLOOD / 2);
    assertThat(client.receiveBytes(EchoProtocol.FLOOD)).isEqualTo(EchoProtocol.FLOOD);
  }

  @Test
  @DisplayName("clients that vanish in the middle of what they are sent leave nothing behind")
  void abruptEnds() throws Exception {
    int open = door.connections();
    Random random = new Random(2);
    List<RawWebSocket> clients = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      RawWebSocket client = door.open("/raw", client(own));
      client.send(FIN | Opcode.BINARY, "flood");
      clients.add(client);
    }
    for (int round = 0; round < ROUNDS; round++) {
      RawWebSocket client = clients.get(round);
      client.receiveBytes(random.nextInt(1024 * 1024));
      if (round % 2 == 0) {
        client.reset();
      } else {
        client.close();
      }
    }
    await().until(() -> door.connections() == open);
    RawWebSocket after = door.open("/echo", client(own));
    after.send(FIN | Opcode.BINARY, "still here");
    assertThat(after.receive().text()).isEqualTo("still here");
  }

  @Test
  @DisplayName("the broker may close a connection while it is being written to")
  void closedByTheBroker() throws Exception {
    List<RawWebSocket> clients = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      RawWebSocket client = closing.open("/raw", client(own));
      client.send(FIN | Opcode.BINARY, "flood");
      client.receiveBytes(1024 * 1024);
      clients.add(client);
    }
    assertThat(closing.raw.open.get()).isGreaterThanOrEqualTo(ROUNDS);
    closing.closeAll();
    await().until(() -> closing.connections() == 0);
    for (RawWebSocket client : clients) {
      client.expectSomeEnd();
    }
  }

  @Test
  @DisplayName(
      "a protocol that ends its side says so by a close frame, and the encryption ends in order")
  void goodbye() throws Exception {
    RawWebSocket client = door.open("/echo", client(own));
    client.send(FIN | Opcode.TEXT, "bye");
    assertThat(client.receive().text()).isEqualTo("bye");
    assertThat(client.receive().closeCode()).isEqualTo(CloseCode.NORMAL);
    client.send(FIN | Opcode.CLOSE, new byte[] {3, (byte) 0xE8});
    client.expectEnd();
  }

  @Test
  @DisplayName("a frame against the protocol is answered, then the connection ends")
  void violation() throws Exception {
    RawWebSocket client = door.open("/echo", client(own));
    client.raw(new byte[] {(byte) 0x82, 1, 'x'});
    assertThat(client.receive().closeCode()).isEqualTo(CloseCode.PROTOCOL_ERROR);
    client.expectEnd();
  }
}
