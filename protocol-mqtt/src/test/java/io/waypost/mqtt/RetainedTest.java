package io.waypost.mqtt;

import static io.waypost.mqtt.Packets.V311;
import static io.waypost.mqtt.Packets.V5;
import static io.waypost.mqtt.RawClient.PUBACK;
import static org.assertj.core.api.Assertions.assertThat;

import io.waypost.mqtt.RawClient.Publish;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RetainedTest {
  private static final int RETAIN = 1;
  private static final int AS_PUBLISHED = 8;
  private static final int IF_NEW = 16;
  private static final int NEVER = 32;

  @RegisterExtension
  static final TestBroker broker = new TestBroker();

  private static void retain(RawClient client, String topic, String payload, int qos) {
    client.send(Packets.publish(client.version, topic, payload, qos, 1, RETAIN));
    if (qos == 1) {
      client.expect(PUBACK, 1);
    }
    client.expectNothing();
  }

  @Test
  @Tag("MQTT-3.3.1-5")
  @Tag("MQTT-3.3.1-9")
  void aNewSubscriberGetsTheLastRetainedMessage() {
    RawClient client = broker.connect(V311, "retain");
    retain(client, "ret/ain", "first", 1);
    retain(client, "ret/ain", "last", 1);
    RawClient subscriber = broker.connect(V311, "retain-sub");
    subscriber.subscribe("ret/ain", 1);
    Publish got = subscriber.publish();
    assertThat(got.payload()).isEqualTo("last");
    assertThat(got.retain()).isTrue();
    assertThat(got.qos()).isEqualTo(1);
    subscriber.send(Packets.reply(PUBACK, got.id()));
    subscriber.expectNothing();
  }

  @Test
  @Tag("MQTT-3.3.1-6")
  @Tag("MQTT-3.3.1-7")
  void anEmptyMessageClearsWhatIsRetained() {
    RawClient client = broker.connect(V5, "clear");
    client.subscribe("cl/ear", AS_PUBLISHED);
    client.send(Packets.publish(V5, "cl/ear", "x", 0, 0, RETAIN));
    assertThat(client.publish().retain()).isTrue();
    client.send(Packets.publish(V5, "cl/ear", "", 0, 0, RETAIN));
    assertThat(client.publish().payload()).isEmpty();
    RawClient late = broker.connect(V5, "clear-late");
    late.subscribe("cl/ear", 0);
    late.expectNothing();
  }

  @Test
  @Tag("MQTT-3.3.1-8")
  void aMessageThatIsNotToBeRetainedLeavesWhatIs() {
    RawClient client = broker.connect(V5, "leaves");
    retain(client, "lea/ves", "retained", 0);
    client.send(Packets.publish(V5, "lea/ves", "", 0, 0, 0));
    client.expectNothing();
    client.subscribe("lea/ves", 0);
    assertThat(client.publish().payload()).isEqualTo("retained");
  }

  @Test
  @Tag("MQTT-3.3.1-10")
  @Tag("MQTT-3.3.1-11")
  @Tag("MQTT-3.8.4-4")
  void retainHandlingSaysWhenTheyAreSent() {
    RawClient client = broker.connect(V5, "handling");
    retain(client, "hand/ling", "x", 0);
    client.subscribe("hand/ling", NEVER);
    client.expectNothing();
    client.subscribe("hand/ling", IF_NEW);
    client.expectNothing();
    client.subscribe("hand/ling", 0);
    assertThat(client.publish().payload()).isEqualTo("x");
    client.subscribe("hand/ling", 0);
    assertThat(client.publish().payload()).isEqualTo("x");
    RawClient other = broker.connect(V5, "handling-new");
    other.subscribe("hand/ling", IF_NEW);
    assertThat(other.publish().payload()).isEqualTo("x");
  }

  @Test
  @Tag("MQTT-3.3.1-12")
  @Tag("MQTT-3.3.1-13")
  void theFlagIsPassedOnToThoseWhoAskForIt() {
    RawClient plain = broker.connect(V5, "plain");
    RawClient asking = broker.connect(V5, "asking");
    plain.subscribe("fl/#", 0);
    asking.subscribe("fl/#", AS_PUBLISHED);
    RawClient client = broker.connect(V5, "flag");
    client.send(Packets.publish(V5, "fl/ag", "x", 0, 0, RETAIN));
    client.send(Packets.publish(V5, "fl/ag", "y", 0, 0, 0));
    assertThat(plain.publish().retain()).isFalse();
    assertThat(asking.publish().retain()).isTrue();
    assertThat(asking.publish().retain()).isFalse();
  }

  @Test
  @Tag("MQTT-4.7.2-1")
  void wildcardsFindAllOfThemButHiddenOnes() {
    RawClient client = broker.connect(V311, "wild");
    Set<String> expected = new TreeSet<>();
    for (int i = 0; i < 300; i++) {
      String topic = "wild/" + i % 10 + "/" + i;
      expected.add(topic);
      client.send(Packets.publish(V311, topic, "x", i % 2, i + 1, RETAIN));
    }
    client.send(Packets.publish(V311, "$wild/1/1", "hidden", 0, 0, RETAIN));
    for (int i = 1; i < 300; i += 2) {
      client.expect(PUBACK, i + 1);
    }
    client.expectNothing();
    RawClient subscriber = broker.connect(V311, "wild-sub");
    subscriber.subscribe("wild/#", 1);
    Set<String> found = new TreeSet<>();
    for (int i = 0; i < 300; i++) {
      Publish got = subscriber.publish();
      found.add(got.topic());
      if (got.qos() == 1) {
        subscriber.send(Packets.reply(PUBACK, got.id()));
      }
    }
    assertThat(found).isEqualTo(expected);
    subscriber.expectNothing();
    RawClient level = broker.connect(V311, "wild-level");
    level.subscribe("+/1/1", 0);
    assertThat(level.publish().topic()).isEqualTo("wild/1/1");
    level.expectNothing();
  }

  @Test
  @Tag("MQTT-3.3.2-5")
  @Tag("MQTT-3.3.2-6")
  void whatIsRetainedLivesAsLongAsItsPublisherSaid() {
    RawClient client = broker.connect(V5, "mortal");
    client.send(Packets.publish(
        V5, "mor/tal", "x", 0, 0, RETAIN, Packets.bytes().octet(2).four(2_592_000)));
    client.expectNothing();
    RawClient soon = broker.connect(V5, "mortal-soon");
    soon.subscribe("mor/tal", 0);
    assertThat(soon.publish().four(2)).isBetween(2_591_900L, 2_592_000L);
    client.send(Packets.publish(
        V5, "mor/tal", "y", 0, 0, RETAIN, Packets.bytes().octet(2).four(1)));
    client.expectNothing();
    org.awaitility.Awaitility.await()
        .atMost(java.time.Duration.ofSeconds(30))
        .until(() -> broker
            .<java.util.List<io.waypost.broker.Session.Retained>>ask(session -> session
                .retained("amq.topic", "mor.tal", true)
                .thenCompose(found -> found.next(1000)))
            .isEmpty());
  }

  @Test
  @Tag("MQTT-3.3.1-9")
  void sharesGetNone() {
    RawClient client = broker.connect(V5, "share-none");
    retain(client, "sha/none", "x", 0);
    client.subscribe("$share/g/sha/none", 0);
    client.expectNothing();
  }
}
