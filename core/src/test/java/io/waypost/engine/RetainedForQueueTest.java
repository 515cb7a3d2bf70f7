package io.waypost.engine;

import static io.waypost.engine.BrokerFixture.HOST;
import static io.waypost.engine.BrokerFixture.durable;
import static io.waypost.engine.BrokerFixture.until;
import static io.waypost.engine.BrokerFixture.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waypost.broker.BindingSpec;
import io.waypost.broker.BrokerException;
import io.waypost.broker.ErrorCode;
import io.waypost.broker.ExchangeSpec;
import io.waypost.broker.PublishOutcome;
import io.waypost.engine.BrokerFixture.Client;
import io.waypost.engine.BrokerFixture.Receiver;
import io.waypost.message.Headers;
import io.waypost.message.Message;
import io.waypost.message.Origin;
import io.waypost.message.Properties;
import io.waypost.message.RetainHeader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Messages that are published to be kept, and queues that ask for them when they are bound. */
class RetainedForQueueTest {
  private static final Headers ASKING = Headers.of(Map.of(BindingSpec.RETAINED, true));

  private final BrokerFixture broker = new BrokerFixture();
  private Client client;

  @BeforeEach
  void open() {
    client = broker.open(0);
  }

  @AfterEach
  void close() {
    broker.close();
  }

  private PublishOutcome retain(String exchange, String key, String body) {
    return retain(client, exchange, key, body, Properties.EMPTY);
  }

  private static PublishOutcome retain(
      Client from, String exchange, String key, String body, Properties properties) {
    return from.retain(session -> Message.of(
        exchange, key, body.getBytes(StandardCharsets.UTF_8), properties, session.origin()));
  }

  private void declareExchange(String name, String type) {
    client.ask(one -> one.declareExchange(
        new ExchangeSpec(name, type, true, false, false, Headers.empty()), false));
  }

  private void bind(String exchange, String queue, String key, Headers arguments) {
    client.ask(one -> one.bind(BindingSpec.toQueue(exchange, queue, key, arguments)));
  }

  private long ready(String queue) {
    return broker.queue(queue).ready();
  }

  @Test
  void aQueueThatAsksGetsWhatIsRetainedWhenItIsBound() {
    retain("amq.topic", "a.b", "old");
    retain("amq.topic", "a.b", "1");
    retain("amq.topic", "a.c", "2");
    retain("amq.topic", "x", "3");
    client.declare(durable("q"));
    bind("amq.topic", "q", "a.*", ASKING);
    assertThat(ready("q")).as("there when the binding is").isEqualTo(2);
    Receiver receiver = client.consume("q", 10);
    until(() -> assertThat(receiver.bodies()).containsExactlyInAnyOrder("1", "2"));
    Message first = receiver.messages.get(0);
    assertThat(first.exchange()).isEqualTo("amq.topic");
    assertThat(first.routingKey()).startsWith("a.");
    assertThat(first.properties().headers()).isEqualTo(Headers.of(Map.of(RetainHeader.NAME, true)));
  }

  @Test
  void theRequestIsNoPartOfTheBinding() {
    retain("amq.topic", "k", "kept");
    client.declare(durable("q"));
    bind("amq.topic", "q", "k", Headers.empty());
    assertThat(ready("q")).isZero();
    bind("amq.topic", "q", "k", ASKING);
    assertThat(ready("q")).isEqualTo(1);
    bind("amq.topic", "q", "k", ASKING);
    assertThat(ready("q")).as("once for each that asks").isEqualTo(2);
    assertThat(broker.broker.inspector().bindings(HOST))
        .filteredOn(binding -> binding.spec().source().equals("amq.topic"))
        .singleElement()
        .satisfies(binding -> assertThat(binding.spec().arguments()).isEqualTo(Headers.empty()));
    client.publish("amq.topic", "k", new byte[1]);
    until(() -> assertThat(ready("q")).as("a message comes once").isEqualTo(3));
    client.ask(one -> one.unbind(BindingSpec.toQueue("amq.topic", "q", "k", ASKING)));
    client.publish("amq.topic", "k", new byte[1]);
    assertThat(broker.broker.inspector().bindings(HOST))
        .noneMatch(binding -> binding.spec().source().equals("amq.topic"));
    assertThat(ready("q")).isEqualTo(3);
  }

  @Test
  void whatMatchesFollowsTheExchangesType() {
    declareExchange("all", "fanout");
    Headers red = Headers.of(Map.of("color", "red"));
    for (String exchange : List.of("amq.direct", "all")) {
      retain(exchange, "a.b", "1");
      retain(exchange, "a.c", "2");
      retain(exchange, "a.*", "3");
    }
    retain(client, "amq.headers", "x", "red", Properties.EMPTY.withHeaders(red));
    retain("amq.headers", "y", "colorless");
    for (String queue : List.of("exact", "literal", "every", "matching", "none")) {
      client.declare(durable(queue));
    }
    bind("amq.direct", "exact", "a.b", ASKING);
    bind("amq.direct", "literal", "a.*", ASKING);
    bind("amq.direct", "none", "#", ASKING);
    bind("all", "every", "ignored", ASKING);
    bind("amq.headers", "matching", "", red.with(BindingSpec.RETAINED, "true"));
    assertThat(bodies("exact", 1)).containsExactly("1");
    assertThat(bodies("literal", 1)).containsExactly("3");
    assertThat(bodies("every", 3)).containsExactlyInAnyOrder("1", "2", "3");
    assertThat(bodies("matching", 1)).containsExactly("red");
    assertThat(ready("none")).isZero();
  }

  private List<String> bodies(String queue, int count) {
    assertThat(ready(queue)).isEqualTo(count);
    Receiver receiver = client.consume(queue, count);
    until(() -> assertThat(receiver.bodies()).hasSize(count));
    return receiver.bodies();
  }

  @Test
  void anEmptyBodyTakesAwayWhatIsKept() {
    assertThat(retain("amq.topic", "k", "kept")).isEqualTo(PublishOutcome.UNROUTABLE);
    client.declare(durable("q"));
    bind("amq.topic", "q", "k", Headers.empty());
    assertThat(retain("amq.topic", "k", "kept")).isEqualTo(PublishOutcome.ROUTED);
    assertThat(broker.broker.inspector().retainedMessages(HOST)).isEqualTo(1);
    assertThat(retain("amq.topic", "k", "")).isEqualTo(PublishOutcome.ROUTED);
    assertThat(broker.broker.inspector().retainedMessages(HOST)).isZero();
    assertThat(ready("q")).as("published all the same").isEqualTo(2);
  }

  @Test
  void theDefaultExchangeKeepsNothing() {
    client.declare(durable("q"));
    assertThat(retain("", "q", "x")).isEqualTo(PublishOutcome.ROUTED);
    assertThat(broker.broker.inspector().retainedMessages(HOST)).isZero();
  }

  @Test
  void theTimeThatItWasKeptIsTakenOff() {
    retain(client, "amq.topic", "k", "x", Properties.EMPTY.withExpiration("60000"));
    retain(client, "amq.topic", "gone", "x", Properties.EMPTY.withExpiration("0"));
    client.declare(durable("q"));
    bind("amq.topic", "q", "#", ASKING);
    Receiver receiver = client.consume("q", 10);
    until(() -> assertThat(receiver.messages).hasSize(1));
    Message message = receiver.messages.get(0);
    assertThat(message.timeToLive()).isBetween(1L, 60_000L);
    assertThat(message.properties().expiration()).isEqualTo(Long.toString(message.timeToLive()));
  }

  @Test
  void manyComeInPortionsAndTheLimitsOfTheQueueHold() {
    for (int i = 0; i < 1500; i++) {
      String key = "k." + i;
      client.run(() -> client
          .session()
          .publish(
              Message.of(
                      "amq.topic",
                      key,
                      new byte[3],
                      Properties.EMPTY,
                      client.session().origin())
                  .toRetain(),
              0,
              (token, outcome) -> {}));
    }
    retain("amq.topic", "last", "x");
    client.declare(durable("all"));
    client.declare(with("few", Map.of("x-max-length", 10)));
    client.declare(with("full", Map.of("x-max-length", 10, "x-overflow", "reject-publish")));
    bind("amq.topic", "all", "#", ASKING);
    bind("amq.topic", "few", "#", ASKING);
    bind("amq.topic", "full", "#", ASKING);
    assertThat(ready("all")).isEqualTo(1501);
    assertThat(ready("few")).isEqualTo(10);
    assertThat(ready("full")).isEqualTo(10);
  }

  @Test
  void whatIsNotClearlyAskedIsRefused() {
    client.declare(durable("q"));
    Headers unclear = Headers.of(Map.of(BindingSpec.RETAINED, 1));
    assertThatThrownBy(() -> bind("amq.topic", "q", "k", unclear))
        .isInstanceOfSatisfying(BrokerException.class, refusal -> {
          assertThat(refusal.code()).isEqualTo(ErrorCode.PRECONDITION_FAILED);
          assertThat(refusal.detail()).contains("x-retained");
        });
    BindingSpec between = BindingSpec.toExchange("amq.topic", "amq.fanout", "k", ASKING);
    assertThatThrownBy(() -> client.ask(one -> one.bind(between)))
        .isInstanceOf(BrokerException.class);
    assertThat(broker.broker.inspector().bindings(HOST))
        .noneMatch(binding -> binding.spec().source().equals("amq.topic"));
    retain("amq.topic", "k", "x");
    bind("amq.topic", "q", "k", Headers.of(Map.of(BindingSpec.RETAINED, false)));
    assertThat(ready("q")).isZero();
  }

  @Test
  void permissionsAreThoseOfPublishingAndBinding() {
    broker.user("writer", "", "amq.topic|q", "");
    Client writer = broker.open("writer", 1);
    retain(writer, "amq.topic", "k", "x", Properties.EMPTY);
    client.declare(durable("q"));
    assertThatThrownBy(
            () -> writer.ask(one -> one.bind(BindingSpec.toQueue("amq.topic", "q", "k", ASKING))))
        .isInstanceOf(BrokerException.class);
    broker.user("reader", "", "", ".*");
    Client reader = broker.open("reader", 1);
    assertThatThrownBy(() -> reader.run(() -> reader
            .session()
            .publish(
                Message.of(
                        "amq.topic",
                        "mine",
                        new byte[1],
                        Properties.EMPTY,
                        reader.session().origin())
                    .toRetain(),
                0,
                (token, outcome) -> {})))
        .hasStackTraceContaining("BrokerException");
    assertThat(broker.broker.inspector().retainedMessages(HOST)).isEqualTo(1);
    assertThat(ready("q")).isZero();
  }

  @Test
  void aDeadLetterRemembersWhereItWasPublishedAndIsNotKeptAgain() {
    client.declare(durable("dead"));
    bind("amq.topic", "dead", "over", Headers.empty());
    client.declare(with(
        "q",
        Map.of(
            "x-message-ttl",
            0,
            "x-dead-letter-exchange",
            "amq.topic",
            "x-dead-letter-routing-key",
            "over")));
    bind("amq.topic", "q", "a.b", Headers.empty());
    retain("amq.topic", "a.b", "x");
    Receiver receiver = client.consume("dead", 10);
    until(() -> assertThat(receiver.messages).hasSize(1));
    Message dead = receiver.messages.get(0);
    assertThat(dead.routingKey()).isEqualTo("over");
    assertThat(dead.origin().first()).isEqualTo(new Origin.Address("amq.topic", "a.b"));
    assertThat(dead.origin().user()).isEqualTo("guest");
    assertThat(broker.broker.inspector().retainedMessages(HOST)).isEqualTo(1);
  }
}
