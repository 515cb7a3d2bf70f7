package io.waypost.engine;

import static io.waypost.engine.BrokerFixture.HOST;
import static io.waypost.engine.BrokerFixture.durable;
import static io.waypost.engine.BrokerFixture.until;
import static io.waypost.engine.BrokerFixture.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.waypost.broker.BindingSpec;
import io.waypost.broker.Delivery;
import io.waypost.broker.ExchangeSpec;
import io.waypost.broker.PublishOutcome;
import io.waypost.broker.QueueSpec;
import io.waypost.broker.Session;
import io.waypost.broker.Settlement;
import io.waypost.engine.BrokerFixture.Client;
import io.waypost.engine.BrokerFixture.Receiver;
import io.waypost.message.Headers;
import io.waypost.message.Message;
import io.waypost.message.Properties;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A broker that is closed and started again on the same folder. */
class RestartTest {
  @TempDir
  private Path folder = Path.of("");

  private BrokerFixture broker() {
    return new BrokerFixture(1L << 40, folder);
  }

  private static Properties persistent(@Nullable String expiration, Headers headers) {
    return new Properties(
        null,
        null,
        headers,
        true,
        null,
        null,
        null,
        expiration,
        null,
        null,
        null,
        null,
        null,
        null);
  }

  private static Properties persistent() {
    return persistent(null, Headers.empty());
  }

  private static void publish(
      Client client, String exchange, String key, String body, Properties properties) {
    int before = client.outcomes.size();
    client.run(() -> client.send(
        exchange,
        key,
        body.getBytes(StandardCharsets.UTF_8),
        properties,
        (token, outcome) -> client.outcomes.add(outcome)));
    until(() -> assertThat(client.outcomes).hasSizeGreaterThan(before));
    assertThat(client.outcomes.get(before)).isEqualTo(PublishOutcome.ROUTED);
  }

  @Test
  void durableQueuesComeBackWithTheirMessagesAndTheirNames() {
    try (BrokerFixture fixture = broker()) {
      Client client = fixture.open(0);
      client.declare(durable("kept"));
      client.declare(new QueueSpec("transient", false, false, false, Headers.empty()));
      client.ask(session ->
          session.bind(BindingSpec.toQueue("amq.topic", "kept", "a.*", Headers.empty())));
      for (String body : List.of("1", "2", "3", "4")) {
        publish(client, "amq.topic", "a.b", body, persistent());
      }
      publish(client, "amq.topic", "a.b", "not persistent", Properties.EMPTY);
      publish(client, "", "transient", "gone", persistent());
      Receiver receiver = client.consume("kept", 2);
      until(() -> assertThat(receiver.deliveries).hasSize(2));
      client.run(() -> receiver.deliveries.get(0).settle(Settlement.ACCEPT));
    }

    try (BrokerFixture fixture = broker()) {
      assertThat(fixture.hasQueue("transient")).isFalse();
      assertThat(fixture.queue("kept").ready()).isEqualTo(3);
      Client client = fixture.open(1);
      publish(client, "amq.topic", "a.c", "5", persistent());
      Receiver receiver = client.consume("kept", 10);

      until(() -> assertThat(receiver.bodies()).containsExactly("2", "3", "4", "5"));
      assertThat(receiver.deliveries)
          .extracting(Delivery::redelivered)
          .containsExactly(true, false, false, false);
      assertThat(receiver.messages.get(1).exchange()).isEqualTo("amq.topic");
      assertThat(receiver.messages.get(1).routingKey()).isEqualTo("a.b");
    }
  }

  @Test
  void whatADeletedQueueHeldDoesNotComeBackWithItsName() {
    try (BrokerFixture fixture = broker()) {
      Client client = fixture.open(0);
      client.declare(durable("q"));
      publish(client, "", "q", "old", persistent());
      client.ask(session -> session.deleteQueue("q", false, false));
      client.declare(durable("q"));
      publish(client, "", "q", "new", persistent());
    }

    try (BrokerFixture fixture = broker()) {
      Client client = fixture.open(0);
      Receiver receiver = client.consume("q", 10);
      until(() -> assertThat(receiver.bodies()).containsExactly("new"));
      assertThat(fixture.queue("q").ready()).isZero();
    }
  }

  @Test
  void whatExpiredWhileTheBrokerWasDownIsDeadLetteredWhenItStarts() {
    try (BrokerFixture fixture = broker()) {
      Client client = fixture.open(0);
      client.declare(durable("dead"));
      client.declare(
          with("q", Map.of("x-dead-letter-exchange", "", "x-dead-letter-routing-key", "dead")));
      publish(client, "", "q", "a", persistent("30", Headers.empty()));
      publish(client, "", "q", "b", persistent("3600000", Headers.empty()));
    }

    try (BrokerFixture fixture = broker()) {
      until(() -> assertThat(fixture.queue("dead").ready()).isEqualTo(1));
      Client client = fixture.open(0);
      Receiver receiver = client.consume("dead", 1);
      until(() -> assertThat(receiver.bodies()).containsExactly("a"));
      Headers headers = receiver.messages.get(0).properties().headers();
      assertThat(headers.text("x-first-death-reason")).isEqualTo("expired");
      until(() -> assertThat(fixture.queue("q").ready()).isEqualTo(1));
    }

    try (BrokerFixture fixture = broker()) {
      assertThat(fixture.queue("dead").ready()).isEqualTo(1);
      Client client = fixture.open(0);
      Receiver receiver = client.consume("dead", 1);
      until(() -> assertThat(receiver.messages).hasSize(1));
      assertThat(receiver.messages.get(0).properties().headers().contains("x-death"))
          .isTrue();
    }
  }

  @Test
  void aDelayedMessageThatWasDueMeanwhileIsDeliveredAtTheStart() {
    try (BrokerFixture fixture = broker()) {
      Client client = fixture.open(0);
      client.declare(durable("q"));
      client.ask(session -> session.declareExchange(
          new ExchangeSpec(
              "later",
              "x-delayed-message",
              true,
              false,
              false,
              Headers.of(Map.of("x-delayed-type", "fanout"))),
          false));
      client.ask(session -> session.bind(BindingSpec.toQueue("later", "q", "", Headers.empty())));
      publish(client, "later", "", "second", persistent(null, delay(1500)));
      publish(client, "later", "", "first", persistent(null, delay(1000)));
      publish(client, "later", "", "much later", persistent(null, delay(3_600_000)));
      assertThat(fixture.queue("q").ready()).isZero();
    }

    try (BrokerFixture fixture = broker()) {
      Client client = fixture.open(0);
      Receiver receiver = client.consume("q", 10);
      until(() -> assertThat(receiver.bodies()).containsExactly("first", "second"));
    }

    try (BrokerFixture fixture = broker()) {
      assertThat(fixture.broker.inspector().exchanges(HOST))
          .anyMatch(exchange -> exchange.spec().name().equals("later"));
      Client client = fixture.open(0);
      Receiver receiver = client.consume("q", 10);
      until(() -> assertThat(receiver.bodies()).containsExactly("first", "second"));
      assertThat(receiver.deliveries).allMatch(Delivery::redelivered);
    }
  }

  private static Headers delay(int millis) {
    return Headers.of(Map.of("x-delay", millis));
  }

  @Test
  void aBacklogLargerThanMemoryIsTakenInAndGivenOutInOrder() {
    int messages = 20_000;
    byte[] padding = new byte[4000];
    try (BrokerFixture fixture = new BrokerFixture(16 << 20, folder)) {
      Client client = fixture.open(0);
      client.declare(durable("q"));
      for (int from = 0; from < messages; from += 1000) {
        int first = from;
        until(() -> assertThat(client.lastEvent()).isNotEqualTo("blocked"));
        client.run(() -> {
          for (int i = first; i < first + 1000; i++) {
            byte[] body = java.util.Arrays.copyOf(
                Integer.toString(i).getBytes(StandardCharsets.UTF_8), padding.length);
            Properties properties = i % 3 == 0 ? Properties.EMPTY : persistent();
            client.send(
                "", "q", body, properties, (token, outcome) -> client.outcomes.add(outcome));
          }
        });
      }
      until(() -> assertThat(client.outcomes).hasSize(messages));
      until(() -> assertThat(fixture.broker.inspector().node().memoryUsed()).isLessThan(16 << 20));

      Client consuming = fixture.open(1);
      Receiver receiver = consuming.consume("q", messages);
      until(() -> assertThat(receiver.messages).hasSize(messages));
      assertThat(receiver.bodies().stream().map(String::trim))
          .containsExactlyElementsOf(
              IntStream.range(0, messages).mapToObj(Integer::toString).toList());
    }
  }

  @Test
  void whatIsOfferedAgainUnderItsStampIsLeftOutWhereItIs() {
    try (BrokerFixture fixture = broker()) {
      Client client = fixture.open(0);
      client.declare(durable("one"));
      publishOnce(client, "one", "stamp");
      publishOnce(client, "one", "forgotten");
      fixture.broker.notes("a").forgetStamps("forgotten");
    }

    try (BrokerFixture fixture = broker()) {
      assertThat(fixture.broker.notes("a").stamps()).containsExactly("stamp");
      Client client = fixture.open(1);
      client.declare(durable("two"));
      for (String queue : List.of("one", "two")) {
        client.ask(
            session -> session.bind(BindingSpec.toQueue("amq.fanout", queue, "", Headers.empty())));
      }
      publishOnce(client, "amq.fanout", "", "stamp");
      publishOnce(client, "amq.fanout", "", "stamp");
      publishOnce(client, "amq.fanout", "", "forgotten");
      assertThat(fixture.queue("one").ready()).isEqualTo(4);
      assertThat(fixture.queue("two").ready()).isEqualTo(3);
    }
  }

  private static void publishOnce(Client client, String queue, String stamp) {
    publishOnce(client, "", queue, stamp);
  }

  private static void publishOnce(Client client, String exchange, String key, String stamp) {
    int before = client.outcomes.size();
    client.run(() -> client
        .session()
        .publishOnce(
            Message.of(
                exchange, key, new byte[] {1}, persistent(), client.session().origin()),
            stamp,
            1,
            (token, outcome) -> client.outcomes.add(outcome)));
    until(() -> assertThat(client.outcomes).hasSizeGreaterThan(before));
    assertThat(client.outcomes.get(before)).isEqualTo(PublishOutcome.ROUTED);
  }

  @Test
  void retainedMessagesThatMemoryHasNoRoomForAreFoundNonetheless() {
    int megabyte = 1 << 20;
    try (BrokerFixture fixture = broker()) {
      Client client = fixture.open(0);
      for (int i = 0; i < 24; i++) {
        retain(client, "many." + i, new byte[megabyte + i]);
      }
      retain(client, "many.0", new byte[] {7});
      retain(client, "many.1", new byte[0]);
      checkMany(client, megabyte);
    }

    try (BrokerFixture fixture = broker()) {
      Client client = fixture.open(1);
      checkMany(client, megabyte);
      assertThat(fixture.broker.inspector().retainedMessages(HOST)).isEqualTo(23);
      retain(client, "many.2", new byte[0]);
    }

    try (BrokerFixture fixture = broker()) {
      assertThat(retained(fixture.open(0), "many.2")).isEmpty();
      assertThat(retained(fixture.open(0), "many.3")).containsExactly(megabyte + 3);
    }
  }

  private static void checkMany(Client client, int megabyte) {
    List<Integer> lengths = retained(client, "many.*");
    assertThat(lengths).hasSize(23).contains(1).doesNotContain(megabyte, megabyte + 1);
    assertThat(lengths)
        .containsAll(IntStream.range(2, 24).map(i -> megabyte + i).boxed().toList());
  }

  private static void retain(Client client, String key, byte[] body) {
    client.retain(session -> Message.of("amq.topic", key, body, persistent(), session.origin()));
  }

  private static List<Integer> retained(Client client, String pattern) {
    return client
        .ask(session ->
            session.retained("amq.topic", pattern, true).thenCompose(found -> found.next(1000)))
        .stream()
        .map(one -> one.message().body().length)
        .toList();
  }

  @Test
  void retainedMessagesExpireWhileTheBrokerIsDown() {
    try (BrokerFixture fixture = broker()) {
      Client client = fixture.open(0);
      client.retain(session -> Message.of(
          "amq.topic", "e.short", new byte[1], persistent("1", Headers.empty()), session.origin()));
      client.retain(session -> Message.of(
          "amq.topic",
          "e.long",
          new byte[2],
          persistent("3600000", Headers.empty()),
          session.origin()));
    }

    try (BrokerFixture fixture = broker()) {
      Client client = fixture.open(0);
      until(() -> assertThat(fixture.broker.inspector().retainedMessages(HOST)).isEqualTo(1));
      List<Session.Retained> left = client.ask(session ->
          session.retained("amq.topic", "e.#", true).thenCompose(found -> found.next(1000)));
      assertThat(left)
          .singleElement()
          .satisfies(one -> assertThat(one.timeLeft()).isBetween(3_000_000L, 3_600_000L));
    }
  }
}
