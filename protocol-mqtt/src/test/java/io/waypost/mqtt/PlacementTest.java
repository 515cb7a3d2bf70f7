package io.waypost.mqtt;

import static io.waypost.mqtt.Packets.V311;
import static io.waypost.mqtt.Packets.V5;
import static io.waypost.mqtt.RawClient.PUBACK;
import static io.waypost.mqtt.RawClient.UNSUBACK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.waypost.broker.ExchangeSpec;
import io.waypost.broker.Permissions;
import io.waypost.broker.TopicPermissions;
import io.waypost.engine.BrokerSettings;
import io.waypost.message.Headers;
import io.waypost.transport.ProtocolSettings;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Which virtual host clients come to, and on which exchange their topics live. */
class PlacementTest {
  private static final ProtocolSettings SECTION = ProtocolSettings.defaults("Waypost", "0.0.0")
      .with(MqttSettings.USER_VHOSTS, Map.of("carl", "barn"))
      .with(MqttSettings.USER_EXCHANGES, Map.of("ann", "quiet.topic"));

  @RegisterExtension
  static final TestBroker broker = new TestBroker(BrokerSettings.defaults(), SECTION);

  private static int barnPort;
  private static int loudPort;

  @BeforeAll
  static void listeners() {
    barnPort = broker.listen(SECTION.with(MqttSettings.LISTENER_VHOST, "barn"));
    loudPort = broker.listen(SECTION.with(MqttSettings.LISTENER_EXCHANGE, "loud.topic"));
    broker.administration().putVirtualHost("barn", "").toCompletableFuture().join();
    for (String user : new String[] {"ann", "bob", "carl"}) {
      broker
          .administration()
          .putUser(user, "secret", Set.of())
          .toCompletableFuture()
          .join();
      for (String virtualHost : new String[] {"/", "barn"}) {
        broker
            .administration()
            .putPermissions(virtualHost, user, new Permissions(".*", ".*", ".*"))
            .toCompletableFuture()
            .join();
      }
    }
    for (String exchange : new String[] {"loud.topic", "quiet.topic"}) {
      broker.ask(session -> session.declareExchange(
          new ExchangeSpec(exchange, "topic", true, false, false, Headers.empty()), false));
    }
  }

  private static Packets.Connect client(int version, String clientId, String user) {
    return Packets.connect(version, clientId).login(user, "secret");
  }

  private static List<String> sources(String queue) {
    return broker.broker().inspector().bindings("/").stream()
        .filter(binding -> binding.spec().destination().equals(queue)
            && !binding.spec().source().isEmpty())
        .map(binding -> binding.spec().source())
        .sorted()
        .toList();
  }

  @Test
  void theMoreParticularVirtualHostWins() {
    Placement placement = new Placement(
        "amq.topic",
        "general",
        "",
        "listeners",
        Map.of(),
        Map.of("carl", "carls"),
        Map.of("CN=carl,O=x", "certified"));
    assertThat(placement.virtualHost("said:carl", "carl", "CN=carl,O=x", "/")).isEqualTo("said");
    assertThat(placement.virtualHost("a:b:carl", "carl", null, "/")).isEqualTo("a:b");
    assertThat(placement.virtualHost("carl", "carl", "CN=carl,O=x", "/")).isEqualTo("carls");
    assertThat(placement.virtualHost("dora", "dora", "CN=carl,O=x", "/")).isEqualTo("listeners");
    Placement listenerless = new Placement(
        "amq.topic", "general", "", "", Map.of(), Map.of(), Map.of("CN=carl,O=x", "certified"));
    assertThat(listenerless.virtualHost("", "guest", "CN=carl,O=x", "/")).isEqualTo("certified");
    assertThat(listenerless.virtualHost("", "guest", "CN=other", "/")).isEqualTo("general");
    Placement nothing = new Placement("amq.topic", "", "", "", Map.of(), Map.of(), Map.of());
    assertThat(nothing.virtualHost("", "guest", null, "/")).isEqualTo("/");
  }

  @Test
  void theMoreParticularExchangeWins() {
    Placement placement =
        new Placement("general", "", "listeners", "", Map.of("ann", "anns"), Map.of(), Map.of());
    assertThat(placement.exchange("ann")).isEqualTo("anns");
    assertThat(placement.exchange("bob")).isEqualTo("listeners");
    Placement listenerless = new Placement("general", "", "", "", Map.of(), Map.of(), Map.of());
    assertThat(listenerless.exchange("bob")).isEqualTo("general");
  }

  @Test
  void aListenerAndAUserHaveAVirtualHostThatAUserNameOverrules() {
    RawClient byListener = broker.connect(barnPort, client(V311, "by-listener", "bob"));
    RawClient byUser = broker.connect(client(V5, "by-user", "carl"));
    RawClient byName = broker.connect(client(V311, "by-name", "barn:bob"));
    RawClient elsewhere = broker.connect(barnPort, client(V311, "elsewhere", "/:bob"));
    for (RawClient each : new RawClient[] {byListener, byUser, byName, elsewhere}) {
      each.subscribe("where/#", 0);
    }
    byName.send(Packets.publish(V311, "where/x", "barn", 0, 0, 0));
    elsewhere.send(Packets.publish(V311, "where/x", "home", 0, 0, 0));
    assertThat(byListener.publish().payload()).isEqualTo("barn");
    assertThat(byUser.publish().payload()).isEqualTo("barn");
    assertThat(byName.publish().payload()).isEqualTo("barn");
    assertThat(elsewhere.publish().payload()).isEqualTo("home");
    for (RawClient each : new RawClient[] {byListener, byUser, byName, elsewhere}) {
      each.expectNothing();
    }
  }

  @Test
  void topicsOfListenersAndUsersLiveOnExchangesOfTheirOwn() {
    RawClient usual = broker.connect(client(V5, "usual", "bob"));
    RawClient loud = broker.connect(loudPort, client(V5, "loud", "bob"));
    RawClient quiet = broker.connect(loudPort, client(V5, "quiet", "ann"));
    for (RawClient each : new RawClient[] {usual, loud, quiet}) {
      each.subscribe("live/#", 1);
    }
    assertThat(sources("mqtt-subscription-usual")).containsExactly("amq.topic");
    assertThat(sources("mqtt-subscription-loud")).containsExactly("loud.topic");
    assertThat(sources("mqtt-subscription-quiet")).containsExactly("quiet.topic");
    for (RawClient each : new RawClient[] {usual, loud, quiet}) {
      each.send(Packets.publish(V5, "live/on", "own", 0, 0, 1));
      assertThat(each.publish().payload()).isEqualTo("own");
      each.expectNothing();
    }
    // What is retained is found on the same exchange, and what is unsubscribed goes from there.
    loud.send(Packets.subscribe(V5, 2, "live/on", 0));
    loud.expectSubscribed(2, 0);
    assertThat(loud.publish().retain()).isTrue();
    loud.send(Packets.unsubscribe(V5, 3, "live/#"));
    loud.expect(UNSUBACK, 3);
    loud.send(Packets.unsubscribe(V5, 4, "live/on"));
    loud.expect(UNSUBACK, 4);
    assertThat(sources("mqtt-subscription-loud")).isEmpty();
  }

  @Test
  void aWillIsPublishedWhereItsClientsTopicsLive() {
    RawClient usual = broker.connect(client(V5, "will-usual", "bob"));
    RawClient loud = broker.connect(loudPort, client(V5, "will-loud", "bob"));
    usual.subscribe("last/#", 0);
    loud.subscribe("last/#", 0);
    broker
        .connect(loudPort, client(V5, "dying", "bob").will("last/words", "bye", 0, false))
        .close();
    assertThat(loud.publish().payload()).isEqualTo("bye");
    usual.expectNothing();
  }

  @Test
  void sharesOfDifferentExchangesAreDifferent() {
    RawClient usual = broker.connect(client(V5, "share-usual", "bob"));
    RawClient loud = broker.connect(loudPort, client(V5, "share-loud", "bob"));
    usual.subscribe("$share/g/job/#", 1);
    loud.subscribe("$share/g/job/#", 1);
    for (int i = 1; i <= 4; i++) {
      loud.send(Packets.publish(V5, "job/" + i, "loud", 1, i, 0));
      int publishes = 0;
      int answers = 0;
      while (publishes + answers < 2) {
        int first = loud.read().first();
        publishes += (first & 0xF0) == 0x30 ? 1 : 0;
        answers += first == PUBACK ? 1 : 0;
      }
      assertThat(publishes).isEqualTo(1);
    }
    usual.expectNothing();
    assertThat(sources("mqtt-share-g/job/#")).containsExactly("amq.topic");
    assertThat(sources("mqtt-share-#loud.topic#g/job/#")).containsExactly("loud.topic");
  }

  @Test
  void aSessionThatComesBackToAnotherExchangeMovesThere() {
    Packets.Connect connect = client(V5, "mover", "bob").resume().expiry(100);
    RawClient client = broker.connect(connect);
    client.subscribe("move/#", 1);
    client.send(Packets.subscribe(V5, 2, "$share/movers/move/#", 1));
    client.expectSubscribed(2, 1);
    client.send(Packets.disconnect());
    client.expectEnd();

    RawClient moved = broker.connect(loudPort, connect);
    moved.expectNothing();
    assertThat(sources("mqtt-subscription-mover")).containsExactly("loud.topic");
    // The share that has no members any more goes in its own time.
    await().until(() -> sources("mqtt-share-movers/move/#").isEmpty());
    assertThat(sources("mqtt-share-#loud.topic#movers/move/#")).containsExactly("loud.topic");
    moved.send(Packets.unsubscribe(V5, 3, "$share/movers/move/#"));
    moved.expect(UNSUBACK, 3);
    RawClient publisher = broker.connect(client(V5, "move-pub", "bob"));
    publisher.send(Packets.publish(V5, "move/x", "at the old one", 1, 1, 0));
    publisher.expect(PUBACK, 1, 0x10);
    RawClient loud = broker.connect(loudPort, client(V5, "move-loud", "bob"));
    loud.send(Packets.publish(V5, "move/x", "at the new one", 1, 1, 0));
    loud.expect(PUBACK, 1, 0);
    assertThat(moved.publish().payload()).isEqualTo("at the new one");
  }

  @Test
  void whatMayNotBeReadAtTheNewExchangeIsDroppedWithWhatWasAtTheOldOne() {
    Packets.Connect connect = client(V5, "banned", "bob").resume().expiry(100);
    RawClient client = broker.connect(connect);
    client.subscribe("banned/x", 1);
    client.send(Packets.disconnect());
    client.expectEnd();
    broker
        .administration()
        .putTopicPermissions("/", "bob", new TopicPermissions("loud.topic", ".*", "^(?!banned).*"))
        .toCompletableFuture()
        .join();
    RawClient moved = broker.connect(loudPort, connect);
    moved.expectNothing();
    assertThat(sources("mqtt-subscription-banned")).isEmpty();
    broker
        .administration()
        .deleteTopicPermissions("/", "bob", null)
        .toCompletableFuture()
        .join();
  }
}
