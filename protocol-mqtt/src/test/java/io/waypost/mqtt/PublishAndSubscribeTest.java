package io.waypost.mqtt;

import static io.waypost.mqtt.Packets.V31;
import static io.waypost.mqtt.Packets.V311;
import static io.waypost.mqtt.Packets.V5;
import static io.waypost.mqtt.RawClient.PUBACK;
import static io.waypost.mqtt.RawClient.PUBCOMP;
import static io.waypost.mqtt.RawClient.PUBREC;
import static io.waypost.mqtt.RawClient.PUBREL;
import static io.waypost.mqtt.RawClient.SUBACK;
import static io.waypost.mqtt.RawClient.UNSUBACK;
import static org.assertj.core.api.Assertions.assertThat;

import io.waypost.mqtt.RawClient.Packet;
import io.waypost.mqtt.RawClient.Publish;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PublishAndSubscribeTest {
  @RegisterExtension
  static final TestBroker broker = new TestBroker();

  @ParameterizedTest
  @ValueSource(ints = {V31, V311, V5})
  @Tag("MQTT-4.3.1-1")
  @Tag("MQTT-3.8.4-1")
  @Tag("MQTT-3.8.4-2")
  @Tag("MQTT-4.2.0-1")
  @Tag("MQTT-2.2.1-2")
  void aMessageWithQos0ReachesASubscriber(int version) {
    RawClient client = broker.connect(version, "qos0-" + version);
    client.subscribe("qos0/" + version, 0);
    client.send(Packets.publish(version, "qos0/" + version, "hello", 0, 0, 0));
    Publish got = client.publish();
    assertThat(got.topic()).isEqualTo("qos0/" + version);
    assertThat(got.payload()).isEqualTo("hello");
    assertThat(got.qos()).isZero();
    assertThat(got.dup()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {V31, V311, V5})
  @Tag("MQTT-4.3.2-4")
  @Tag("MQTT-4.3.2-2")
  @Tag("MQTT-2.2.1-4")
  @Tag("MQTT-2.2.1-5")
  @Tag("MQTT-3.3.4-1")
  void aMessageWithQos1IsAnsweredAndDeliveredWithAnIdentifier(int version) {
    RawClient client = broker.connect(version, "qos1-" + version);
    client.subscribe("qos1/" + version, 1);
    client.send(Packets.publish(version, "qos1/" + version, "hello", 1, 77, 0));
    client.expect(PUBACK, 77);
    Publish got = client.publish();
    assertThat(got.qos()).isEqualTo(1);
    assertThat(got.id()).isNotZero();
    client.send(Packets.reply(PUBACK, got.id()));
    client.expectNothing();
  }

  @ParameterizedTest
  @ValueSource(ints = {V31, V311, V5})
  @Tag("MQTT-4.3.3-4")
  @Tag("MQTT-4.3.3-8")
  @Tag("MQTT-4.3.3-10")
  @Tag("MQTT-4.3.3-11")
  @Tag("MQTT-4.3.3-12")
  void aMessageWithQos2IsHandedOnOnceHoweverOftenItIsSent(int version) {
    RawClient client = broker.connect(version, "qos2-" + version);
    RawClient subscriber = broker.connect(version, "qos2-sub-" + version);
    String topic = "qos2/" + version;
    subscriber.subscribe(topic, 2);
    client.send(Packets.publish(version, topic, "once", 2, 9, 0));
    client.expect(PUBREC, 9);
    client.send(Packets.publish(version, topic, "once", 2, 9, 8));
    client.expect(PUBREC, 9);
    client.send(Packets.reply(PUBREL, 9));
    client.expect(PUBCOMP, 9);
    client.send(Packets.publish(version, topic, "again", 2, 9, 0));
    client.expect(PUBREC, 9);

    Publish once = subscriber.publish();
    assertThat(once.payload()).isEqualTo("once");
    assertThat(once.qos()).isEqualTo(2);
    subscriber.send(Packets.reply(PUBREC, once.id()));
    Publish again = subscriber.publish();
    assertThat(again.payload()).isEqualTo("again");
    subscriber.expect(PUBREL, once.id());
    subscriber.send(Packets.reply(PUBCOMP, once.id()));
    subscriber.expectNothing();
  }

  @Test
  @Tag("MQTT-3.8.4-8")
  @Tag("MQTT-3.8.4-7")
  void aMessageHasTheLowerOfItsQosAndTheSubscriptions() {
    RawClient client = broker.connect(V311, "lower");
    client.subscribe("lower/#", 1);
    client.send(Packets.publish(V311, "lower/a", "2", 2, 1, 0));
    client.expect(PUBREC, 1);
    assertThat(client.publish().qos()).isEqualTo(1);
    client.send(Packets.publish(V311, "lower/a", "0", 0, 0, 0));
    assertThat(client.publish().qos()).isZero();
  }

  @Test
  @Tag("MQTT-3.3.4-2")
  @Tag("MQTT-3.3.4-3")
  @Tag("MQTT-3.3.4-4")
  void overlappingSubscriptionsBringOneCopyWithEveryIdentifier() {
    RawClient client = broker.connect(V5, "overlap");
    client.send(
        Packets.subscribe(V5, 1, "over/+", 0, Packets.bytes().octet(0x0B).variable(3)));
    client.expectSubscribed(1, 0);
    client.send(
        Packets.subscribe(V5, 2, "over/#", 2, Packets.bytes().octet(0x0B).variable(5)));
    client.expectSubscribed(2, 2);
    client.send(Packets.publish(V5, "over/lap", "x", 1, 4, 0));
    client.expect(PUBACK, 4);
    Publish got = client.publish();
    assertThat(got.qos()).isEqualTo(1);
    assertThat(got.subscriptionIds()).containsExactlyInAnyOrder(3, 5);
    client.expectNothing();
  }

  @Test
  @Tag("MQTT-3.8.4-3")
  void aSubscriptionToTheSameFilterReplacesTheOneBefore() {
    RawClient client = broker.connect(V5, "replace");
    client.send(
        Packets.subscribe(V5, 1, "rep/lace", 2, Packets.bytes().octet(0x0B).variable(3)));
    client.expectSubscribed(1, 2);
    client.send(Packets.subscribe(V5, 2, "rep/lace", 0));
    client.expectSubscribed(2, 0);
    RawClient other = broker.connect(V5, "replace-pub");
    other.send(Packets.publish(V5, "rep/lace", "x", 1, 4, 0));
    other.expect(PUBACK, 4);
    Publish got = client.publish();
    assertThat(got.qos()).isZero();
    assertThat(got.subscriptionIds()).isEmpty();
    client.expectNothing();
  }

  @Test
  @Tag("MQTT-3.10.4-1")
  @Tag("MQTT-3.10.4-2")
  @Tag("MQTT-3.10.4-4")
  @Tag("MQTT-3.10.4-5")
  @Tag("MQTT-3.11.3-2")
  void nothingComesAfterUnsubscribing() {
    RawClient client = broker.connect(V5, "unsubscribe");
    client.subscribe("un/sub", 1);
    client.send(Packets.unsubscribe(V5, 5, "un/sub"));
    Packet first = client.expect(UNSUBACK, 5);
    assertThat(first.octet(3)).isZero();
    client.send(Packets.unsubscribe(V5, 6, "un/sub"));
    Packet second = client.expect(UNSUBACK, 6);
    assertThat(second.octet(3)).isEqualTo(0x11);
    client.send(Packets.publish(V5, "un/sub", "x", 1, 4, 0));
    client.expect(PUBACK, 4, 0x10);
    client.expectNothing();
  }

  @Test
  @Tag("MQTT-3.8.4-5")
  @Tag("MQTT-3.8.4-6")
  @Tag("MQTT-3.9.3-1")
  @Tag("MQTT-2.2.1-6")
  void manyFiltersOfOnePacketAreAnsweredInOrder() {
    RawClient client = broker.connect(V311, "many");
    client.send(Packets.packet(
        0x82,
        Packets.bytes()
            .two(3)
            .text("m/1")
            .octet(2)
            .text("m/2")
            .octet(0)
            .text("$share//x")
            .octet(1)
            .text("m/3")
            .octet(1)));
    Packet subAck = client.expect(SUBACK, 3);
    assertThat(subAck.content()).containsExactly(0, 3, 2, 0, (byte) 0x80, 1);
  }

  @Test
  @Tag("MQTT-3.8.3-3")
  void noLocalKeepsAClientsOwnMessagesFromIt() {
    RawClient client = broker.connect(V5, "no-local");
    RawClient other = broker.connect(V5, "other");
    client.subscribe("no/local", 1 | 4);
    client.send(Packets.publish(V5, "no/local", "own", 1, 1, 0));
    client.expect(PUBACK, 1);
    other.send(Packets.publish(V5, "no/local", "another's", 1, 1, 0));
    other.expect(PUBACK, 1);
    assertThat(client.publish().payload()).isEqualTo("another's");
  }

  @Test
  @Tag("MQTT-4.7.2-1")
  void topicsThatBeginWithADollarAreHiddenFromLeadingWildcards() {
    RawClient client = broker.connect(V311, "dollar");
    client.subscribe("#", 0);
    client.subscribe("+/dollar", 0);
    client.send(Packets.publish(V311, "$own/dollar", "hidden", 0, 0, 0));
    client.send(Packets.publish(V311, "not/dollar", "seen", 0, 0, 0));
    assertThat(client.publish().payload()).isEqualTo("seen");
    client.subscribe("$own/#", 0);
    client.send(Packets.publish(V311, "$own/dollar", "asked for", 0, 0, 0));
    assertThat(client.publish().payload()).isEqualTo("asked for");
  }

  @Test
  @Tag("MQTT-4.7.1-1")
  @Tag("MQTT-4.7.1-2")
  @Tag("MQTT-4.7.3-4")
  void filtersMatchByLevelsEmptyOnesToo() {
    RawClient client = broker.connect(V311, "levels");
    client.subscribe("lev/#", 0);
    client.subscribe("/+/x", 0);
    for (String topic : new String[] {"lev", "lev/a/b", "/y/x", "Lev", "lev/", "lev/a.b/c"}) {
      client.send(Packets.publish(V311, topic, topic, 0, 0, 0));
    }
    for (String topic : new String[] {"lev", "lev/a/b", "/y/x", "lev/", "lev/a.b/c"}) {
      assertThat(client.publish().topic()).isEqualTo(topic);
    }
    client.expectNothing();
  }

  @Test
  @Tag("MQTT-4.6.0-5")
  @Tag("MQTT-4.6.0-6")
  @Tag("MQTT-4.6.0-2")
  void messagesAndAnswersKeepTheirOrder() {
    RawClient client = broker.connect(V311, "order");
    RawClient subscriber = broker.connect(V311, "order-sub");
    subscriber.subscribe("or/der", 1);
    byte[][] packets = new byte[200][];
    for (int i = 0; i < packets.length; i++) {
      packets[i] = Packets.publish(V311, "or/der", Integer.toString(i), 1, i + 1, 0);
    }
    client.send(packets);
    for (int i = 0; i < packets.length; i++) {
      client.expect(PUBACK, i + 1);
      assertThat(subscriber.publish().payload()).isEqualTo(Integer.toString(i));
    }
  }

  @Test
  @Tag("MQTT-4.7.3-3")
  void aTopicOfTheGreatestLengthArrives() {
    RawClient client = broker.connect(V311, "long");
    String topic = "long/" + "x".repeat(65_530);
    client.subscribe("long/#", 1);
    client.send(Packets.publish(V311, topic, "here", 1, 1, 0));
    client.expect(PUBACK, 1);
    assertThat(client.publish().topic()).isEqualTo(topic);
  }

  @Test
  @Tag("MQTT-4.3.3-4")
  void aMessageThatTheClientKnowsOfAndTheBrokerDoesNotIsReleased() {
    RawClient client = broker.connect(V5, "unknown");
    client.send(Packets.reply(PUBREC, 99));
    client.expect(PUBREL, 99, 0x92);
    client.send(Packets.reply(PUBREL, 98));
    client.expect(PUBCOMP, 98, 0x92);
  }

  @Test
  @Tag("MQTT-4.3.2-3")
  @Tag("MQTT-4.3.3-3")
  void handshakesOfTwoKindsAreNotMixed() {
    RawClient client = broker.connect(V5, "mixed");
    client.subscribe("mix/ed", 2);
    client.send(Packets.publish(V5, "mix/ed", "x", 2, 1, 0));
    client.expect(PUBREC, 1);
    Publish got = client.publish();
    client.send(Packets.reply(PUBACK, got.id()));
    client.expectDisconnect(0x82);
  }

  @Test
  void aLargePayloadArrivesWhole() {
    RawClient client = broker.connect(V5, "large");
    client.subscribe("lar/ge", 1);
    String payload = "0123456789".repeat(100_000);
    client.send(Packets.publish(V5, "lar/ge", payload, 1, 1, 0));
    client.expect(PUBACK, 1);
    assertThat(client.publish().payload()).isEqualTo(payload);
  }
}
