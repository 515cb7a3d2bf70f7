package io.waypost.engine;

import static io.waypost.engine.BrokerFixture.HOST;
import static io.waypost.engine.BrokerFixture.join;
import static io.waypost.engine.BrokerFixture.until;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waypost.broker.BindingSpec;
import io.waypost.broker.BrokerException;
import io.waypost.broker.ClientInfo;
import io.waypost.broker.ExchangeSpec;
import io.waypost.broker.Identity;
import io.waypost.broker.PublishListener;
import io.waypost.broker.QueueSpec;
import io.waypost.broker.Session;
import io.waypost.broker.Session.Retained;
import io.waypost.broker.Settlement;
import io.waypost.engine.BrokerFixture.Client;
import io.waypost.engine.BrokerFixture.Receiver;
import io.waypost.message.Headers;
import io.waypost.message.Message;
import io.waypost.message.Properties;
import java.lang.ref.WeakReference;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What sessions of clients that come and go ask of the core: their queues, terms of bindings, retained messages. */
class SessionQueuesTest {
  private static final Properties PERSISTENT = new Properties(
      null,
      null,
      Headers.empty(),
      true,
      null,
      null,
      null,
      null,
      null,
      null,
      null,
      null,
      null,
      null);

  private final BrokerFixture broker = new BrokerFixture();

  @AfterEach
  void close() {
    broker.close();
  }

  private Client named(String clientId, int loop) {
    Client client = new Client(broker.loops.get(loop));
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
    ClientInfo info =
        new ClientInfo("test", "1", clientId, address, address, null, "NONE", Headers.empty());
    client.session =
        join(broker.broker.open(new Identity("guest", Set.of()), HOST, info, client.loop, client));
    return client;
  }

  private static void session(Client client, String queue, String clientId) {
    client.declare(new QueueSpec(
        queue,
        true,
        false,
        false,
        Headers.of(Map.of(BindingSpec.CLIENT_ID, clientId)),
        QueueSpec.Kind.SESSION));
  }

  private static void bind(Client client, String queue, String key, Map<String, ?> terms) {
    client.ask(one -> one.bind(BindingSpec.toQueue("amq.topic", queue, key, Headers.of(terms))));
  }

  private static void publish(Client client, String key, String body, Properties properties) {
    client.run(() -> client.send(
        "amq.topic", key, body.getBytes(StandardCharsets.UTF_8), properties, PublishListener.NONE));
  }

  private static List<String> bodies(Receiver receiver) {
    return receiver.deliveries.stream()
        .map(one -> new String(one.message().body(), StandardCharsets.UTF_8))
        .toList();
  }

  @Test
  void aSessionsQueueKeepsWhatIsPersistentAndNothingElse() {
    Client client = named("c", 0);
    session(client, "s", "c");
    bind(client, "s", "k", Map.of());
    publish(client, "k", "kept", PERSISTENT);
    publish(client, "k", "gone", Properties.EMPTY);
    until(() -> assertThat(broker.queue("s").ready()).isEqualTo(1));
    Receiver receiver = client.consume("s", 1);
    publish(client, "k", "by the way", Properties.EMPTY);
    until(() -> assertThat(bodies(receiver)).containsExactly("kept", "by the way"));
    client.run(() -> {
      assertThat(receiver.deliveries.get(0).settled()).isFalse();
      assertThat(receiver.deliveries.get(1).settled()).isTrue();
      receiver.deliveries.get(0).settle(Settlement.ACCEPT);
    });
    until(() -> assertThat(broker.queue("s").unacknowledged()).isZero());
  }

  @Test
  void aMessageThatComesBackKeepsItsNumber() {
    Client client = named("c", 0);
    session(client, "s", "c");
    bind(client, "s", "k", Map.of());
    publish(client, "k", "1", PERSISTENT);
    publish(client, "k", "2", PERSISTENT);
    Receiver first = client.consume("s", 2);
    until(() -> assertThat(first.deliveries).hasSize(2));
    List<Long> numbers = first.deliveries.stream().map(one -> one.position()).toList();
    client.ask(one -> one.close());
    Receiver again = named("c", 1).consume("s", 2);
    until(() -> assertThat(again.deliveries).hasSize(2));
    assertThat(again.deliveries.stream().map(one -> one.position()).toList()).isEqualTo(numbers);
    assertThat(again.deliveries).allSatisfy(one -> assertThat(one.redelivered()).isTrue());
  }

  @Test
  void termsOfABindingLeaveMessagesOut() {
    Client own = named("c", 0);
    Client other = named("d", 1);
    session(own, "s", "c");
    bind(own, "s", "local.#", Map.of(BindingSpec.NO_LOCAL, true));
    bind(own, "s", "once.#", Map.of(BindingSpec.AT_MOST_ONCE, true));
    bind(own, "s", "#", Map.of(BindingSpec.HIDE_RESERVED, true, BindingSpec.NO_LOCAL, true));
    publish(own, "local.1", "own", PERSISTENT);
    publish(other, "local.1", "other's", PERSISTENT);
    publish(own, "once.1", "nobody takes it", PERSISTENT);
    publish(other, "$hidden", "hidden", PERSISTENT);
    publish(other, "shown", "shown", PERSISTENT);
    until(() -> assertThat(broker.queue("s").ready()).isEqualTo(2));
    Receiver receiver = own.consume("s", 10);
    until(() -> assertThat(bodies(receiver)).containsExactly("other's", "shown"));
    bind(own, "s", "local.#", Map.of());
    publish(own, "local.1", "now wanted", PERSISTENT);
    until(() -> assertThat(bodies(receiver)).contains("now wanted"));
    own.ask(one -> one.deleteQueue("s", false, false));
    assertThat(broker.broker.inspector().bindings(HOST)).isEmpty();
  }

  @Test
  void theLastMessageOfAnAddressIsRetained() {
    Client client = named("c", 0);
    retain(client, "a.b", "1");
    retain(client, "a.b", "2");
    retain(client, "a.c", "3");
    retain(client, "$a.c", "4");
    assertThat(retained(client, "a.*", true)).containsExactlyInAnyOrder("2", "3");
    assertThat(retained(client, "#", true)).containsExactlyInAnyOrder("2", "3");
    assertThat(retained(client, "#", false)).hasSize(3);
    assertThat(broker.broker.inspector().retainedMessages(HOST)).isEqualTo(3);
    Session.RetainedMessages before = client.ask(one -> one.retained("amq.topic", "a.*", true));
    retain(client, "a.b", "");
    assertThat(client.<List<Retained>>ask(one -> before.next(5)))
        .as("what is still there")
        .hasSize(1);
    assertThat(retained(client, "a.*", true)).containsExactly("3");
    broker.user("reader", "", "", "");
    Client refused = broker.open("reader", 1);
    assertThatThrownBy(() -> retained(refused, "#", true)).isInstanceOf(BrokerException.class);
    assertThatThrownBy(() -> retain(refused, "a.b", "x")).isInstanceOf(BrokerException.class);
  }

  @Test
  void aSessionForTheBrokersOwnWorkHasEveryRightAndIsNotSeen() {
    Client client = new Client(broker.loops.get(0));
    client.session = join(broker.broker.maintain(HOST, client.loop));
    client.declare(BrokerFixture.durable("made"));
    assertThat(broker.hasQueue("made")).isTrue();
    assertThat(broker.broker.inspector().connections()).isEmpty();
    assertThatThrownBy(() -> join(broker.broker.maintain("nowhere", client.loop)))
        .isInstanceOf(BrokerException.class);
  }

  @Test
  void anAdapterHasOneThingOfAKindAndItsNotes() {
    assertThat(broker.broker.shared(StringBuilder.class, () -> new StringBuilder("first")))
        .isSameAs(broker.broker.shared(StringBuilder.class, StringBuilder::new));
    join(broker.broker.notes("a").put("k", new byte[] {1}));
    join(broker.broker.notes("a").put("gone", new byte[] {2}));
    join(broker.broker.notes("a").remove("gone"));
    assertThat(broker.broker.notes("a").load()).isEmpty();
    BrokerFixture restarted = new BrokerFixture(1L << 40, broker.definitions);
    try {
      assertThat(restarted.broker.notes("a").load()).containsOnlyKeys("k");
      assertThat(restarted.broker.notes("a").load()).isEmpty();
      assertThat(restarted.broker.notes("b").load()).isEmpty();
    } finally {
      restarted.close();
    }
  }

  private static void retain(Client client, String key, String body) {
    client.retain(one -> Message.of(
        "amq.topic", key, body.getBytes(StandardCharsets.UTF_8), PERSISTENT, one.origin()));
  }

  private static List<String> retained(Client client, String pattern, boolean hide) {
    Session.RetainedMessages found = client.ask(one -> one.retained("amq.topic", pattern, hide));
    List<Retained> all = new ArrayList<>();
    List<Retained> portion = client.ask(one -> found.next(2));
    while (!portion.isEmpty()) {
      assertThat(portion.size()).isLessThanOrEqualTo(2);
      all.addAll(portion);
      portion = client.ask(one -> found.next(2));
    }
    return all.stream()
        .map(one -> new String(one.message().body(), StandardCharsets.UTF_8))
        .toList();
  }

  @Test
  void permissionsHoldForRetainedMessages() {
    broker.user("writer", "", ".*", "");
    Client writer = broker.open("writer", 0);
    retain(writer, "a", "x");
    assertThatThrownBy(() -> retained(writer, "a", true)).isInstanceOf(BrokerException.class);
  }

  @Test
  void whatIsReplacedAtAnExchangeThatIsNotDurableIsForgotten() {
    Client client = named("c", 0);
    client.ask(one -> one.declareExchange(
        new ExchangeSpec("passing", "topic", false, false, false, Headers.empty()), false));
    WeakReference<Message> first = retainOnce(client);
    retainOnce(client);
    until(() -> {
      System.gc();
      assertThat(first.get()).isNull();
    });
    assertThat(broker.broker.inspector().retainedMessages(HOST)).isEqualTo(1);
  }

  private static WeakReference<Message> retainOnce(Client client) {
    List<WeakReference<Message>> kept = new ArrayList<>();
    client.retain(one -> {
      Message message =
          Message.of("passing", "a", new byte[] {1}, PERSISTENT, one.origin()).toRetain();
      kept.add(new WeakReference<>(message));
      return message;
    });
    return kept.get(0);
  }
}
