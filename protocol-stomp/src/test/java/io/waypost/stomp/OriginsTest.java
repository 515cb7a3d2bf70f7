package io.waypost.stomp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.waypost.engine.BrokerSettings;
import io.waypost.message.Header;
import io.waypost.message.Headers;
import io.waypost.message.Properties;
import io.waypost.transport.ProtocolSettings;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a MESSAGE says of where it came from. */
class OriginsTest {
  @RegisterExtension
  static final TestBroker broker = new TestBroker();

  @RegisterExtension
  static final TestBroker silent = new TestBroker(
      BrokerSettings.defaults(),
      ProtocolSettings.defaults("Waypost", "0.0.0").with(StompSettings.ORIGIN_HEADERS, false));

  private static final Properties FORGED = Properties.EMPTY.withHeaders(Headers.of(List.of(
      new Header("x-origin-user", "root"),
      new Header("x-origin-topic", "forged"),
      new Header("x-origin-client-id", "forged"),
      new Header("x-origin-story", "once upon a time"))));

  @Test
  @DisplayName("a message of another protocol has headers that its publisher cannot forge")
  void foreign() throws Exception {
    for (String version : List.of("1.0", "1.1", "1.2")) {
      StompClient client = broker.connect(version);
      client.subscribe("s", "/topic/foreign." + version);
      broker.publish("amq.topic", "foreign." + version, FORGED, "x".getBytes(UTF_8));
      StompClient.Received message = client.expect("MESSAGE");
      assertThat(message.headers())
          .containsEntry("x-origin-protocol", "test")
          .containsEntry("x-origin-user", "guest")
          .containsEntry("x-origin-story", "once upon a time")
          .doesNotContainKeys("x-origin-topic", "x-origin-client-id");
      client.close();
    }
  }

  @Test
  @DisplayName("a message of STOMP has its publisher's headers and no others")
  void own() throws Exception {
    StompClient client = broker.connect();
    client.subscribe("s", "/topic/own");
    client.send("SEND", "destination:/topic/own", "x-origin-user:me");
    StompClient.Received message = client.expect("MESSAGE");
    assertThat(message.headers())
        .containsEntry("x-origin-user", "me")
        .doesNotContainKey("x-origin-protocol");
  }

  @Test
  @DisplayName("they can be switched off")
  void off() throws Exception {
    StompClient client = silent.connect();
    client.subscribe("s", "/topic/off");
    silent.publish("amq.topic", "off", FORGED, "x".getBytes(UTF_8));
    assertThat(client.expect("MESSAGE").headers())
        .containsEntry("x-origin-user", "root")
        .doesNotContainKey("x-origin-protocol");
  }
}
