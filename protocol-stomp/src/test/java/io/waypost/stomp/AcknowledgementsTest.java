package io.waypost.stomp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.waypost.message.Header;
import io.waypost.message.Headers;
import io.waypost.stomp.StompClient.Received;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** ACK and NACK. */
class AcknowledgementsTest {
  @RegisterExtension
  static final TestBroker broker = new TestBroker();

  private static void fill(String queue, int count) throws IOException {
    StompClient publisher = broker.connect();
    for (int i = 1; i <= count; i++) {
      publisher.publish("/queue/" + queue, Integer.toString(i));
    }
  }

  private static List<String> acks(StompClient client, int count) throws IOException {
    List<String> acks = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      Received message = client.expect("MESSAGE");
      assertThat(message.body()).isEqualTo(Integer.toString(i));
      acks.add(message.header("ack"));
    }
    return acks;
  }

  private static void unacknowledged(String queue, int count) {
    await().until(() -> broker.queue(queue).orElseThrow().unacknowledged() == count);
  }

  @Test
  @DisplayName("in mode auto nothing waits for an acknowledgement")
  void auto() throws Exception {
    fill("auto", 3);
    StompClient client = broker.connect();
    client.subscribe("s", "/queue/auto");
    for (int i = 0; i < 3; i++) {
      assertThat(client.expect("MESSAGE").headers()).doesNotContainKey("ack");
    }
    unacknowledged("auto", 0);
  }

  @Test
  @DisplayName("in mode client an ACK is for all before it, of its subscription alone")
  void cumulative() throws Exception {
    fill("cumulative", 4);
    fill("other", 1);
    StompClient client = broker.connect();
    client.subscribe("other", "/queue/other", "ack:client");
    acks(client, 1);
    client.subscribe("s", "/queue/cumulative", "ack:client");
    List<String> acks = acks(client, 4);
    client.ask("ACK", "id:" + acks.get(2));
    unacknowledged("cumulative", 1);
    unacknowledged("other", 1);
    client.ask("ACK", "id:" + acks.get(0));
    unacknowledged("cumulative", 1);
  }

  @Test
  @DisplayName("in mode client-individual an ACK is for one")
  void individual() throws Exception {
    fill("individual", 3);
    StompClient client = broker.connect();
    client.subscribe("s", "/queue/individual", "ack:client-individual");
    List<String> acks = acks(client, 3);
    client.ask("ACK", "id:" + acks.get(1));
    unacknowledged("individual", 2);
    client.send("ACK", "id:" + acks.get(1), "receipt:twice");
    assertThat(client.expectError("Message not found").header("receipt-id")).isEqualTo("twice");
    await().until(() -> broker.waiting("individual") == 2);
    StompClient next = broker.connect();
    next.subscribe("s", "/queue/individual");
    Received again = next.expect("MESSAGE");
    assertThat(again.body()).isEqualTo("1");
    assertThat(again.header("redelivered")).isEqualTo("true");
  }

  @Test
  @DisplayName("NACK gives back, or has dead-lettered where it says so")
  void nack() throws Exception {
    broker.declareQueue("graves", Headers.empty());
    broker.declareQueue(
        "nacked",
        Headers.of(List.of(
            new Header("x-dead-letter-exchange", ""),
            new Header("x-dead-letter-routing-key", "graves"))));
    fill("nacked", 1);
    StompClient client = broker.connect();
    client.subscribe("s", "/queue/nacked", "ack:client-individual");
    client.send("NACK", "id:" + acks(client, 1).get(0));
    Received again = client.expect("MESSAGE");
    assertThat(again.header("redelivered")).isEqualTo("true");
    client.ask("NACK", "id:" + again.header("ack"), "requeue:false");
    await().until(() -> broker.waiting("graves") == 1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.0", "1.1"})
  @DisplayName("before 1.2 the message-id is acknowledged")
  void messageId(String version) throws Exception {
    String queue = "message-id-" + version;
    fill(queue, 2);
    StompClient client = broker.connect(version);
    client.subscribe("s", "/queue/" + queue, "ack:client");
    client.expect("MESSAGE");
    Received second = client.expect("MESSAGE");
    assertThat(second.headers()).doesNotContainKey("ack");
    client.ask("ACK", "subscription:s", "message-id:" + second.header("message-id"));
    unacknowledged(queue, 0);
  }

  @Test
  @DisplayName("there is no NACK in 1.0")
  void noNack() throws Exception {
    StompClient client = broker.connect("1.0");
    client.send("NACK", "message-id:x");
    client.expectError("Bad command");
  }

  @Test
  @DisplayName("what was delivered can be acknowledged after its subscription has ended")
  void afterUnsubscribe() throws Exception {
    fill("afterwards", 2);
    StompClient client = broker.connect();
    client.subscribe("s", "/queue/afterwards", "ack:client-individual");
    List<String> acks = acks(client, 2);
    client.ask("UNSUBSCRIBE", "id:s");
    client.subscribe("s", "/queue/something-else", "ack:client-individual");
    client.ask("ACK", "id:" + acks.get(1));
    client.ask("ACK", "id:" + acks.get(0));
    unacknowledged("afterwards", 0);
  }

  @Test
  @DisplayName("prefetch-count holds deliveries back until some are acknowledged")
  void prefetch() throws Exception {
    fill("prefetch", 5);
    StompClient client = broker.connect();
    client.subscribe("s", "/queue/prefetch", "ack:client-individual", "prefetch-count:2");
    List<String> acks = acks(client, 2);
    unacknowledged("prefetch", 2);
    assertThat(broker.waiting("prefetch")).isEqualTo(3);
    client.send("ACK", "id:" + acks.get(0));
    assertThat(client.expect("MESSAGE").body()).isEqualTo("3");
    assertThat(broker.waiting("prefetch")).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"x", "T_s@@session@@1", "T_s@@", "@@@@", "T_s@@x@@99999999999999999999999"})
  @DisplayName("an id that was never given is an error")
  void unknown(String id) throws Exception {
    StompClient client = broker.connect();
    client.subscribe("s", "/queue/nothing", "ack:client");
    client.send("ACK", "id:" + id);
    client.expectError("Message not found");
  }
}
