package io.waypost.engine;

import static io.waypost.engine.BrokerFixture.HOST;
import static io.waypost.engine.BrokerFixture.durable;
import static io.waypost.engine.BrokerFixture.join;
import static io.waypost.engine.BrokerFixture.until;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.waypost.broker.Administration;
import io.waypost.broker.BindingSpec;
import io.waypost.broker.BrokerException;
import io.waypost.broker.ErrorCode;
import io.waypost.broker.ExchangeSpec;
import io.waypost.broker.Identity;
import io.waypost.broker.PublishOutcome;
import io.waypost.broker.RouteInfo;
import io.waypost.broker.RouteQuestion;
import io.waypost.broker.RouteSpec;
import io.waypost.broker.RouteTrial;
import io.waypost.broker.Session;
import io.waypost.engine.BrokerFixture.Client;
import io.waypost.engine.BrokerFixture.Receiver;
import io.waypost.message.Header;
import io.waypost.message.Headers;
import io.waypost.message.Message;
import io.waypost.message.Properties;
import io.waypost.routes.RouteDefaults;
import io.waypost.store.Definition;
import io.waypost.store.MemoryDefinitionStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What rules make of the messages that clients publish. */
class RoutesTest {
  private final BrokerFixture fixture = new BrokerFixture();
  private final Client device = fixture.open("guest", HOST, "mqtt", "dev-1", 0);
  private final Client service = fixture.open("guest", HOST, "amqp", "", 1);

  @BeforeEach
  void declare() {
    exchange("telemetry", "topic", Map.of());
    queue("readings", "telemetry", "temp.#");
    queue("plain", "amq.topic", "#");
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private void exchange(String name, String type, Map<String, ?> arguments) {
    service.ask(session -> session.declareExchange(
        new ExchangeSpec(name, type, true, false, false, Headers.of(arguments)), false));
  }

  private void queue(String name, String exchange, String key) {
    service.declare(durable(name));
    service.ask(session -> session.bind(BindingSpec.toQueue(exchange, name, key, Headers.empty())));
  }

  private static Headers table(Object... namesAndValues) {
    List<Header> entries = new ArrayList<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      entries.add(new Header((String) namesAndValues[i], namesAndValues[i + 1]));
    }
    return Headers.of(entries);
  }

  private void rule(String name, Object... namesAndValues) {
    join(fixture.administration().putRoute(HOST, new RouteSpec(name, table(namesAndValues))));
  }

  private void temperatures(boolean copy) {
    rule(
        "temperatures",
        "match",
        table("protocol", "mqtt", "topic", "sensors/{site}/{device}/temp"),
        "to",
        table("exchange", "telemetry", "key", "temp.{site}"),
        "copy",
        copy);
  }

  private RouteInfo info(String name) {
    return fixture.administration().routes(HOST).stream()
        .filter(rule -> rule.spec().name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** Publishes, and waits for the outcome. */
  private static PublishOutcome publish(
      Client client, String exchange, String key, String body, Properties properties) {
    int before = client.outcomes.size();
    client.run(() -> client.send(
        exchange,
        key,
        body.getBytes(StandardCharsets.UTF_8),
        properties,
        (token, outcome) -> client.outcomes.add(outcome)));
    until(() -> assertThat(client.outcomes).hasSize(before + 1));
    return client.outcomes.get(before);
  }

  private PublishOutcome publish(String key, String body) {
    return publish(device, "amq.topic", key, body, Properties.EMPTY);
  }

  private long ready(String queue) {
    return fixture.queue(queue).ready();
  }

  private Message first(String queue) {
    Receiver receiver = service.consume(queue, 1);
    until(() -> assertThat(receiver.messages).isNotEmpty());
    return receiver.messages.get(0);
  }

  @Test
  void aMessageThatMatchesIsMoved() {
    temperatures(false);

    assertThat(publish("sensors.a.b.temp", "21")).isEqualTo(PublishOutcome.ROUTED);
    assertThat(publish("sensors.a.b.humidity", "40")).isEqualTo(PublishOutcome.ROUTED);
    assertThat(publish(service, "amq.topic", "sensors.a.b.temp", "22", Properties.EMPTY))
        .isEqualTo(PublishOutcome.ROUTED);

    assertThat(ready("plain")).isEqualTo(2);
    assertThat(ready("readings")).isEqualTo(1);
    Message message = first("readings");
    assertThat(message.exchange()).isEqualTo("telemetry");
    assertThat(message.routingKey()).isEqualTo("temp.a");
    assertThat(message.origin().clientId()).isEqualTo("dev-1");
    assertThat(info("temperatures").matched()).isEqualTo(1);
    assertThat(info("temperatures").missed()).isZero();
  }

  @Test
  void aCopyLeavesTheMessageWhereItIs() {
    temperatures(true);
    assertThat(publish("sensors.a.b.temp", "21")).isEqualTo(PublishOutcome.ROUTED);
    assertThat(ready("plain")).isEqualTo(1);
    assertThat(ready("readings")).isEqualTo(1);
    assertThat(first("plain").routingKey()).isEqualTo("sensors.a.b.temp");
  }

  @Test
  void theOutcomeIsThatOfAllThatBecameOfTheMessage() {
    rule("nowhere", "match", table("topic", "x"), "to", table("exchange", "amq.direct"));
    assertThat(publish("x", "1")).isEqualTo(PublishOutcome.UNROUTABLE);
    service.declare(
        BrokerFixture.with("small", Map.of("x-max-length", 1, "x-overflow", "reject-publish")));
    rule(
        "narrow",
        "match",
        table("topic", "y"),
        "to",
        table("exchange", "amq.default", "key", "small"),
        "copy",
        true);
    assertThat(publish("y", "1")).isEqualTo(PublishOutcome.ROUTED);
    assertThat(publish("y", "2")).isEqualTo(PublishOutcome.OVERFLOWED);
    assertThat(ready("plain")).isEqualTo(2);
    assertThat(ready("small")).isEqualTo(1);
  }

  @Test
  void aMoveToAnExchangeThatIsMissingLeavesTheMessageWhereItIs() {
    rule("lost", "match", table("topic", "x"), "to", table("exchange", "none-{client}"));
    rule("copied", "match", table("topic", "x"), "to", table("exchange", "no"), "copy", true);
    assertThat(publish("x", "1")).isEqualTo(PublishOutcome.ROUTED);
    assertThat(ready("plain")).isEqualTo(1);
    assertThat(info("lost"))
        .extracting(RouteInfo::matched, RouteInfo::missed)
        .containsExactly(1L, 1L);
    exchange("none-dev-1", "fanout", Map.of());
    assertThat(publish("x", "2")).isEqualTo(PublishOutcome.UNROUTABLE);
    assertThat(ready("plain")).isEqualTo(1);
    assertThat(info("lost"))
        .extracting(RouteInfo::matched, RouteInfo::missed)
        .containsExactly(2L, 1L);
  }

  @Test
  void whatARuleMadeIsNotLookedAtAgain() {
    rule("a to b", "match", table("topic", "a"), "to", table("topic", "b"));
    rule("b to a", "match", table("topic", "b"), "to", table("topic", "a"));
    rule("itself", "match", table("topic", "c"), "to", table("topic", "c"), "copy", true);
    publish("a", "1");
    publish("b", "2");
    publish("c", "3");
    Receiver receiver = service.consume("plain", 10);
    until(() -> assertThat(receiver.messages).hasSize(4));
    assertThat(receiver.messages)
        .extracting(Message::routingKey)
        .containsExactly("b", "a", "c", "c");
  }

  @Test
  void allRulesThatMatchApplyInTheOrderOfTheirNames() {
    rule("2", "match", table("topic", "s/{x}"), "to", table("topic", "second/{x}"));
    rule("1", "match", table("client", "dev-*"), "to", table("key", "first.{key}"), "copy", true);
    rule("3", "match", table("user", "nobody"), "to", table("topic", "third"));
    publish("s.a", "1");
    Receiver receiver = service.consume("plain", 10);
    until(() -> assertThat(receiver.messages).hasSize(2));
    assertThat(receiver.messages)
        .extracting(Message::routingKey)
        .containsExactly("first.s.a", "second.a");
  }

  @Test
  void headersPersistenceAndExpiryAreSet() {
    rule(
        "marked",
        "match",
        table("topic", "s/{site}"),
        "to",
        table("exchange", "telemetry", "key", "temp"),
        "headers",
        table("site", "{site}"),
        "persistent",
        true,
        "expiry",
        "1h");
    publish("s.a", "1");
    Message message = first("readings");
    assertThat(message.persistent()).isTrue();
    assertThat(message.timeToLive()).isEqualTo(3_600_000);
    assertThat(message.properties().headers().get("site")).isEqualTo("a");
  }

  @Test
  void eachKeyOfAMessageIsLookedAtForItself() {
    rule(
        "moved",
        "match",
        table("topic", "m/#"),
        "to",
        table("exchange", "telemetry", "key", "temp"));
    rule(
        "copied",
        "match",
        table("topic", "c"),
        "to",
        table("exchange", "amq.default", "key", "third"),
        "copy",
        true);
    service.declare(durable("third"));
    queue("left", "amq.topic", "left");
    device.run(() -> device
        .session()
        .publish(
            Message.of(
                    "amq.topic",
                    "m.1",
                    new byte[0],
                    Properties.EMPTY,
                    device.session().origin())
                .withMoreKeys(List.of("left", "c"), List.of("m.2")),
            0,
            (token, outcome) -> device.outcomes.add(outcome)));
    until(() -> assertThat(device.outcomes).containsExactly(PublishOutcome.ROUTED));
    assertThat(ready("readings")).isEqualTo(1);
    assertThat(ready("third")).isEqualTo(1);
    assertThat(ready("left")).isEqualTo(1);
    assertThat(ready("plain")).isEqualTo(1);
    assertThat(first("left").routingKey()).isEqualTo("m.1");
  }

  @Test
  void aRuleMayLeadToAnExchangeThatDelays() {
    exchange("later", "x-delayed-message", Map.of("x-delayed-type", "fanout"));
    queue("delayed", "later", "");
    rule(
        "late",
        "match",
        table("topic", "x"),
        "to",
        table("exchange", "later"),
        "headers",
        table("x-delay", 50L));
    assertThat(publish("x", "1")).isEqualTo(PublishOutcome.ROUTED);
    until(() -> assertThat(ready("delayed")).isEqualTo(1));
    assertThat(ready("plain")).isZero();
  }

  @Test
  void whatIsRetainedIsRetainedWhereTheRulesSendIt() {
    rule("moved", "match", table("topic", "a/{x}"), "to", table("topic", "b/{x}"));
    rule(
        "copied", "match", table("topic", "c"), "to", table("exchange", "telemetry"), "copy", true);
    rule(
        "queued",
        "match",
        table("topic", "q"),
        "to",
        table("exchange", "amq.default", "key", "plain"));
    for (String key : List.of("a.1", "c", "q")) {
      device.ask(session -> session.retain(message(session, key, "kept")));
    }
    assertThat(retained("amq.topic")).containsExactlyInAnyOrder("b.1", "c");
    assertThat(retained("telemetry")).containsExactly("c");
    device.ask(session -> session.retain(message(session, "a.1", "")));
    assertThat(retained("amq.topic")).containsExactly("c");
  }

  private static Message message(Session session, String key, String body) {
    return Message.of(
        "amq.topic",
        key,
        body.getBytes(StandardCharsets.UTF_8),
        Properties.EMPTY,
        session.origin());
  }

  private List<String> retained(String exchange) {
    return service
        .ask(session -> session.retained(exchange, "#", false).thenCompose(found -> found.next(9)))
        .stream()
        .map(one -> one.message().routingKey())
        .toList();
  }

  @Test
  void thePublishersOwnRightsAreAskedAndNoOthers() {
    fixture.user("sensor", "", "^amq\\.topic$", "");
    Client sensor = fixture.open("sensor", HOST, "mqtt", "s", 0);
    temperatures(false);
    assertThat(publish(sensor, "amq.topic", "sensors.a.b.temp", "1", Properties.EMPTY))
        .isEqualTo(PublishOutcome.ROUTED);
    assertThat(ready("readings")).isEqualTo(1);
    rule("open", "match", table("exchange", "amq.fanout"), "to", table("exchange", "telemetry"));
    assertThatThrownBy(() -> publish(sensor, "amq.fanout", "temp", "1", Properties.EMPTY))
        .isInstanceOfSatisfying(
            BrokerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.ACCESS_REFUSED));
    assertThatThrownBy(() -> publish(sensor, "none", "temp", "1", Properties.EMPTY))
        .isInstanceOf(BrokerException.class);
    assertThat(ready("readings")).isEqualTo(1);
  }

  @Test
  void aChangeHoldsForTheNextMessageOfAnySession() {
    publish("sensors.a.b.temp", "before");
    temperatures(false);
    publish("sensors.a.b.temp", "moved");
    temperatures(true);
    publish("sensors.a.b.temp", "copied");
    assertThat(info("temperatures").matched()).isEqualTo(1);
    join(fixture.administration().deleteRoute(HOST, "temperatures"));
    publish("sensors.a.b.temp", "after");
    assertThat(ready("readings")).isEqualTo(2);
    Receiver plain = service.consume("plain", 10);
    until(() -> assertThat(plain.bodies()).containsExactly("before", "copied", "after"));
    assertThatThrownBy(() -> join(fixture.administration().deleteRoute(HOST, "temperatures")))
        .isInstanceOfSatisfying(
            BrokerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_FOUND));
  }

  @Test
  void whatCannotBeUsedIsRefusedAndChangesNothing() {
    temperatures(false);
    assertThatThrownBy(() -> rule("temperatures", "match", table("topic", "a/#/b")))
        .isInstanceOfSatisfying(BrokerException.class, e -> {
          assertThat(e.code()).isEqualTo(ErrorCode.PRECONDITION_FAILED);
          assertThat(e.detail()).isEqualTo("match.topic: # must be the last level");
        });
    publish("sensors.a.b.temp", "1");
    assertThat(ready("readings")).isEqualTo(1);
  }

  @Test
  void onlyPolicymakersChangeRulesAndWhoeverManagesSeesThem() {
    temperatures(false);
    Administration viewer = fixture.broker.administration(new Identity("v", Set.of("management")));
    assertThat(viewer.routes(HOST)).hasSize(1);
    assertThatThrownBy(() -> join(viewer.deleteRoute(HOST, "temperatures")))
        .isInstanceOf(BrokerException.class);
    Administration maker = fixture.broker.administration(new Identity("p", Set.of("policymaker")));
    join(maker.deleteRoute(HOST, "temperatures"));
    Administration nobody = fixture.broker.administration(new Identity("n", Set.of()));
    assertThatThrownBy(() -> nobody.routes(HOST)).isInstanceOf(BrokerException.class);
  }

  @Test
  void theBrokersOwnWorkIsLeftAlone() {
    rule("all", "match", table("user", "*"), "to", table("exchange", "telemetry", "key", "temp"));
    Session own = join(fixture.broker.maintain(HOST, device.loop));
    device.run(() -> own.publish(
        Message.of("amq.topic", "x", new byte[0], Properties.EMPTY, own.origin()),
        0,
        (token, outcome) -> device.outcomes.add(outcome)));
    until(() -> assertThat(device.outcomes).containsExactly(PublishOutcome.ROUTED));
    assertThat(ready("plain")).isEqualTo(1);
    assertThat(ready("readings")).isZero();
  }

  @Test
  void aMessageThatMayBeOfferedAgainIsRuledToo() {
    temperatures(true);
    device.run(() -> device
        .session()
        .publishOnce(
            message(device.session(), "sensors.a.b.temp", "1"),
            "stamp",
            0,
            (token, outcome) -> device.outcomes.add(outcome)));
    until(() -> assertThat(device.outcomes).containsExactly(PublishOutcome.ROUTED));
    assertThat(ready("plain")).isEqualTo(1);
    assertThat(ready("readings")).isEqualTo(1);
  }

  @Test
  void rulesGoWithTheirVirtualHost() {
    join(fixture.administration().putVirtualHost("gone", ""));
    join(fixture
        .administration()
        .putRoute(
            "gone",
            new RouteSpec("r", table("match", table("topic", "a"), "to", table("topic", "b")))));
    assertThat(fixture.definitions.load()).anyMatch(Definition.Route.class::isInstance);
    join(fixture.administration().deleteVirtualHost("gone"));
    assertThat(fixture.definitions.load()).noneMatch(Definition.Route.class::isInstance);
  }

  @Test
  void theRulesOfTheConfigurationComeFirstAndAreChangedThereOnly() {
    RouteSpec late =
        new RouteSpec("z", table("match", table("topic", "s"), "to", table("topic", "z")));
    RouteSpec later =
        new RouteSpec("b", table("match", table("topic", "s"), "to", table("topic", "b")));
    RouteSettings settings =
        new RouteSettings(RouteDefaults.USUAL, Map.of(HOST, List.of(late, later)));
    MemoryDefinitionStore store = new MemoryDefinitionStore();
    store.put(new Definition.Route(HOST, new RouteSpec("a", later.definition())));
    store.put(new Definition.Route(HOST, new RouteSpec("z", later.definition())));
    try (BrokerFixture configured = new BrokerFixture(1L << 40, store, settings)) {
      assertThat(configured.administration().routes(HOST))
          .extracting(rule -> rule.spec().name(), RouteInfo::configured)
          .containsExactly(tuple("z", true), tuple("b", true), tuple("a", false));
      assertThat(configured.administration().routes(HOST).get(0).spec()).isEqualTo(late);
      for (String name : List.of("z", "b")) {
        assertThatThrownBy(() -> join(
                configured.administration().putRoute(HOST, new RouteSpec(name, late.definition()))))
            .isInstanceOfSatisfying(
                BrokerException.class,
                e -> assertThat(e.detail())
                    .isEqualTo("the route '" + name
                        + "' is part of the configuration, and is changed there only"));
        assertThatThrownBy(() -> join(configured.administration().deleteRoute(HOST, name)))
            .isInstanceOf(BrokerException.class);
      }
    }
  }

  @Test
  void aTestSaysWhereAMessageWouldGoAndWhy() {
    temperatures(false);
    rule("archive", "match", table("protocol", "amqp"), "to", table("exchange", "amq.fanout"));
    rule(
        "broken",
        "match",
        table("topic", "sensors/#"),
        "to",
        table("exchange", "none"),
        "copy",
        true);

    RouteTrial trial = fixture
        .administration()
        .tryRoutes(HOST, new RouteQuestion("mqtt", "c", "guest", "sensors/a/b/temp", null, ""));

    assertThat(trial.exchange()).isEqualTo("amq.topic");
    assertThat(trial.key()).isEqualTo("sensors.a.b.temp");
    assertThat(trial.refusal()).isNull();
    assertThat(trial.published()).isFalse();
    assertThat(trial.queues()).containsExactly("readings");
    assertThat(trial.verdicts()).hasSize(3);
    assertThat(trial.verdicts().get(0).mismatch()).isEqualTo("the protocol is mqtt, not amqp");
    RouteTrial.Landing broken = Objects.requireNonNull(trial.verdicts().get(1).landing());
    assertThat(broken.exists()).isFalse();
    RouteTrial.Landing landing = Objects.requireNonNull(trial.verdicts().get(2).landing());
    assertThat(landing.exchange()).isEqualTo("telemetry");
    assertThat(landing.key()).isEqualTo("temp.a");
    assertThat(landing.topic()).isEqualTo("temp/a");
    assertThat(landing.queues()).containsExactly("readings");
    assertThat(info("temperatures").matched()).isZero();
    assertThat(ready("readings")).isZero();
  }

  @Test
  void aTestSaysWhatNobodyCouldPublish() {
    RouteTrial missing = fixture
        .administration()
        .tryRoutes(HOST, new RouteQuestion("amqp", "", "guest", null, "none", "k"));
    assertThat(missing.refusal()).isEqualTo("no exchange 'none' in vhost '/'");
    assertThat(missing.published()).isFalse();
    RouteTrial queue = fixture
        .administration()
        .tryRoutes(HOST, new RouteQuestion("mqtt", "", "guest", "$queue/plain", null, ""));
    assertThat(queue.exchange()).isEmpty();
    assertThat(queue.queues()).containsExactly("plain");
    for (String topic : List.of("", "a/#", "+", "$SYS/x", "$share/g/x")) {
      assertThatThrownBy(() -> fixture
              .administration()
              .tryRoutes(HOST, new RouteQuestion("mqtt", "", "guest", topic, null, "")))
          .isInstanceOf(BrokerException.class);
    }
    assertThatThrownBy(() -> fixture
            .administration()
            .tryRoutes(HOST, new RouteQuestion("mqt", "", "guest", "a", null, "")))
        .isInstanceOfSatisfying(
            BrokerException.class,
            e -> assertThat(e.detail())
                .isEqualTo("there is no protocol \"mqt\"; there are amqp, http, mqtt, stomp"));
  }

  @Test
  void rulesSurviveARestart(@TempDir Path folder) {
    RouteSpec spec = new RouteSpec(
        "kept", table("match", table("topic", "a/{x}"), "to", table("topic", "b/{x}")));
    try (BrokerFixture first = new BrokerFixture(1L << 40, folder)) {
      join(first.administration().putRoute(HOST, spec));
      join(first.administration().putRoute(HOST, new RouteSpec("gone", spec.definition())));
      join(first.administration().deleteRoute(HOST, "gone"));
    }
    try (BrokerFixture second = new BrokerFixture(1L << 40, folder)) {
      assertThat(second.administration().routes(HOST))
          .extracting(RouteInfo::spec)
          .containsExactly(spec);
    }
  }
}
