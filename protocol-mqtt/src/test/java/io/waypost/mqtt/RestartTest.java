package io.waypost.mqtt;

import static io.waypost.mqtt.Packets.V311;
import static io.waypost.mqtt.Packets.V5;
import static io.waypost.mqtt.RawClient.PUBACK;
import static io.waypost.mqtt.RawClient.PUBCOMP;
import static io.waypost.mqtt.RawClient.PUBREC;
import static io.waypost.mqtt.RawClient.PUBREL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.waypost.broker.QueueSpec;
import io.waypost.message.Headers;
import io.waypost.mqtt.RawClient.Publish;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What there is after the broker has crashed, or was stopped. A crash is a copy of the folder, taken while the broker has
 * no idea of it, and another broker on that copy.
 */
class RestartTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir
  private Path temp = Path.of("");

  private Path folder = Path.of("");
  private TestBroker broker = new TestBroker();
  private int copies;

  @BeforeEach
  void start() throws IOException {
    broker.shutDown();
    folder = Files.createDirectory(temp.resolve("0"));
    broker = new TestBroker(folder);
  }

  @AfterEach
  void stop() {
    broker.shutDown();
  }

  private void crash() throws IOException {
    copies++;
    Path copy = Files.createDirectory(temp.resolve(Integer.toString(copies)));
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(file.getFileName()));
      }
    }
    TestBroker before = broker;
    folder = copy;
    broker = new TestBroker(folder);
    before.shutDown();
  }

  private void restart() {
    broker.shutDown();
    broker = new TestBroker(folder);
  }

  private static Packets.Connect persistent(int version, String clientId) {
    Packets.Connect connect = Packets.connect(version, clientId).resume();
    return version == V5 ? connect.expiry(3600) : connect;
  }

  private RawClient connect(Packets.Connect connect, boolean present) {
    RawClient client = broker.socket();
    client.version = connect.version;
    client.send(connect.bytes());
    assertThat(client.expectConnected().octet(0)).as("session present").isEqualTo(present ? 1 : 0);
    return client;
  }

  private static void leave(RawClient client) {
    client.send(Packets.disconnect());
    client.expectEnd();
  }

  private void publish(String topic, String payload, int qos, boolean retain) {
    RawClient publisher = broker.connect(V311, "publisher");
    publisher.send(Packets.publish(V311, topic, payload, qos, qos == 0 ? 0 : 1, retain ? 1 : 0));
    if (qos == 1) {
      publisher.expect(PUBACK, 1);
    } else if (qos == 2) {
      publisher.expect(PUBREC, 1);
      publisher.send(Packets.reply(PUBREL, 1));
      publisher.expect(PUBCOMP, 1);
    }
    leave(publisher);
  }

  @ParameterizedTest
  @ValueSource(ints = {V311, V5})
  @Tag("MQTT-4.1.0-1")
  @Tag("MQTT-4.1.0-2")
  void aSessionAndWhatItIsOwedSurviveACrash(int version) throws IOException {
    RawClient client = connect(persistent(version, "one"), false);
    client.subscribe("a/+", 2);
    leave(client);
    publish("a/b", "first", 1, false);
    publish("a/b", "second", 2, false);
    publish("a/b", "not kept", 0, false);

    crash();
    publish("a/c", "third", 1, false);
    RawClient back = connect(persistent(version, "one"), true);
    assertThat(List.of(back.publish(), back.publish(), back.publish()))
        .extracting(Publish::topic, Publish::payload, Publish::qos, Publish::retain)
        .containsExactlyInAnyOrder(
            tuple("a/b", "first", 1, false),
            tuple("a/b", "second", 2, false),
            tuple("a/c", "third", 1, false));
  }

  @Test
  void aSessionThatIsConnectedSurvivesACrashAndAStop() throws IOException {
    RawClient client = connect(persistent(V5, "there"), false);
    client.subscribe("t", 1);

    crash();
    publish("t", "after the crash", 1, false);
    client = connect(persistent(V5, "there"), true);
    Publish got = client.publish();
    assertThat(got.payload()).isEqualTo("after the crash");
    client.send(Packets.reply(PUBACK, got.id()));
    client.send(Packets.ping());
    client.expect(RawClient.PINGRESP);

    restart();
    publish("t", "after the stop", 1, false);
    client = connect(persistent(V5, "there"), true);
    assertThat(client.publish().payload()).isEqualTo("after the stop");
  }

  @Test
  void anUnsubscribedFilterStaysSo() throws IOException {
    RawClient client = connect(persistent(V311, "leaves"), false);
    client.subscribe("stay", 1);
    client.subscribe("go", 1);
    client.send(Packets.unsubscribe(V311, 9, "go"));
    client.expect(RawClient.UNSUBACK, 9);

    crash();
    publish("go", "nobody's", 1, false);
    publish("stay", "ours", 1, false);
    RawClient back = connect(persistent(V311, "leaves"), true);
    assertThat(back.publish().payload()).isEqualTo("ours");
  }

  @Test
  @Tag("MQTT-4.3.3-8")
  @Tag("MQTT-4.4.0-1")
  void aMessageWithQosTwoOnItsWayToAClientGoesOnWhereItWas() throws IOException {
    RawClient client = connect(persistent(V311, "two"), false);
    client.subscribe("q", 2);
    publish("q", "once", 2, false);
    Publish first = client.publish();
    assertThat(first.dup()).isFalse();

    crash();
    client = connect(persistent(V311, "two"), true);
    Publish again = client.publish();
    assertThat(again.id()).isEqualTo(first.id());
    assertThat(again.dup()).isTrue();
    client.send(Packets.reply(PUBREC, again.id()));
    client.expect(PUBREL, again.id());

    crash();
    client = connect(persistent(V311, "two"), true);
    client.expect(PUBREL, again.id());
    client.send(Packets.reply(PUBCOMP, again.id()));
    client.expectNothing();
  }

  @Test
  @Tag("MQTT-4.3.3-10")
  void aMessageWithQosTwoThatIsSentAgainAfterACrashIsTakenOnce() throws IOException {
    RawClient subscriber = connect(persistent(V311, "taker"), false);
    subscriber.subscribe("q", 2);
    leave(subscriber);
    RawClient publisher = connect(persistent(V311, "giver"), false);
    publisher.send(Packets.publish(V311, "q", "once", 2, 7, 0));
    publisher.expect(PUBREC, 7);

    crash();
    publisher = connect(persistent(V311, "giver"), true);
    publisher.send(Packets.publish(V311, "q", "once", 2, 7, 8));
    publisher.expect(PUBREC, 7);
    publisher.send(Packets.reply(PUBREL, 7));
    publisher.expect(PUBCOMP, 7);
    assertThat(broker.waiting("mqtt-subscription-taker")).isEqualTo(1);

    crash();
    publisher = connect(persistent(V311, "giver"), true);
    publisher.send(Packets.publish(V311, "q", "another", 2, 7, 0));
    publisher.expect(PUBREC, 7);
    assertThat(broker.waiting("mqtt-subscription-taker")).isEqualTo(2);
  }

  @Test
  void aSharesMessagesAreThereAfterACrash() throws IOException {
    RawClient client = connect(persistent(V5, "member"), false);
    client.subscribe("$share/g/s", 1);
    leave(client);
    publish("s", "shared", 1, false);

    crash();
    RawClient back = connect(persistent(V5, "member"), true);
    assertThat(back.publish().payload()).isEqualTo("shared");
  }

  @Test
  void retainedMessagesSurviveWithTheTimeThatTheyHaveLeft() throws IOException {
    publish("r/one", "old", 1, true);
    publish("r/one", "new", 1, true);
    publish("r/zero", "without an answer", 0, true);
    publish("r/gone", "taken back", 1, true);
    publish("r/gone", "", 1, true);
    RawClient publisher = broker.connect(V5, "expiring");
    publisher.send(Packets.publish(
        V5, "r/short", "expires", 1, 1, 1, Packets.bytes().octet(2).four(3600)));
    publisher.expect(PUBACK, 1);

    crash();
    assertThat(retained("r/#")).containsExactlyInAnyOrder("new", "without an answer", "expires");
    assertThat(broker.broker().inspector().retainedMessages("/")).isEqualTo(3);
    publish("r/one", "newest", 1, true);

    restart();
    assertThat(retained("r/#")).containsExactlyInAnyOrder("newest", "without an answer", "expires");
  }

  private List<String> retained(String filter) {
    RawClient client = broker.connect(V5, "reader");
    client.subscribe(filter, 0);
    List<String> all = Stream.generate(client::publish)
        .limit(3)
        .peek(one -> assertThat(one.retain()).isTrue())
        .map(Publish::payload)
        .toList();
    client.expectNothing();
    leave(client);
    return all;
  }

  @Test
  void theWillOfAClientThatWasThereIsPublishedAfterTheCrash() throws IOException {
    RawClient watcher = connect(persistent(V311, "watcher"), false);
    watcher.subscribe("will/#", 1);
    leave(watcher);
    connect(persistent(V5, "dying").will("will/now", "gone", 1, true), false);
    connect(
        persistent(V5, "patient")
            .will("will/later", "still gone", 1, false)
            .willProperties(Packets.bytes().octet(0x18).four(3600)),
        false);

    crash();
    RawClient back = connect(persistent(V311, "watcher"), true);
    assertThat(back.publish().payload()).isEqualTo("gone");
    assertThat(broker.broker().inspector().retainedMessages("/")).isEqualTo(1);
    back.expectNothing();
  }

  @Test
  void aBrokerThatIsStoppedPublishesTheWillsOfItsClientsOrKeepsThoseThatWait() {
    RawClient watcher = connect(persistent(V311, "watcher"), false);
    watcher.subscribe("will/#", 1);
    leave(watcher);
    broker.connect(Packets.connect(V311, "fleeting").will("will/one", "gone", 1, false));
    connect(
        persistent(V5, "patient")
            .will("will/later", "still gone", 1, false)
            .willProperties(Packets.bytes().octet(0x18).four(1)),
        false);

    restart();
    RawClient back = connect(persistent(V311, "watcher"), true);
    assertThat(back.publish().payload()).isEqualTo("gone");
    assertThat(back.publish().payload()).isEqualTo("still gone");
    back.expectNothing();
  }

  @Test
  void aSessionEndsWhenItsTimeIsOverAlthoughTheBrokerCrashed() throws IOException {
    RawClient client = connect(Packets.connect(V5, "short").resume().expiry(1), false);
    client.subscribe("x", 1);
    leave(client);
    crash();
    await().atMost(PATIENCE).until(() -> !hasQueue("mqtt-subscription-short"));
    connect(Packets.connect(V5, "short").resume().expiry(1), false);
  }

  @Test
  void aQueueWhoseSessionIsNotKnownIsDeletedAtTheStart() throws IOException {
    String orphan = "mqtt-subscription-orphan";
    broker.ask(session -> session.declareQueue(
        new QueueSpec(orphan, true, false, false, Headers.empty(), QueueSpec.Kind.SESSION)));
    assertThat(hasQueue(orphan)).isTrue();
    crash();
    await().atMost(PATIENCE).until(() -> !hasQueue(orphan));
    assertThat(hasQueue("mqtt-subscription-other")).isFalse();
  }

  private boolean hasQueue(String name) {
    return broker.broker().inspector().queue("/", name).isPresent();
  }
}
