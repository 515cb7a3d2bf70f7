package io.waypost.mqtt;

import static io.waypost.mqtt.Packets.V5;
import static io.waypost.mqtt.Packets.bytes;
import static io.waypost.mqtt.RawClient.CONNACK;
import static io.waypost.mqtt.RawClient.DISCONNECT;
import static io.waypost.mqtt.RawClient.PUBACK;
import static io.waypost.mqtt.RawClient.PUBCOMP;
import static io.waypost.mqtt.RawClient.PUBREC;
import static io.waypost.mqtt.RawClient.PUBREL;
import static io.waypost.mqtt.RawClient.SUBACK;
import static io.waypost.mqtt.RawClient.UNSUBACK;
import static org.assertj.core.api.Assertions.assertThat;

import io.waypost.broker.Permissions;
import io.waypost.broker.QueueSpec;
import io.waypost.broker.TopicPermissions;
import io.waypost.message.Headers;
import io.waypost.mqtt.RawClient.Packet;
import java.util.Set;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Each answer that refuses something says why, to clients that want to know and have room for it. */
class ReasonTest {
  private static final String FULL = "$queue/full";

  @RegisterExtension
  static final TestBroker broker = new TestBroker();

  @BeforeEach
  void user() {
    broker
        .administration()
        .putUser("limited", "secret", Set.of())
        .toCompletableFuture()
        .join();
    mayUnsubscribe(true);
    broker
        .administration()
        .putTopicPermissions("/", "limited", new TopicPermissions("amq.topic", "^own$", "^own$"))
        .toCompletableFuture()
        .join();
    broker.ask(session -> session.declareQueue(new QueueSpec(
        "full",
        false,
        false,
        false,
        Headers.empty().with("x-max-length", 0).with("x-overflow", "reject-publish"))));
  }

  private static void mayUnsubscribe(boolean may) {
    broker
        .administration()
        .putPermissions("/", "limited", new Permissions(".*", may ? ".*" : "^amq", ".*"))
        .toCompletableFuture()
        .join();
  }

  private static Packets.Connect limited(Packets.Bytes properties) {
    return Packets.connect(V5, "limited").login("limited", "secret").properties(properties);
  }

  /** Has the broker refuse one thing after the other; tells of each answer, and where its properties begin. */
  private static void refusals(RawClient client, BiConsumer<Packet, Integer> answers) {
    client.subscribe("own", 1);
    client.send(Packets.publish(V5, "not own", "x", 1, 1, 0));
    answers.accept(refusal(client.expect(PUBACK, 1), 2, 0x87), 3);
    client.send(Packets.publish(V5, "not own", "x", 2, 2, 0));
    answers.accept(refusal(client.expect(PUBREC, 2), 2, 0x87), 3);
    client.send(Packets.publish(V5, FULL, "x", 1, 3, 0));
    answers.accept(refusal(client.expect(PUBACK, 3), 2, 0x97), 3);
    client.send(Packets.publish(V5, FULL, "x", 2, 4, 0));
    answers.accept(refusal(client.expect(PUBREC, 4), 2, 0x97), 3);
    client.send(Packets.reply(PUBREL, 5));
    answers.accept(refusal(client.expect(PUBCOMP, 5), 2, 0x92), 3);
    client.send(Packets.reply(PUBREC, 6));
    answers.accept(refusal(client.expect(PUBREL, 6), 2, 0x92), 3);
    client.send(Packets.subscribe(V5, 7, "not own", 1));
    Packet subAck = client.expect(SUBACK, 7);
    answers.accept(refusal(subAck, subAck.content().length - 1, 0x87), 2);
    mayUnsubscribe(false);
    client.send(Packets.unsubscribe(V5, 8, "own"));
    Packet unsubAck = client.expect(UNSUBACK, 8);
    answers.accept(refusal(unsubAck, unsubAck.content().length - 1, 0x87), 2);
  }

  private static Packet refusal(Packet packet, int at, int reason) {
    assertThat(packet.octet(at)).isEqualTo(reason);
    return packet;
  }

  @Test
  @Tag("MQTT-3.4.2-1")
  @Tag("MQTT-3.5.2-1")
  @Tag("MQTT-3.6.2-1")
  @Tag("MQTT-3.7.2-1")
  void everyRefusalSaysWhy() {
    RawClient stranger = broker.socket();
    stranger.send(Packets.connect(V5, "x").login("limited", "wrong").bytes());
    assertThat(stranger.expect(CONNACK).reason(2)).isEqualTo("the login is refused");
    RawClient client = broker.connect(limited(bytes()));
    refusals(
        client, (packet, properties) -> assertThat(packet.reason(properties)).isNotBlank());
    client.send(Packets.connect(V5, "second").bytes());
    assertThat(client.expect(DISCONNECT).reason(1)).isEqualTo("a second CONNECT");
  }

  @Test
  @Tag("MQTT-3.1.2-29")
  void whoeverDoesNotWantReasonsHearsThemWhenTheConnectionEndsAtMost() {
    RawClient client = broker.connect(limited(bytes().octet(0x17).octet(0)));
    refusals(
        client, (packet, properties) -> assertThat(packet.reason(properties)).isEmpty());
    client.send(Packets.connect(V5, "second").bytes());
    assertThat(client.expect(DISCONNECT).octet(0)).isEqualTo(0x82);
  }

  @Test
  @Tag("MQTT-3.4.2-2")
  @Tag("MQTT-3.5.2-2")
  @Tag("MQTT-3.6.2-2")
  @Tag("MQTT-3.7.2-2")
  @Tag("MQTT-3.9.2-1")
  @Tag("MQTT-3.11.2-1")
  @Tag("MQTT-3.14.2-3")
  void aReasonIsLeftOutWhereItWouldMakeThePacketTooLarge() {
    int most = 18;
    RawClient client = broker.connect(limited(bytes().octet(0x27).four(most)));
    refusals(client, (packet, properties) -> {
      assertThat(packet.reason(properties)).isEmpty();
      assertThat(packet.content()).hasSizeLessThan(most - 1);
    });
    client.send(Packets.connect(V5, "second").bytes());
    Packet goodbye = client.expect(DISCONNECT);
    assertThat(goodbye.octet(0)).isEqualTo(0x82);
    assertThat(goodbye.reason(1)).isEmpty();
  }

  @Test
  @Tag("MQTT-3.2.2-19")
  void aRefusedClientIsToldWhyAsFarAsItHasRoom() {
    for (int most : new int[] {10, 100}) {
      RawClient client = broker.socket();
      client.send(Packets.connect(V5, "x")
          .login("limited", "wrong")
          .properties(bytes().octet(0x27).four(most))
          .bytes());
      Packet connAck = client.expect(CONNACK);
      assertThat(connAck.octet(1)).isEqualTo(0x86);
      assertThat(connAck.reason(2).isEmpty()).isEqualTo(most == 10);
      assertThat(connAck.content()).hasSizeLessThan(most - 1);
      client.expectEnd();
    }
  }
}
