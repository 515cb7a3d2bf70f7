package io.waypost.mqtt;

import static io.waypost.mqtt.Packets.V31;
import static io.waypost.mqtt.Packets.V311;
import static io.waypost.mqtt.Packets.V5;
import static io.waypost.mqtt.Packets.bytes;
import static io.waypost.mqtt.RawClient.PUBACK;
import static io.waypost.mqtt.RawClient.PUBCOMP;
import static io.waypost.mqtt.RawClient.PUBREC;
import static io.waypost.mqtt.RawClient.PUBREL;
import static io.waypost.mqtt.RawClient.SUBACK;
import static io.waypost.mqtt.RawClient.UNSUBACK;
import static org.assertj.core.api.Assertions.assertThat;

import io.waypost.broker.Permissions;
import io.waypost.mqtt.RawClient.Publish;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages and subscriptions in MQTT 3.1.1, and in 3.1 where its rules are the same. */
class Version3MessagesTest {
  private static final int DUP = 8;
  private static final int RETAIN = 1;

  @RegisterExtension
  static final TestBroker broker = new TestBroker();

  private static void publish(String topic, String payload, int qos, int flags) {
    RawClient publisher = broker.connect(V5, "publisher");
    publisher.send(Packets.publish(V5, topic, payload, qos, qos == 0 ? 0 : 1, flags));
    if (qos > 0) {
      publisher.expect(qos == 1 ? PUBACK : PUBREC, 1);
    } else {
      publisher.expectNothing();
    }
  }

  private static RawClient subscriber(int version, String filter, int qos) {
    RawClient client = broker.connect(version, "subscriber-" + filter.replace('/', '-'));
    client.subscribe(filter, qos);
    return client;
  }

  @ParameterizedTest
  @ValueSource(ints = {V31, V311})
  @Tag("MQTT3-3.3.4-1")
  @Tag("MQTT3-2.3.1-5")
  @Tag("MQTT3-2.3.1-6")
  @Tag("MQTT3-4.3.1-1")
  @Tag("MQTT3-4.3.2-1")
  @Tag("MQTT3-4.3.2-2")
  @Tag("MQTT3-4.3.3-1")
  @Tag("MQTT3-4.3.3-2")
  void eachQosHasItsHandshake(int version) {
    RawClient client = subscriber(version, "hand/shake", 2);
    client.send(Packets.publish(version, "hand/shake", "0", 0, 0, 0));
    Publish none = client.publish();
    assertThat(none.qos()).isZero();
    assertThat(none.dup()).isFalse();
    assertThat(none.payload()).isEqualTo("0");
    client.expectNothing();

    client.send(Packets.publish(version, "hand/shake", "1", 1, 5, 0));
    client.expect(PUBACK, 5);
    Publish once = client.publish();
    assertThat(once.dup()).isFalse();
    client.send(Packets.reply(PUBACK, once.id()));
    client.expectNothing();

    client.send(Packets.publish(version, "hand/shake", "2", 2, 6, 0));
    client.expect(PUBREC, 6);
    Publish twice = client.publish();
    client.send(Packets.publish(version, "hand/shake", "2", 2, 6, DUP));
    client.expect(PUBREC, 6);
    client.send(Packets.reply(PUBREL, 6));
    client.expect(PUBCOMP, 6);
    client.send(Packets.reply(PUBREC, twice.id()));
    client.expect(PUBREL, twice.id());
    client.send(Packets.reply(PUBCOMP, twice.id()));
    client.expectNothing();
  }

  @ParameterizedTest
  @ValueSource(ints = {V31, V311})
  @Tag("MQTT3-4.3.3-2")
  void aReleaseOfWhatNobodyKnowsIsAnswered(int version) {
    RawClient client = broker.connect(version, "unknown");
    client.send(Packets.reply(PUBREL, 98));
    assertThat(client.expect(PUBCOMP, 98).content()).hasSize(2);
    client.send(Packets.reply(PUBREC, 99));
    assertThat(client.expect(PUBREL, 99).content()).hasSize(2);
    client.send(Packets.reply(PUBACK, 97), Packets.reply(PUBCOMP, 96));
    client.expectNothing();
  }

  @ParameterizedTest
  @ValueSource(ints = {V31, V311})
  @Tag("MQTT3-4.4.0-1")
  @Tag("MQTT3-3.3.1-1")
  @Tag("MQTT3-3.3.1-2")
  @Tag("MQTT3-4.6.0-1")
  @Tag("MQTT3-2.3.1-4")
  void whatIsNotAnsweredForIsSentAgainWhenTheClientIsBack(int version) {
    Packets.Connect connect = Packets.connect(version, "again-" + version).resume();
    RawClient client = broker.connect(connect);
    client.subscribe("a/gain", 2);
    publish("a/gain", "one", 1, 0);
    publish("a/gain", "two", 2, 0);
    publish("a/gain", "three", 2, 0);
    Publish one = client.publish();
    Publish two = client.publish();
    Publish three = client.publish();
    assertThat(Set.of(one.id(), two.id(), three.id())).hasSize(3).doesNotContain(0);
    client.send(Packets.reply(PUBREC, three.id()));
    client.expect(PUBREL, three.id());
    client.expectNothing();
    client.close();

    RawClient back = broker.connect(connect);
    back.expect(PUBREL, three.id());
    for (Publish before : new Publish[] {one, two}) {
      Publish again = back.publish();
      assertThat(again.id()).isEqualTo(before.id());
      assertThat(again.payload()).isEqualTo(before.payload());
      assertThat(again.dup()).isTrue();
    }
    back.send(Packets.reply(PUBACK, one.id()), Packets.reply(PUBREC, two.id()));
    back.expect(PUBREL, two.id());
    back.send(Packets.reply(PUBCOMP, two.id()), Packets.reply(PUBCOMP, three.id()));
    back.expectNothing();
  }

  @Test
  @Tag("MQTT3-3.3.1-3")
  void whetherAPacketIsARepetitionIsNotPassedOn() {
    RawClient subscriber = subscriber(V311, "du/p", 1);
    publish("du/p", "x", 1, DUP);
    assertThat(subscriber.publish().dup()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {V31, V311})
  @Tag("MQTT3-3.3.1-4")
  @Tag("MQTT3-3.3.2-2")
  @Tag("MQTT3-2.3.1-1")
  @Tag("MQTT3-2.2.2-2")
  @Tag("MQTT3-3.6.1-1")
  @Tag("MQTT3-3.8.1-1")
  @Tag("MQTT3-3.8.3-3")
  @Tag("MQTT3-3.8.3-4")
  @Tag("MQTT3-3.10.1-1")
  @Tag("MQTT3-3.10.3-2")
  @Tag("MQTT3-4.7.1-1")
  @Tag("MQTT3-4.7.3-1")
  @Tag("MQTT3-4.7.3-2")
  @Tag("MQTT3-4.8.0-1")
  void aMalformedPacketEndsTheConnectionAndNothingElse(int version) {
    byte[][] malformed = {
      Packets.packet(0x36, bytes().text("a").two(1)),
      Packets.packet(0x30, bytes().text("a/+")),
      Packets.packet(0x30, bytes().text("a/#")),
      Packets.packet(0x30, bytes().text("")),
      Packets.packet(0x30, bytes().text("a\0b")),
      Packets.packet(0x30, bytes().two(2).octet(0xC3).octet(0x28)),
      Packets.packet(0x30, bytes().two(3).octet(0xED).octet(0xA0).octet(0x80)),
      Packets.packet(0x32, bytes().text("a").two(0)),
      Packets.packet(0x60, bytes().two(1)),
      Packets.packet(0x82, bytes().two(0).text("a").octet(0)),
      Packets.packet(0x82, bytes().two(1)),
      Packets.packet(0x82, bytes().two(1).text("a").octet(3)),
      Packets.packet(0x82, bytes().two(1).text("a#").octet(0)),
      Packets.packet(0x82, bytes().two(1).text("").octet(0)),
      Packets.packet(0x82, bytes().two(1).text("a\0b").octet(0)),
      Packets.packet(0x80, bytes().two(1).text("a").octet(0)),
      Packets.packet(0xA2, bytes().two(1)),
      Packets.packet(0xA2, bytes().two(0).text("a")),
      Packets.packet(0xA0, bytes().two(1).text("a")),
      Packets.packet(0x40, bytes().two(0)),
      Packets.packet(0x62, bytes().two(0)),
      Packets.packet(0x62, bytes().octet(1)),
      Packets.packet(0x20, bytes().two(0)),
      {(byte) 0xF0, 0},
      {0x30, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 1},
      {0x30, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 0x7F},
    };
    RawClient other = subscriber(version, "un/harmed", 0);
    for (byte[] packet : malformed) {
      long before = broker.malformed();
      RawClient client = broker.connect(version, "malformed");
      client.send(packet);
      client.expectEnd();
      assertThat(broker.malformed()).isEqualTo(before + 1);
    }
    publish("un/harmed", "x", 0, 0);
    assertThat(other.publish().payload()).isEqualTo("x");
  }

  @Test
  @Tag("MQTT3-3.14.1-1")
  @Tag("MQTT3-2.2.2-1")
  void aGoodbyeWithReservedBitsIsNone() {
    RawClient watcher = subscriber(V311, "good/bye", 1);
    RawClient client =
        broker.connect(Packets.connect(V311, "goodbye").will("good/bye", "will", 1, false));
    client.send(new byte[] {(byte) 0xE1, 0});
    client.expectEnd();
    assertThat(watcher.publish().payload()).isEqualTo("will");
  }

  @ParameterizedTest
  @ValueSource(ints = {V31, V311})
  @Tag("MQTT3-3.3.1-5")
  @Tag("MQTT3-3.3.1-6")
  @Tag("MQTT3-3.3.1-7")
  @Tag("MQTT3-3.3.1-8")
  @Tag("MQTT3-3.3.1-9")
  @Tag("MQTT3-3.3.1-12")
  void theLastRetainedMessageComesToNewSubscribers(int version) {
    String topic = "retain/" + version;
    RawClient before = subscriber(version, topic, 1);
    publish(topic, "old", 1, RETAIN);
    publish(topic, "new", 0, RETAIN);
    publish(topic, "not retained", 1, 0);
    for (String payload : new String[] {"old", "new", "not retained"}) {
      Publish live = before.publish();
      assertThat(live.payload()).isEqualTo(payload);
      assertThat(live.retain()).isFalse();
    }
    RawClient late = broker.connect(version, "late");
    late.subscribe("retain/#", 1);
    Publish retained = late.publish();
    assertThat(retained.payload()).isEqualTo("new");
    assertThat(retained.qos()).isZero();
    assertThat(retained.retain()).isTrue();
    publish(topic, "", 1, RETAIN);
    late.publish();
    late.send(Packets.subscribe(version, 9, topic, 1));
    late.expectSubscribed(9, 1);
    late.expectNothing();
  }

  @Test
  @Tag("MQTT3-3.3.1-10")
  @Tag("MQTT3-3.3.1-11")
  void anEmptyMessageClearsAndIsPassedOn() {
    RawClient client = subscriber(V311, "cle/ar", 1);
    publish("cle/ar", "kept", 1, RETAIN);
    publish("cle/ar", "", 1, RETAIN);
    assertThat(client.publish().payload()).isEqualTo("kept");
    Publish empty = client.publish();
    assertThat(empty.payload()).isEmpty();
    assertThat(empty.retain()).isFalse();
    RawClient late = broker.connect(V311, "late");
    late.subscribe("cle/ar", 1);
    late.expectNothing();
  }

  @Test
  @Tag("MQTT3-3.3.5-1")
  @Tag("MQTT3-3.3.2-3")
  void overlappingFiltersBringTheHighestQosOfThem() {
    RawClient client = broker.connect(V311, "overlap");
    client.subscribe("over/+", 0);
    client.send(Packets.subscribe(V311, 2, "over/lap/#", 1));
    client.expectSubscribed(2, 1);
    client.send(Packets.subscribe(V311, 3, "+/lap", 2));
    client.expectSubscribed(3, 2);
    publish("over/lap", "x", 2, 0);
    Publish got = client.publish();
    assertThat(got.topic()).isEqualTo("over/lap");
    assertThat(got.qos()).isEqualTo(2);
    client.expectNothing();
  }

  @ParameterizedTest
  @ValueSource(ints = {V31, V311})
  @Tag("MQTT3-3.3.5-2")
  void aMessageThatMayNotBePublishedIsAnsweredAndDropped(int version) {
    broker
        .administration()
        .putUser("reader", "secret", Set.of())
        .toCompletableFuture()
        .join();
    broker
        .administration()
        .putPermissions("/", "reader", new Permissions(".*", "^mqtt-", ".*"))
        .toCompletableFuture()
        .join();
    RawClient watcher = subscriber(version, "for/bidden", 1);
    RawClient client = broker.connect(Packets.connect(version, "reader").login("reader", "secret"));
    client.send(Packets.publish(version, "for/bidden", "x", 1, 1, 0));
    client.expect(PUBACK, 1);
    client.send(Packets.publish(version, "for/bidden", "x", 2, 2, 0));
    client.expect(PUBREC, 2);
    client.send(Packets.reply(PUBREL, 2));
    client.expect(PUBCOMP, 2);
    watcher.expectNothing();
  }

  @ParameterizedTest
  @ValueSource(ints = {V31, V311})
  @Tag("MQTT3-3.8.4-1")
  @Tag("MQTT3-3.8.4-2")
  @Tag("MQTT3-3.8.4-4")
  @Tag("MQTT3-3.8.4-5")
  @Tag("MQTT3-3.9.3-1")
  @Tag("MQTT3-2.3.1-7")
  void manyFiltersAreAnsweredAtOnceAndInOrder(int version) {
    RawClient client = broker.connect(version, "many");
    client.send(Packets.packet(
        0x82,
        bytes()
            .two(300)
            .text("many/1")
            .octet(2)
            .text("many/2")
            .octet(0)
            .text("many/3")
            .octet(1)));
    assertThat(client.expect(SUBACK, 300).content()).containsExactly(1, 44, 2, 0, 1);
    publish("many/3", "x", 2, 0);
    assertThat(client.publish().qos()).isEqualTo(1);
  }

  @Test
  @Tag("MQTT3-3.8.4-6")
  void noMessageHasMoreThanTheGrantedQosNorMoreThanItsOwn() {
    RawClient client = subscriber(V311, "at/most", 1);
    publish("at/most", "2", 2, 0);
    publish("at/most", "0", 0, 0);
    assertThat(client.publish().qos()).isEqualTo(1);
    assertThat(client.publish().qos()).isZero();
  }

  @Test
  @Tag("MQTT3-3.8.4-3")
  void theSameFilterAgainReplacesItAndBringsWhatIsRetained() {
    publish("re/place", "retained", 1, RETAIN);
    RawClient client = subscriber(V311, "re/place", 2);
    assertThat(client.publish().retain()).isTrue();
    client.send(Packets.subscribe(V311, 2, "re/place", 0));
    client.expectSubscribed(2, 0);
    assertThat(client.publish().retain()).isTrue();
    publish("re/place", "x", 2, 0);
    assertThat(client.publish().qos()).isZero();
    client.expectNothing();
  }

  @ParameterizedTest
  @ValueSource(ints = {V31, V311})
  @Tag("MQTT3-3.10.4-1")
  @Tag("MQTT3-3.10.4-2")
  @Tag("MQTT3-3.10.4-4")
  @Tag("MQTT3-3.10.4-5")
  @Tag("MQTT3-3.10.4-6")
  void nothingComesAfterUnsubscribing(int version) {
    RawClient client = subscriber(version, "un/sub/#", 1);
    client.send(Packets.subscribe(version, 2, "un/sub/x", 1));
    client.expectSubscribed(2, 1);
    client.send(Packets.packet(0xA2, bytes().two(5).text("un/sub/x").text("un/sub/+")));
    assertThat(client.expect(UNSUBACK, 5).content()).hasSize(2);
    publish("un/sub/x", "one is left", 1, 0);
    assertThat(client.publish().payload()).isEqualTo("one is left");
    client.send(Packets.unsubscribe(version, 6, "un/sub/#"));
    client.expect(UNSUBACK, 6);
    client.send(Packets.unsubscribe(version, 7, "un/sub/#"));
    client.expect(UNSUBACK, 7);
    publish("un/sub/x", "for nobody", 1, 0);
    client.expectNothing();
  }

  @Test
  @Tag("MQTT3-3.10.4-3")
  void whatWasBegunIsCompletedAfterUnsubscribing() {
    RawClient client = subscriber(V311, "be/gun", 2);
    publish("be/gun", "x", 2, 0);
    Publish got = client.publish();
    client.send(Packets.unsubscribe(V311, 5, "be/gun"));
    client.expect(UNSUBACK, 5);
    client.send(Packets.reply(PUBREC, got.id()));
    client.expect(PUBREL, got.id());
    client.send(Packets.reply(PUBCOMP, got.id()));
    client.expectNothing();
  }

  @ParameterizedTest
  @ValueSource(ints = {V31, V311})
  @Tag("MQTT3-4.6.0-2")
  @Tag("MQTT3-4.6.0-3")
  @Tag("MQTT3-4.6.0-4")
  @Tag("MQTT3-4.6.0-5")
  @Tag("MQTT3-4.6.0-6")
  void messagesAndAnswersKeepTheirOrder(int version) {
    RawClient client = broker.connect(version, "order");
    for (int qos = 1; qos <= 2; qos++) {
      RawClient subscriber = subscriber(version, "order/" + qos, 2);
      byte[][] packets = new byte[50][];
      for (int i = 0; i < packets.length; i++) {
        packets[i] = Packets.publish(version, "order/" + qos, Integer.toString(i), qos, i + 1, 0);
      }
      client.send(packets);
      int[] ids = new int[packets.length];
      for (int i = 0; i < packets.length; i++) {
        client.expect(qos == 1 ? PUBACK : PUBREC, i + 1);
        Publish got = subscriber.publish();
        assertThat(got.payload()).isEqualTo(Integer.toString(i));
        ids[i] = got.id();
      }
      if (qos == 2) {
        for (int id : ids) {
          subscriber.send(Packets.reply(PUBREC, id));
        }
        for (int id : ids) {
          subscriber.expect(PUBREL, id);
        }
      }
    }
  }

  @Test
  @Tag("MQTT3-4.7.1-2")
  @Tag("MQTT3-4.7.1-3")
  @Tag("MQTT3-4.7.2-1")
  @Tag("MQTT3-4.7.3-3")
  @Tag("MQTT3-4.7.3-4")
  void filtersMatchLevelByLevelAndCharacterByCharacter() {
    String longest = "mat/" + "x".repeat(65_531);
    String[] topics = {
      "mat", "mat/", "mat/ch", "mat/ch/es", "Mat/ch", "/mat", "mat ch", "$mat/ch", "mat/é", longest
    };
    String[][] matches = {
      {"mat/#", "mat", "mat/", "mat/ch", "mat/ch/es", "mat/é", longest},
      {"mat/+", "mat/", "mat/ch", "mat/é", longest},
      {"+/ch", "mat/ch", "Mat/ch"},
      {"/+", "/mat"},
      {"mat ch", "mat ch"},
      {"$mat/#", "$mat/ch"},
      {"mat/e\u0301"},
      {"+", "mat", "mat ch"},
    };
    for (String[] expected : matches) {
      RawClient client = broker.connect(V311, "matches");
      client.subscribe(expected[0], 0);
      for (String topic : topics) {
        client.send(Packets.publish(V311, topic, "x", 0, 0, 0));
      }
      for (int i = 1; i < expected.length; i++) {
        assertThat(client.publish().topic()).as(expected[0]).isEqualTo(expected[i]);
      }
      client.expectNothing();
    }
  }

  @Test
  void aPacketLargerThanAllowedEndsTheConnection() {
    RawClient client = broker.connect(V311, "large");
    long before = broker.malformed();
    // 16 MiB and one byte, of which only the length is sent.
    client.send(new byte[] {0x30, (byte) 0x81, (byte) 0x80, (byte) 0x80, 8});
    client.expectEnd();
    assertThat(broker.malformed()).isEqualTo(before + 1);
  }
}
