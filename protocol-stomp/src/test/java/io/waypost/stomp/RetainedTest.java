package io.waypost.stomp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.waypost.message.Header;
import io.waypost.message.Headers;
import io.waypost.message.Properties;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages that are kept for those who subscribe later. */
class RetainedTest {
  @RegisterExtension
  static final TestBroker broker = new TestBroker();

  private static long kept() {
    return broker.broker().inspector().retainedMessages("/");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/topic/r.a", "/exchange/amq.topic/r.b", "/exchange/amq.direct/r c"})
  @DisplayName("who asks gets what was kept, once, with its headers")
  void asked(String destination) throws Exception {
    StompClient publisher = broker.connect();
    publisher.publish(destination, "old", "retain:true");
    publisher.publish(destination, "kept", "retain:true", "own:value");
    publisher.publish(destination, "passing", "retain:false");
    StompClient client = broker.connect();
    client.subscribe("no", destination);
    client.subscribe("yes", destination, "retained:true");
    StompClient.Received message = client.expect("MESSAGE");
    assertThat(message.body()).isEqualTo("kept");
    assertThat(message.headers())
        .containsEntry("subscription", "yes")
        .containsEntry("own", "value")
        .containsEntry("retain", "true");
    publisher.publish(destination, "live");
    assertThat(client.expect("MESSAGE").body()).isEqualTo("live");
    assertThat(client.expect("MESSAGE").body()).isEqualTo("live");
    publisher.publish(destination, "", "retain:true");
    assertThat(client.expect("MESSAGE").body()).isEmpty();
    assertThat(client.expect("MESSAGE").body()).isEmpty();
    client.subscribe("again", destination, "retained:true");
    publisher.publish(destination, "last");
    for (int i = 0; i < 3; i++) {
      assertThat(client.expect("MESSAGE").body()).isEqualTo("last");
    }
  }

  @Test
  @DisplayName("/mqtt brings what was kept unless it is told not to, by wildcards too")
  void mqtt() throws Exception {
    StompClient publisher = broker.connect();
    publisher.publish("/mqtt/home/kitchen/t", "21", "retain:true");
    publisher.publish("/mqtt/home/bath/t", "23", "retain:1");
    publisher.publish("/mqtt/$home/t", "hidden", "retain:true");
    StompClient client = broker.connect();
    client.subscribe("none", "/mqtt/home/+/t", "retained:false");
    client.subscribe("hidden", "/mqtt/+/t");
    client.subscribe("all", "/mqtt/home/+/t");
    List<String> bodies =
        List.of(client.expect("MESSAGE").body(), client.expect("MESSAGE").body());
    assertThat(bodies).containsExactlyInAnyOrder("21", "23");
    publisher.publish("/mqtt/home/t", "live");
    assertThat(client.expect("MESSAGE").header("subscription")).isEqualTo("hidden");
  }

  @Test
  @DisplayName("a transaction keeps when it commits")
  void transaction() throws Exception {
    StompClient client = broker.connect();
    long before = kept();
    client.ask("BEGIN", "transaction:t");
    client.publish("/topic/tx.kept", "x", "retain:true", "transaction:t");
    client.ask("ABORT", "transaction:t");
    assertThat(kept()).isEqualTo(before);
    client.ask("BEGIN", "transaction:t");
    client.publish("/topic/tx.kept", "x", "retain:true", "transaction:t");
    assertThat(kept()).isEqualTo(before);
    client.ask("COMMIT", "transaction:t");
    assertThat(kept()).isEqualTo(before + 1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/queue/kept", "/amq/queue/kept", "/reply-queue/kept"})
  @DisplayName("queues keep no message for later, and cannot be asked")
  void queues(String destination) throws Exception {
    StompClient client = broker.connect();
    long before = kept();
    client.publish("/queue/kept", "x", "retain:true");
    assertThat(kept()).isEqualTo(before);
    client.send("SUBSCRIBE", "id:1", "destination:" + destination, "retained:true");
    client.expectError("not_implemented");
  }

  @Test
  @DisplayName("what is neither true nor false is an error where it is asked for")
  void unclear() throws Exception {
    StompClient client = broker.connect();
    client.send("SUBSCRIBE", "id:1", "destination:/topic/u", "retained:perhaps");
    client.expectError("Invalid header");
  }

  @Test
  @DisplayName("the other protocols know the header by another name")
  void names() throws Exception {
    StompClient client = broker.connect();
    client.publish("/queue/names", "x", "retain:true", "a:b");
    assertThat(broker.take("names").properties().headers().entries())
        .containsExactlyInAnyOrder(new Header("a", "b"), new Header("x-retain", true));
    client.publish("/queue/names", "x", "retain:false");
    assertThat(broker.take("names").properties().headers().entries())
        .containsExactly(new Header("retain", "false"));
    client.subscribe("s", "/queue/names");
    for (Object yes : new Object[] {true, "true"}) {
      Headers headers = Headers.of(List.of(new Header("x-retain", yes)));
      broker.publish("", "names", Properties.EMPTY.withHeaders(headers), "x".getBytes(UTF_8));
      StompClient.Received message = client.expect("MESSAGE");
      assertThat(message.headers()).containsEntry("retain", "true").doesNotContainKey("x-retain");
    }
  }
}
