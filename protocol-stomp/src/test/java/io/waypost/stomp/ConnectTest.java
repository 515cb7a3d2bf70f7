package io.waypost.stomp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.waypost.broker.Inspector.ConnectionInfo;
import io.waypost.engine.BrokerSettings;
import io.waypost.stomp.StompClient.Received;
import io.waypost.transport.ProtocolSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How a conversation begins and ends. */
class ConnectTest {
  @RegisterExtension
  static final TestBroker broker = new TestBroker(
      BrokerSettings.defaults(),
      ProtocolSettings.defaults("Waypost", "1.2.3")
          .with(StompSettings.LOGIN_TIMEOUT, Duration.ofSeconds(3))
          .with(StompSettings.MIN_HEART_BEAT, Duration.ofMillis(50)));

  @RegisterExtension
  static final TestBroker strict = new TestBroker(
      BrokerSettings.defaults(),
      ProtocolSettings.defaults("Waypost", "1.2.3")
          .with(StompSettings.STRICT_HOST, true)
          .with(StompSettings.DEFAULT_USER, "guest")
          .with(StompSettings.DEFAULT_PASSWORD, "guest"));

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {"1.0;1.0", "1.1;1.1", "1.2;1.2", "1.0,1.1,1.2;1.2", "1.0,1.1,7.0;1.1"})
  @DisplayName("the highest common version is agreed on")
  void version(String accepted, String agreed) throws Exception {
    StompClient client = broker.socket();
    client.send("CONNECT", "accept-version:" + accepted, "login:guest", "passcode:guest", "host:/");
    Received connected = client.expect("CONNECTED");
    assertThat(connected.header("version")).isEqualTo(agreed);
    assertThat(connected.header("server")).isEqualTo("Waypost/1.2.3");
    assertThat(connected.header("session")).startsWith("session-");
    assertThat(connected.header("heart-beat")).isEqualTo("0,0");
  }

  @Test
  @DisplayName("STOMP is CONNECT, and one without accept-version speaks 1.0")
  void stompFrame() throws Exception {
    StompClient client = broker.socket();
    client.raw("STOMP\r\nlogin: guest \r\npasscode:guest\r\n\r\n\0\r\n");
    assertThat(client.expect("CONNECTED").header("version")).isEqualTo("1.0");
  }

  @Test
  @DisplayName("without a common version the ones that there are are told")
  void noVersion() throws Exception {
    StompClient client = broker.socket();
    client.send("CONNECT", "accept-version:2.0,3.1", "login:guest", "passcode:guest");
    Received error = client.expectError("Version mismatch");
    assertThat(error.header("version")).isEqualTo("1.0,1.1,1.2");
    assertThat(error.header("content-type")).isEqualTo("text/plain");
  }

  @ParameterizedTest
  @ValueSource(strings = {"login:guest\npasscode:wrong", "login:nobody\npasscode:x", "login:guest"})
  @DisplayName("wrong credentials are refused")
  void wrongCredentials(String headers) throws Exception {
    StompClient client = broker.socket();
    client.send("CONNECT", "accept-version:1.2", headers);
    client.expectError("Bad CONNECT");
  }

  @Test
  @DisplayName("who names no user is refused, or is the configured one")
  void noLogin() throws Exception {
    StompClient anonymous = broker.socket();
    anonymous.send("CONNECT", "accept-version:1.2");
    assertThat(anonymous.expectError("Bad CONNECT").body()).isEqualTo("there is no login");
    StompClient somebody = strict.socket();
    somebody.send("CONNECT", "accept-version:1.2");
    somebody.expect("CONNECTED");
  }

  @Test
  @DisplayName("a host that is no virtual host means the default one, unless that is switched off")
  void host() throws Exception {
    StompClient client = broker.socket();
    client.send(
        "CONNECT", "accept-version:1.2", "login:guest", "passcode:guest", "host:stomp.example.org");
    client.expect("CONNECTED");
    StompClient refused = strict.socket();
    refused.send("CONNECT", "accept-version:1.2", "host:stomp.example.org");
    refused.expectError("Bad CONNECT");
  }

  @Test
  @DisplayName("the host names the virtual host")
  void virtualHost() throws Exception {
    broker.administration().putVirtualHost("stomping", "").toCompletableFuture().join();
    broker
        .administration()
        .putPermissions("stomping", "guest", new io.waypost.broker.Permissions(".*", ".*", ".*"))
        .toCompletableFuture()
        .join();
    StompClient client = broker.socket();
    client.send(
        "CONNECT",
        "accept-version:1.2",
        "login:guest",
        "passcode:guest",
        "host:stomping",
        "client-id:the-sensor");
    client.expect("CONNECTED");
    List<ConnectionInfo> connections = broker.broker().inspector().connections().stream()
        .filter(each -> each.virtualHost().equals("stomping"))
        .toList();
    assertThat(connections).hasSize(1);
    assertThat(connections.get(0).client().protocol()).isEqualTo("stomp");
    assertThat(connections.get(0).client().protocolVersion()).isEqualTo("1.2");
    assertThat(connections.get(0).client().clientId()).isEqualTo("the-sensor");
  }

  @Test
  @DisplayName("the first frame is CONNECT, and the only one")
  void onlyConnectFirst() throws Exception {
    StompClient client = broker.socket();
    client.send("SEND", "destination:/queue/x");
    client.expectError("Bad CONNECT");
    StompClient twice = broker.connect();
    twice.send("CONNECT", "accept-version:1.2", "login:guest", "passcode:guest");
    twice.expectError("Bad command");
  }

  @Test
  @DisplayName("what comes behind CONNECT in the same packet waits for the login")
  void pipelined() throws Exception {
    StompClient client = broker.socket();
    client.raw("CONNECT\naccept-version:1.2\nlogin:guest\npasscode:guest\n\n\0"
        + "SUBSCRIBE\nid:1\ndestination:/queue/pipelined\n\n\0"
        + "SEND\ndestination:/queue/pipelined\n\nfirst\0"
        + "SEND\ndestination:/queue/pipelined\n\nsecond\0");
    client.expect("CONNECTED");
    assertThat(client.expect("MESSAGE").body()).isEqualTo("first");
    assertThat(client.expect("MESSAGE").body()).isEqualTo("second");
  }

  @Test
  @DisplayName("what a client sent before it vanished is carried out")
  void vanished() throws Exception {
    try (StompClient client = new StompClient(broker.port())) {
      client.raw("CONNECT\naccept-version:1.2\nlogin:guest\npasscode:guest\n\n\0"
          + "SEND\ndestination:/queue/vanished\n\none\0SEND\ndestination:/queue/vanished\n\ntwo\0");
      client.endOutput();
      await().until(() -> broker.queue("vanished").isPresent() && broker.waiting("vanished") == 2);
    }
    assertThat(broker.take("vanished").body()).isEqualTo("one".getBytes(UTF_8));
  }

  @Test
  @DisplayName("a client that does not log in is told so and dropped")
  void loginTimeout() throws Exception {
    StompClient client = broker.socket();
    client.raw("\n");
    client.expectError("Login timeout");
  }

  @Test
  @DisplayName("before the login frames are held to a lower limit")
  void limitBeforeLogin() throws Exception {
    StompClient client = broker.socket();
    client.raw("CONNECT\ncontent-length:100000\n\n");
    client.expectError("Frame too large");
  }

  @Test
  @DisplayName("a frame that is refused for its body is known by its receipt")
  void receiptOfARefusedFrame() throws Exception {
    StompClient client = broker.connect();
    client.raw("SEND\ndestination:/queue/q\nreceipt:r\\c7\ncontent-length:999999999\n\n");
    assertThat(client.expectError("Frame too large").header("receipt-id")).isEqualTo("r\\c7");
  }

  @Test
  @DisplayName("a long passcode is taken whole")
  void token() throws Exception {
    StompClient client = broker.socket();
    client.send("CONNECT", "accept-version:1.2", "login:guest", "passcode:" + "t".repeat(16_000));
    assertThat(client.expectError("Bad CONNECT").body()).isEqualTo("the login was refused");
  }

  @Test
  @DisplayName("DISCONNECT is answered last, and only then the connection ends")
  void disconnect() throws Exception {
    StompClient client = broker.connect();
    for (int i = 0; i < 100; i++) {
      client.send("SEND", "destination:/queue/goodbye", "receipt:" + i);
    }
    client.send("DISCONNECT", "receipt:bye");
    String last = "";
    for (int i = 0; i < 101; i++) {
      last = client.expect("RECEIPT").header("receipt-id");
    }
    assertThat(last).isEqualTo("bye");
    client.expectEnd();
    assertThat(broker.waiting("goodbye")).isEqualTo(100);
  }

  @Test
  @DisplayName("both sides' heart-beats are agreed on, and the broker keeps its own")
  void heartBeats() throws Exception {
    StompClient client = broker.socket();
    client.send(
        "CONNECT", "accept-version:1.2", "login:guest", "passcode:guest", "heart-beat:0,20");
    assertThat(client.expect("CONNECTED").header("heart-beat")).isEqualTo("50,0");
    assertThat(client.read()).isEqualTo('\n');
    assertThat(client.read()).isEqualTo('\n');
  }

  @Test
  @DisplayName("a client that misses its own heart-beats is dropped")
  void silence() throws Exception {
    StompClient client = broker.socket();
    client.send(
        "CONNECT", "accept-version:1.2", "login:guest", "passcode:guest", "heart-beat:100,0");
    assertThat(client.expect("CONNECTED").header("heart-beat")).isEqualTo("0,100");
    assertThat(client.read()).isEqualTo(-1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "a,b", "1,2,3", "-1,0"})
  @DisplayName("heart-beats are two numbers")
  void malformedHeartBeat(String value) throws IOException {
    StompClient client = broker.socket();
    client.send(
        "CONNECT", "accept-version:1.2", "login:guest", "passcode:guest", "heart-beat:" + value);
    client.expectError("Bad CONNECT");
  }

  @Test
  @DisplayName("an operator who closes a connection is heard")
  void closedByOperator() throws Exception {
    StompClient client = broker.socket();
    client.send(
        "CONNECT", "accept-version:1.2", "login:guest", "passcode:guest", "client-id:victim");
    client.expect("CONNECTED");
    ConnectionInfo info = broker.broker().inspector().connections().stream()
        .filter(each -> each.client().clientId().equals("victim"))
        .findFirst()
        .orElseThrow();
    broker.administration().closeConnection(info.client().name(), "so it is");
    assertThat(client.expectError("connection_forced").body()).contains("so it is");
  }
}
