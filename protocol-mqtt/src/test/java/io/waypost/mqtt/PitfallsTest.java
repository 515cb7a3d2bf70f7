package io.waypost.mqtt;

import static io.waypost.mqtt.Packets.V311;
import static io.waypost.mqtt.Packets.V5;
import static io.waypost.mqtt.Packets.bytes;
import static io.waypost.mqtt.RawClient.CONNACK;
import static io.waypost.mqtt.RawClient.DISCONNECT;
import static io.waypost.mqtt.RawClient.PUBACK;
import static io.waypost.mqtt.RawClient.PUBCOMP;
import static io.waypost.mqtt.RawClient.PUBREC;
import static io.waypost.mqtt.RawClient.SUBACK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.waypost.broker.Permissions;
import io.waypost.broker.TopicPermissions;
import io.waypost.mqtt.RawClient.Packet;
import io.waypost.mqtt.RawClient.Publish;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Rules that servers are known to get wrong, as far as no other test tries them. */
class PitfallsTest {
  private static final int LARGEST_IDENTIFIER = 268_435_455;

  @RegisterExtension
  static final TestBroker broker = new TestBroker();

  @BeforeEach
  void user() {
    broker
        .administration()
        .putUser("limited", "secret", Set.of())
        .toCompletableFuture()
        .join();
    broker
        .administration()
        .putPermissions("/", "limited", new Permissions(".*", ".*", ".*"))
        .toCompletableFuture()
        .join();
    rights("^own", "^own");
  }

  private static void rights(String write, String read) {
    broker
        .administration()
        .putTopicPermissions("/", "limited", new TopicPermissions("amq.topic", write, read))
        .toCompletableFuture()
        .join();
  }

  private static Packets.Connect limited(int version, String clientId) {
    return Packets.connect(version, clientId).login("limited", "secret");
  }

  private static void publish(String topic, String payload) {
    RawClient publisher = broker.connect(V5, "publisher");
    publisher.send(Packets.publish(V5, topic, payload, 1, 1, 0));
    publisher.expect(PUBACK, 1);
  }

  @Test
  void aWillThatMayNotBePublishedIsRefusedAtOnce() {
    RawClient five = broker.socket();
    five.send(limited(V5, "will-5").will("others", "x", 1, false).bytes());
    Packet connAck = five.expect(CONNACK);
    assertThat(connAck.octet(1)).isEqualTo(0x87);
    assertThat(connAck.reason(2)).isNotBlank();
    five.expectEnd();
    RawClient three = broker.socket();
    three.send(limited(V311, "will-4").will("others", "x", 1, false).bytes());
    three.expectRefused(5);
  }

  @Test
  @Tag("MQTT-3.1.2-8")
  void aWillNeedsTheRightToItWhenItIsPublished() {
    RawClient watcher = broker.connect(V5, "watcher");
    watcher.subscribe("own/#", 1);
    RawClient immediate =
        broker.connect(limited(V5, "immediate").will("own/will", "at once", 1, false));
    RawClient delayed = broker.connect(limited(V5, "delayed")
        .resume()
        .expiry(1)
        .will("own/will", "later", 1, false)
        .willProperties(bytes().octet(0x18).four(100)));
    RawClient right = broker.connect(V5, "right");
    rights("^nothing", "^own");
    immediate.close();
    delayed.close();
    // The session of the one that waits ends after a second, and would publish it then.
    long end = System.nanoTime() + 1_500_000_000L;
    await().until(() -> System.nanoTime() > end);
    right.send(Packets.publish(V5, "own/will", "from somebody with the right", 0, 0, 0));
    assertThat(watcher.publish().payload()).isEqualTo("from somebody with the right");
  }

  @Test
  void whatWaitsForAReaderWhoLostTheRightIsNotDelivered() {
    rights("^own", "^own|^lent");
    Packets.Connect connect = limited(V5, "reader").resume().expiry(100);
    RawClient client = broker.connect(connect);
    client.subscribe("own/x", 1);
    client.send(Packets.subscribe(V5, 2, "lent/x", 2));
    client.expectSubscribed(2, 2);
    publish("lent/x", "sent, and not answered for");
    assertThat(client.publish().payload()).isEqualTo("sent, and not answered for");
    client.send(Packets.disconnect());
    client.expectEnd();
    publish("lent/x", "secret");
    publish("own/x", "theirs");
    rights("^own", "^own");

    RawClient back = broker.connect(connect);
    Publish got = back.publish();
    assertThat(got.payload()).isEqualTo("theirs");
    back.send(Packets.reply(PUBACK, got.id()));
    back.expectNothing();
    assertThat(broker.waiting("mqtt-subscription-reader")).isZero();
    back.send(Packets.disconnect());
    back.expectEnd();
    rights("^own", "^own|^lent");
    broker.connect(connect).expectNothing();
  }

  @Test
  @Tag("MQTT-4.3.2-3")
  @Tag("MQTT-4.3.3-3")
  void answersOfAnotherHandshakeEndTheConnection() {
    int[][] wrong = {{1, PUBREC}, {1, PUBCOMP}, {2, PUBACK}, {2, PUBCOMP}};
    for (int[] each : wrong) {
      for (int version : new int[] {V311, V5}) {
        RawClient client = broker.connect(version, "mixed");
        client.subscribe("mixed", 2);
        RawClient publisher = broker.connect(version, "mixing");
        publisher.send(Packets.publish(version, "mixed", "x", each[0], 1, 0));
        client.send(Packets.reply(each[1], client.publish().id()));
        if (version == V5) {
          client.expectDisconnect(0x82);
        } else {
          client.expectEnd();
        }
      }
    }
  }

  @Test
  @Tag("MQTT-3.3.4-3")
  @Tag("MQTT-3.3.4-5")
  void identifiersUpToTheLargestComeByEveryWay() {
    Packets.Connect connect = Packets.connect(V5, "identified").resume().expiry(100);
    RawClient client = broker.connect(connect);
    String[] filters = {"ident/#", "$share/g/ident/x"};
    int[] identifiers = {LARGEST_IDENTIFIER, 7};
    for (int i = 0; i < filters.length; i++) {
      client.send(Packets.subscribe(
          V5, i + 1, filters[i], 1, bytes().octet(0x0B).variable(identifiers[i])));
      client.expectSubscribed(i + 1, 1);
    }
    publish("ident/x", "live");
    List<String> both = IntStream.range(0, 2)
        .mapToObj(i -> {
          Publish got = client.publish();
          client.send(Packets.reply(PUBACK, got.id()));
          return identifiers(got);
        })
        .sorted()
        .toList();
    assertThat(both).containsExactly("0b07", "0bffffff7f");
    client.send(Packets.unsubscribe(V5, 3, "$share/g/ident/x"));
    client.expect(RawClient.UNSUBACK, 3);
    client.send(Packets.disconnect());
    client.expectEnd();
    publish("ident/x", "while away");
    assertThat(identifiers(broker.connect(connect).publish())).isEqualTo("0bffffff7f");
  }

  private static String identifiers(Publish got) {
    return HexFormat.of().formatHex(got.properties());
  }

  @Test
  @Tag("MQTT-3.1.2-28")
  void thereIsNoResponseInformation() {
    for (int asked = 0; asked < 2; asked++) {
      RawClient client = broker.socket();
      client.send(Packets.connect(V5, "information")
          .properties(bytes().octet(0x19).octet(asked))
          .bytes());
      byte[] properties = client.expectConnected().content();
      for (int at = 3; at < properties.length; ) {
        assertThat(properties[at]).isNotEqualTo((byte) 0x1A);
        at += switch (properties[at]) {
          case 0x21, 0x22, 0x13 -> 3;
          case 0x27, 0x11 -> 5;
          default -> throw new AssertionError("property " + properties[at]);
        };
      }
    }
  }

  @Test
  @Tag("MQTT-3.1.2-24")
  void aClientThatTakesLessThanItsAnswersIsToldSo() {
    RawClient tiny = broker.socket();
    tiny.send(
        Packets.connect(V5, "tiny").properties(bytes().octet(0x27).four(8)).bytes());
    tiny.expectRefused(0x95);
    RawClient client = broker.connect(
        Packets.connect(V5, "small").properties(bytes().octet(0x27).four(20)));
    Packets.Bytes filters = bytes().two(1).properties(bytes());
    for (int i = 0; i < 40; i++) {
      filters.text("f" + i).octet(0);
    }
    client.send(Packets.packet(0x82, filters));
    client.expectDisconnect(0x95);
    // The one that was refused left no session behind that somebody holds.
    broker.connect(V5, "tiny").expectNothing();
  }

  @Test
  @Tag("MQTT-3.1.0-1")
  void whoeverHasNotConnectedMayNotSendMuch() {
    RawClient client = broker.socket();
    client.send(bytes().octet(0x10).variable(600_000).bytes());
    client.expectEnd();
    RawClient large = broker.socket();
    large.version = V5;
    Packets.Bytes properties = bytes();
    for (int i = 0; i < 5; i++) {
      properties.octet(0x26).text("name").text("x".repeat(60_000));
    }
    large.send(
        Packets.connect(V5, "large").properties(properties).bytes(),
        Packets.publish(V5, "large", "x".repeat(700_000), 1, 1, 0));
    large.expectConnected();
    large.expect(PUBACK, 1);
  }

  @Test
  void filtersThatAreRefusedLeaveTheOthersOfTheirPacket() {
    RawClient client = broker.connect(limited(V5, "some"));
    client.send(Packets.packet(
        0x82,
        bytes()
            .two(9)
            .properties(bytes())
            .text("own/x")
            .octet(1)
            .text("others")
            .octet(1)
            .text("own/y")
            .octet(0)));
    byte[] codes = client.expect(SUBACK, 9).content();
    assertThat(Arrays.copyOfRange(codes, codes.length - 3, codes.length))
        .containsExactly(1, (byte) 0x87, 0);
    client.send(Packets.connect(V5, "again").bytes());
    assertThat(client.expect(DISCONNECT).octet(0)).isEqualTo(0x82);
  }
}
