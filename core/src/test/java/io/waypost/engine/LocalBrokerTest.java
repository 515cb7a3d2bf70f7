package io.waypost.engine;

import static io.waypost.engine.BrokerFixture.HOST;
import static io.waypost.engine.BrokerFixture.durable;
import static io.waypost.engine.BrokerFixture.join;
import static io.waypost.engine.BrokerFixture.until;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waypost.broker.BindingSpec;
import io.waypost.broker.BrokerException;
import io.waypost.broker.ErrorCode;
import io.waypost.broker.ExchangeSpec;
import io.waypost.broker.Permissions;
import io.waypost.broker.PublishListener;
import io.waypost.broker.QueueSpec;
import io.waypost.broker.Settlement;
import io.waypost.engine.BrokerFixture.Client;
import io.waypost.message.Headers;
import io.waypost.message.Message;
import io.waypost.message.Properties;
import io.waypost.store.Definition;
import io.waypost.store.MemoryDefinitionStore;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class LocalBrokerTest {
  private static void refused(ErrorCode code, Runnable request) {
    assertThatThrownBy(request::run)
        .isInstanceOfSatisfying(BrokerException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  @Test
  void aShortageOfMemoryBlocksThosePublishing() {
    long limit = 4 << 20;
    try (BrokerFixture fixture = new BrokerFixture(limit, new MemoryDefinitionStore())) {
      Client one = fixture.open(0);
      Client two = fixture.open(1);
      Client idle = fixture.open(1);
      one.declare(durable("q"));
      two.publish("q", "small");
      byte[] body = new byte[1 << 20];
      for (int i = 0; i < 5; i++) {
        one.publish("", "q", body);
      }

      until(() -> {
        assertThat(one.events).containsExactly("blocked");
        assertThat(two.events).containsExactly("blocked");
      });
      assertThat(fixture.broker.inspector().node().memoryAlarm()).isTrue();
      Client late = fixture.open(0);
      late.publish("q", "small");
      assertThat(late.events).containsExactly("blocked");

      idle.ask(session -> session.purgeQueue("q"));
      until(() -> {
        assertThat(one.events).containsExactly("blocked", "unblocked");
        assertThat(two.events).containsExactly("blocked", "unblocked");
        assertThat(late.events).containsExactly("blocked", "unblocked");
      });
      assertThat(idle.events).isEmpty();
    }
  }

  @Test
  void delayedUnsettledAndDeadMessagesHoldMemoryToo() {
    try (BrokerFixture fixture = new BrokerFixture()) {
      Client client = fixture.open(0);
      client.ask(session -> session.declareExchange(delayed("d"), false));
      client.declare(durable("dead"));
      client.declare(BrokerFixture.with(
          "q", Map.of("x-dead-letter-exchange", "", "x-dead-letter-routing-key", "dead")));
      byte[] body = new byte[1 << 20];
      client.run(() -> client.send("d", "", body, delay(3_600_000), PublishListener.NONE));
      BrokerFixture.Receiver receiver = client.consume("q", 10);
      client.publish("", "q", body);
      client.publish("", "q", body);
      until(() -> assertThat(receiver.deliveries).hasSize(2));
      client.run(() -> receiver.deliveries.get(0).settle(Settlement.DEAD_LETTER));

      until(() -> assertThat(fixture.queue("dead").ready()).isEqualTo(1));
      assertThat(used(fixture)).isBetween(3L << 20, (3L << 20) + 4096);
    }
  }

  private static long used(BrokerFixture fixture) {
    return fixture.broker.inspector().node().memoryUsed();
  }

  private static ExchangeSpec delayed(String name) {
    return new ExchangeSpec(
        name,
        "x-delayed-message",
        true,
        false,
        false,
        Headers.of(Map.of("x-delayed-type", "fanout")));
  }

  private static Properties delay(int millis) {
    return Properties.EMPTY.withHeaders(Headers.of(Map.of("x-delay", millis)));
  }

  @Test
  void closingTellsEverySessionAndLetsNobodyIn() {
    BrokerFixture fixture = new BrokerFixture();
    Client one = fixture.open(0);
    Client two = fixture.open(1);
    Client gone = fixture.open(1);
    gone.close();

    fixture.broker.close();

    assertThat(one.events).containsExactly("SHUTTING_DOWN");
    assertThat(two.events).containsExactly("SHUTTING_DOWN");
    assertThat(gone.events).isEmpty();
    assertThat(fixture.broker.inspector().connections()).isEmpty();
    refused(ErrorCode.SHUTTING_DOWN, () -> fixture.open(0));
    fixture.close();
  }

  @Test
  void aSessionThatClosedHearsNothingOfWhatWasUnderWay() {
    try (BrokerFixture fixture = new BrokerFixture()) {
      Client client = fixture.open(0);

      client.run(() -> {
        fixture.broker.endSessions(
            session -> true, new BrokerException(ErrorCode.CLOSED_BY_OPERATOR, "test"));
        client.session().close();
      });
      client.run(() -> {});

      assertThat(client.events).isEmpty();
    }
  }

  @Test
  void deletingAVirtualHostLeavesNothingBehind() {
    try (BrokerFixture fixture = new BrokerFixture()) {
      Permissions all = new Permissions(".*", ".*", ".*");
      join(fixture.administration().putVirtualHost("other", ""));
      join(fixture.administration().putPermissions("other", "guest", all));
      Client client = fixture.open("guest", "other", 0);
      client.declare(durable("q"));
      client.ask(session -> session.declareExchange(delayed("d"), false));
      byte[] body = new byte[1 << 20];
      client.publish("", "q", body);
      client.run(() -> client.send("d", "", body, delay(3_600_000), PublishListener.NONE));
      until(() -> assertThat(used(fixture)).isGreaterThan(2 << 20));

      join(fixture.administration().deleteVirtualHost("other"));

      until(() -> assertThat(client.events).containsExactly("CLOSED_BY_OPERATOR"));
      until(() -> assertThat(used(fixture)).isLessThan(1 << 20));
      assertThat(fixture.definitions.load()).noneMatch(one -> one.id().contains("other"));
      refused(ErrorCode.UNKNOWN_VIRTUAL_HOST, () -> fixture.open("guest", "other", 0));
    }
  }

  @Test
  void whatASessionAsksOfADeletedVirtualHostLeavesNoTrace() {
    try (BrokerFixture fixture = new BrokerFixture()) {
      VirtualHost host = Objects.requireNonNull(fixture.broker.virtualHost(HOST));
      Client client = fixture.open(0);
      client.ask(session -> session.declareExchange(delayed("d"), false));
      Exchange exchange = host.exchange("d");
      join(CompletableFuture.supplyAsync(host::deleteAll, host.loop())
          .thenCompose(deleted -> deleted));

      refused(ErrorCode.UNKNOWN_VIRTUAL_HOST, () -> client.declare(durable("late")));
      refused(
          ErrorCode.UNKNOWN_VIRTUAL_HOST,
          () -> client.ask(session -> session.declareExchange(delayed("late"), false)));
      host.delay(
          exchange,
          Message.of(
              "d", "", new byte[1 << 20], delay(3_600_000), client.session().origin()),
          null);

      client.run(() -> {});
      assertThat(used(fixture)).isZero();
      assertThat(fixture.definitions.load())
          .noneMatch(Definition.Queue.class::isInstance)
          .noneMatch(Definition.Exchange.class::isInstance);
    }
  }

  @Test
  void deletingAUserEndsItsSessions() {
    try (BrokerFixture fixture = new BrokerFixture()) {
      fixture.user("user", ".*", ".*", ".*");
      Client user = fixture.open("user", 1);
      Client guest = fixture.open(1);

      join(fixture.administration().deleteUser("user"));

      until(() -> assertThat(user.events).containsExactly("CLOSED_BY_OPERATOR"));
      assertThat(guest.events).isEmpty();
      refused(ErrorCode.VIRTUAL_HOST_REFUSED, () -> fixture.open("user", 0));
    }
  }

  @Test
  void startsWithWhatWasKeptAndWithoutWhatIsBroken() {
    MemoryDefinitionStore definitions = new MemoryDefinitionStore();
    try (BrokerFixture fixture = new BrokerFixture(1L << 40, definitions)) {
      Client client = fixture.open(0);
      client.declare(durable("q"));
      client.declare(new QueueSpec("transient", false, false, false, Headers.empty()));
      client.ask(
          session -> session.bind(BindingSpec.toQueue("amq.topic", "q", "a.*", Headers.empty())));
    }
    definitions.put(new Definition.Binding(
        HOST, BindingSpec.toQueue("amq.topic", "not there", "k", Headers.empty())));

    try (BrokerFixture fixture = new BrokerFixture(1L << 40, definitions)) {
      Client client = fixture.open(0);
      client.publish("amq.topic", "a.b", new byte[1]);

      until(() -> assertThat(fixture.queue("q").ready()).isEqualTo(1));
      assertThat(fixture.hasQueue("transient")).isFalse();
    }
  }
}
