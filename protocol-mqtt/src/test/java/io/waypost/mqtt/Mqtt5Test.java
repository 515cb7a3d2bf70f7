package io.waypost.mqtt;

import static io.waypost.mqtt.Packets.V311;
import static io.waypost.mqtt.Packets.V5;
import static io.waypost.mqtt.Packets.bytes;
import static io.waypost.mqtt.RawClient.PUBACK;
import static io.waypost.mqtt.RawClient.PUBCOMP;
import static io.waypost.mqtt.RawClient.PUBREC;
import static io.waypost.mqtt.RawClient.PUBREL;
import static io.waypost.mqtt.RawClient.SUBACK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.waypost.mqtt.RawClient.Packet;
import io.waypost.mqtt.RawClient.Publish;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class Mqtt5Test {
  @RegisterExtension
  static final TestBroker broker = new TestBroker();

  @Test
  @Tag("MQTT-3.3.2-4")
  @Tag("MQTT-3.3.2-15")
  @Tag("MQTT-3.3.2-16")
  @Tag("MQTT-3.3.2-17")
  @Tag("MQTT-3.3.2-18")
  @Tag("MQTT-3.3.2-20")
  void propertiesArriveUnaltered() {
    RawClient client = broker.connect(V5, "unaltered");
    client.subscribe("un/altered", 0);
    client.send(Packets.publish(
        V5,
        "un/altered",
        "x",
        0,
        0,
        0,
        bytes()
            .octet(0x26)
            .text("z")
            .text("1")
            .octet(0x01)
            .octet(1)
            .octet(0x26)
            .text("a")
            .text("2")
            .octet(0x08)
            .text("re/ply")
            .octet(0x09)
            .binary(new byte[] {0, 1, (byte) 0xFF})
            .octet(0x03)
            .text("text/x")
            .octet(0x26)
            .text("z")
            .text("3")));
    Publish got = client.publish();
    assertThat(got.user()).containsExactly("z=1", "a=2", "z=3");
    assertThat(got.textOf(0x08)).isEqualTo("re/ply");
    assertThat(got.textOf(0x03)).isEqualTo("text/x");
    assertThat(got.properties()).containsSequence(0x01, 1).containsSequence(0x09, 0, 3, 0, 1, 0xFF);
  }

  @Test
  @Tag("MQTT-3.3.2-5")
  @Tag("MQTT-3.3.2-6")
  void theTimeToLiveIsCountedDownWhileAMessageWaits() throws Exception {
    Packets.Connect connect = Packets.connect(V5, "expiry").resume().expiry(3600);
    RawClient client = broker.connect(connect);
    client.subscribe("ex/piry", 1);
    client.send(Packets.disconnect());
    client.expectEnd();
    RawClient publisher = broker.connect(V5, "expiry-pub");
    publisher.send(
        Packets.publish(V5, "ex/piry", "month", 1, 1, 0, bytes().octet(2).four(2_592_000)),
        Packets.publish(V5, "ex/piry", "second", 1, 2, 0, bytes().octet(2).four(1)));
    publisher.expect(PUBACK, 1);
    publisher.expect(PUBACK, 2);
    long end = System.nanoTime() + 1_300_000_000L;
    org.awaitility.Awaitility.await().until(() -> System.nanoTime() > end);
    RawClient back = broker.connect(connect);
    Publish got = back.publish();
    assertThat(got.payload()).isEqualTo("month");
    assertThat(got.four(2)).isBetween(2_591_900L, 2_591_999L);
    back.expectNothing();
  }

  @Test
  @Tag("MQTT-3.3.4-9")
  @Tag("MQTT-3.3.4-10")
  @Tag("MQTT-4.9.0-1")
  @Tag("MQTT-4.9.0-2")
  @Tag("MQTT-4.9.0-3")
  void noMoreThanTheClientsReceiveMaximumIsUnanswered() {
    RawClient client = broker.connect(
        Packets.connect(V5, "window").properties(bytes().octet(0x21).two(2)));
    client.subscribe("win/dow", 2);
    RawClient publisher = broker.connect(V5, "window-pub");
    for (int i = 1; i <= 4; i++) {
      publisher.send(Packets.publish(V5, "win/dow", "m" + i, 1, i, 0));
      publisher.expect(PUBACK, i);
    }
    Publish first = client.publish();
    assertThat(client.publish().payload()).isEqualTo("m2");
    client.expectNothing();
    publisher.send(Packets.publish(V5, "win/dow", "qos 0", 0, 0, 0));
    assertThat(client.publish().payload()).isEqualTo("qos 0");
    client.send(Packets.reply(PUBACK, first.id()));
    assertThat(client.publish().payload()).isEqualTo("m3");
    client.expectNothing();
  }

  @Test
  @Tag("MQTT-3.1.2-24")
  @Tag("MQTT-3.1.2-25")
  void whatIsTooLargeForAClientIsAsGoodAsSent() {
    RawClient client = broker.connect(
        Packets.connect(V5, "small").properties(bytes().octet(0x27).four(60)));
    client.subscribe("sm/all", 1);
    RawClient publisher = broker.connect(V5, "small-pub");
    publisher.send(Packets.publish(V5, "sm/all", "x".repeat(60), 1, 1, 0));
    publisher.expect(PUBACK, 1, 0);
    publisher.send(Packets.publish(V5, "sm/all", "y", 1, 2, 0));
    assertThat(client.publish().payload()).isEqualTo("y");
  }

  @Test
  @Tag("MQTT-3.1.2-26")
  @Tag("MQTT-3.1.2-27")
  @Tag("MQTT-3.3.2-11")
  void aliasesAreUsedTowardsClientsThatTakeThem() {
    RawClient client = broker.connect(
        Packets.connect(V5, "alias-out").properties(bytes().octet(0x22).two(1)));
    client.subscribe("alias/#", 0);
    for (String topic : new String[] {"alias/a", "alias/a", "alias/b", "alias/b"}) {
      client.send(Packets.publish(V5, topic, topic, 0, 0, 0));
    }
    Publish first = client.publish();
    assertThat(first.topic()).isEqualTo("alias/a");
    assertThat(first.alias()).isEqualTo(1);
    Publish second = client.publish();
    assertThat(second.topic()).isEmpty();
    assertThat(second.alias()).isEqualTo(1);
    for (int i = 0; i < 2; i++) {
      Publish other = client.publish();
      assertThat(other.topic()).isEqualTo("alias/b");
      assertThat(other.alias()).isZero();
    }
  }

  @Test
  @Tag("MQTT-4.8.2-3")
  void aShareGivesEachMessageToOneOfItsMembers() {
    RawClient one = broker.connect(V5, "member-1");
    RawClient two = broker.connect(V311, "member-2");
    RawClient outside = broker.connect(V5, "outside");
    one.subscribe("$share/team/jobs/#", 1);
    two.subscribe("$share/team/jobs/#", 1);
    outside.subscribe("jobs/#", 0);
    for (int i = 0; i < 20; i++) {
      outside.send(Packets.publish(V5, "jobs/" + i, "m" + i, 1, i + 1, 0));
    }
    Set<String> got = new TreeSet<>();
    for (int i = 0; i < 10; i++) {
      got.add(one.publish().payload());
      got.add(two.publish().payload());
    }
    assertThat(got).hasSize(20);
    one.expectNothing();
    two.expectNothing();
  }

  @Test
  @Tag("MQTT-4.8.2-6")
  void whatAMemberLeavesUnansweredGoesToTheOthers() {
    RawClient one = broker.connect(V5, "leaver");
    one.subscribe("$share/rest/jobs", 1);
    RawClient publisher = broker.connect(V5, "jobs");
    for (int i = 1; i <= 3; i++) {
      publisher.send(Packets.publish(V5, "jobs", "m" + i, 1, i, 0));
      publisher.expect(PUBACK, i, 0);
    }
    Publish refused = one.publish();
    one.send(Packets.replyWithReason(PUBACK, refused.id(), 0x80));
    one.publish();
    one.publish();
    RawClient two = broker.connect(V5, "stayer");
    two.subscribe("$share/rest/jobs", 1);
    two.expectNothing();
    one.close();
    assertThat(two.publish().payload()).isEqualTo("m2");
    assertThat(two.publish().payload()).isEqualTo("m3");
    two.expectNothing();
  }

  @Test
  @Tag("MQTT-4.8.2-4")
  @Tag("MQTT-4.8.2-5")
  void aMessageWithQos2OfAShareStaysWithItsClient() {
    Packets.Connect connect = Packets.connect(V5, "keeper").resume().expiry(3600);
    RawClient one = broker.connect(connect);
    one.subscribe("$share/two/ex/actly", 2);
    RawClient publisher = broker.connect(V5, "exactly");
    publisher.send(Packets.publish(V5, "ex/actly", "mine", 2, 1, 0));
    Publish first = one.publish();
    RawClient two = broker.connect(V5, "onlooker");
    two.subscribe("$share/two/ex/actly", 2);
    one.close();
    two.expectNothing();
    RawClient back = broker.connect(connect);
    Publish again = back.publish();
    assertThat(again.payload()).isEqualTo("mine");
    assertThat(again.id()).isEqualTo(first.id());
    assertThat(again.dup()).isTrue();
    two.expectNothing();
  }

  @Test
  void aMemberOfAShareTakesNoMoreMessagesWithQos2ThanItsWindowHolds() {
    RawClient one = broker.connect(Packets.connect(V5, "small-window")
        .resume()
        .properties(Packets.bytes().octet(0x21).two(1))
        .expiry(3600));
    one.subscribe("$share/window/win/dow", 2);
    RawClient publisher = broker.connect(V5, "window-pub");
    publisher.send(Packets.publish(V5, "win/dow", "m0", 2, 1, 0));
    publisher.expect(PUBREC, 1, 0);
    assertThat(one.publish().payload()).isEqualTo("m0");
    for (int i = 1; i <= 2; i++) {
      publisher.send(Packets.publish(V5, "win/dow", "m" + i, 2, i + 1, 0));
      publisher.expect(PUBREC, i + 1, 0);
    }
    one.expectNothing();
    RawClient two = broker.connect(V5, "large-window");
    two.send(Packets.subscribe(V5, 1, "$share/window/win/dow", 2));
    one.close();
    // The answer to SUBSCRIBE may come behind the first of them.
    Set<String> got = new TreeSet<>();
    for (int i = 0; i < 3; i++) {
      Packet packet = two.read();
      String content = new String(packet.content(), StandardCharsets.UTF_8);
      got.add(packet.first() == SUBACK ? "granted" : content.substring(content.length() - 2));
    }
    assertThat(got).containsExactly("granted", "m1", "m2");
    two.expectNothing();
  }

  @Test
  void whatWaitsForTheWindowOfAMemberComesWhenThereIsRoom() {
    RawClient one = broker.connect(Packets.connect(V5, "one-by-one")
        .resume()
        .properties(Packets.bytes().octet(0x21).two(1))
        .expiry(3600));
    one.subscribe("$share/turns/tur/ns", 2);
    RawClient publisher = broker.connect(V5, "turns-pub");
    for (int i = 0; i < 10; i++) {
      publisher.send(Packets.publish(V5, "tur/ns", "m" + i, 2, i + 1, 0));
      publisher.expect(PUBREC, i + 1, 0);
    }
    for (int i = 0; i < 10; i++) {
      Publish got = one.publish();
      assertThat(got.payload()).isEqualTo("m" + i);
      one.send(Packets.reply(PUBREC, got.id()));
      one.expect(PUBREL, got.id());
      one.send(Packets.reply(PUBCOMP, got.id()));
    }
    one.expectNothing();
  }

  @Test
  void theServerTellsOfItself() {
    // It begins to when somebody asks, and that may come before the answer.
    RawClient first = broker.connect(V5, "sys-first");
    first.send(Packets.subscribe(V5, 1, "$SYS/broker/version", 0));
    await().atMost(Duration.ofSeconds(30)).until(() -> isTold("version") && isTold("clients"));
    RawClient client = broker.connect(V5, "sys");
    client.subscribe("$SYS/broker/version", 0);
    Publish version = client.publish();
    assertThat(version.topic()).isEqualTo("$SYS/broker/version");
    assertThat(version.payload()).startsWith("Waypost");
    client.subscribe("$SYS/broker/clients/connected", 0);
    assertThat(Integer.parseInt(client.publish().payload())).isPositive();
    client.subscribe("$SYS/broker/messages/malformed", 0);
    assertThat(Integer.parseInt(client.publish().payload())).isNotNegative();
  }

  private static boolean isTold(String level) {
    return !broker
        .ask(session -> session
            .retained("mqtt.sys", "$SYS.broker." + level + ".#", false)
            .thenCompose(found -> found.next(1000)))
        .isEmpty();
  }

  @Test
  void whatDoesNotComeBackIsCountedAndWaitsNot() {
    RawClient slow = broker.connect(V5, "stalled");
    slow.subscribe("fan/out", 0);
    RawClient quick = broker.connect(V5, "quick");
    quick.subscribe("fan/out", 0);
    RawClient publisher = broker.connect(V5, "fan");
    String payload = "x".repeat(30_000);
    for (int i = 0; i < 500; i++) {
      publisher.send(Packets.publish(V5, "fan/out", payload, 0, 0, 0));
      assertThat(quick.publish().payload()).hasSize(30_000);
    }
    publisher.expectNothing();
    assertThat(broker.broker().inspector().node().memoryUsed()).isLessThan(10_000_000);
  }
}
