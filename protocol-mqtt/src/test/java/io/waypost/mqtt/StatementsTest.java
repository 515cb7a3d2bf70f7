package io.waypost.mqtt;

import static io.waypost.mqtt.Packets.V311;
import static io.waypost.mqtt.Packets.V5;
import static io.waypost.mqtt.Packets.bytes;
import static io.waypost.mqtt.RawClient.DISCONNECT;
import static io.waypost.mqtt.RawClient.PUBACK;
import static io.waypost.mqtt.RawClient.PUBCOMP;
import static io.waypost.mqtt.RawClient.PUBREC;
import static io.waypost.mqtt.RawClient.PUBREL;
import static io.waypost.mqtt.RawClient.UNSUBACK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.waypost.broker.Permissions;
import io.waypost.broker.TopicPermissions;
import io.waypost.mqtt.RawClient.Packet;
import io.waypost.mqtt.RawClient.Publish;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Statements of the specification that no other test tries on its way. */
class StatementsTest {
  @RegisterExtension
  static final TestBroker broker = new TestBroker();

  @BeforeAll
  static void users() {
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
    broker
        .administration()
        .putTopicPermissions("/", "limited", new TopicPermissions("amq.topic", "^own$", "^own$"))
        .toCompletableFuture()
        .join();
  }

  @Test
  @Tag("MQTT-3.1.3-3")
  @Tag("MQTT-3.1.3-5")
  void theClientIdentifiersThatEveryServerMustTakeAreTaken() {
    for (String id :
        new String[] {"a", "0123456789abcdefghijklm", "nopqrstuvwxyzABCDEFGHIJ", "KLMNOPQRSTUVWXYZ"
        }) {
      broker.connect(V311, id).expectNothing();
      broker.connect(V5, id).expectNothing();
    }
  }

  @Test
  @Tag("MQTT-3.3.1-3")
  void whetherAPacketIsARepetitionIsNotPassedOn() {
    RawClient subscriber = broker.connect(V311, "dup-sub");
    subscriber.subscribe("du/p", 1);
    RawClient client = broker.connect(V311, "dup");
    client.send(Packets.publish(V311, "du/p", "x", 1, 5, 8));
    client.expect(PUBACK, 5);
    assertThat(subscriber.publish().dup()).isFalse();
  }

  @Test
  @Tag("MQTT-4.3.2-5")
  void anIdentifierThatWasAnsweredBelongsToANewMessage() {
    RawClient subscriber = broker.connect(V311, "new-sub");
    subscriber.subscribe("ne/w", 1);
    RawClient client = broker.connect(V311, "new");
    for (int dup : new int[] {0, 8}) {
      client.send(Packets.publish(V311, "ne/w", "x" + dup, 1, 5, dup));
      client.expect(PUBACK, 5);
      assertThat(subscriber.publish().payload()).isEqualTo("x" + dup);
    }
  }

  @Test
  @Tag("MQTT-3.3.2-7")
  void aliasesEndWithTheirConnection() {
    Packets.Connect connect = Packets.connect(V5, "forget").resume().expiry(100);
    RawClient client = broker.connect(connect);
    client.send(Packets.publish(V5, "al/ias", "x", 0, 0, 0, bytes().octet(0x23).two(1)));
    client.send(Packets.disconnect());
    client.expectEnd();
    RawClient back = broker.connect(connect);
    back.send(Packets.publish(V5, "", "x", 0, 0, 0, bytes().octet(0x23).two(1)));
    back.expectDisconnect(0x82);
  }

  @Test
  @Tag("MQTT-3.3.4-6")
  void aClientDoesNotSendSubscriptionIdentifiers() {
    RawClient client = broker.connect(V5, "identifier");
    client.send(Packets.publish(V5, "a", "x", 0, 0, 0, bytes().octet(0x0B).octet(1)));
    assertThat(client.expect(DISCONNECT).octet(0)).isIn(0x81, 0x82);
    client.expectEnd();
  }

  @Test
  @Tag("MQTT-3.10.4-3")
  @Tag("MQTT-3.3.2-3")
  void whatWasBegunIsCompletedAfterUnsubscribing() {
    Packets.Connect connect = Packets.connect(V5, "complete").resume().expiry(100);
    RawClient client = broker.connect(connect);
    client.subscribe("com/plete", 2);
    RawClient publisher = broker.connect(V5, "complete-pub");
    publisher.send(Packets.publish(V5, "com/plete", "x", 2, 1, 0));
    publisher.expect(PUBREC, 1);
    Publish got = client.publish();
    client.send(Packets.unsubscribe(V5, 9, "com/plete"));
    client.expect(UNSUBACK, 9);
    client.close();
    RawClient back = broker.connect(connect);
    Publish again = back.publish();
    assertThat(again.id()).isEqualTo(got.id());
    assertThat(again.dup()).isTrue();
    back.send(Packets.reply(PUBREC, again.id()));
    back.expect(PUBREL, again.id());
    back.send(Packets.reply(PUBCOMP, again.id()));
    back.expectNothing();
  }

  @Test
  @Tag("MQTT-3.10.4-6")
  @Tag("MQTT-3.11.3-1")
  void manyFiltersAreUnsubscribedInOrder() {
    RawClient client = broker.connect(V5, "many");
    client.subscribe("many/2", 1);
    client.send(Packets.packet(
        0xA2, bytes().two(4).properties(bytes()).text("many/1").text("many/2").text("many/2")));
    Packet unsubAck = client.expect(UNSUBACK, 4);
    assertThat(unsubAck.content()).containsExactly(0, 4, 0, 0x11, 0, 0x11);
  }

  @Test
  @Tag("MQTT-4.3.3-7")
  @Tag("MQTT-4.3.3-13")
  void aMessageThatWasSentDoesNotExpire() {
    Packets.Connect connect = Packets.connect(V5, "sent").resume().expiry(100);
    RawClient client = broker.connect(connect);
    client.subscribe("se/nt", 2);
    RawClient publisher = broker.connect(V5, "sent-pub");
    publisher.send(Packets.publish(V5, "se/nt", "x", 2, 1, 0, bytes().octet(2).four(1)));
    publisher.expect(PUBREC, 1);
    Publish got = client.publish();
    client.close();
    long end = System.nanoTime() + 1_300_000_000L;
    await().until(() -> System.nanoTime() > end);
    RawClient back = broker.connect(connect);
    Publish again = back.publish();
    assertThat(again.id()).isEqualTo(got.id());
    back.send(Packets.reply(PUBREC, again.id()));
    back.expect(PUBREL, again.id());
  }

  @Test
  @Tag("MQTT-4.4.0-2")
  void whatAClientRefusesIsNotSentAgain() {
    Packets.Connect connect = Packets.connect(V5, "refuse").resume().expiry(100);
    RawClient client = broker.connect(connect);
    client.subscribe("re/fuse", 2);
    RawClient publisher = broker.connect(V5, "refuse-pub");
    publisher.send(Packets.publish(V5, "re/fuse", "1", 1, 1, 0));
    publisher.expect(PUBACK, 1);
    publisher.send(Packets.publish(V5, "re/fuse", "2", 2, 2, 0));
    publisher.expect(PUBREC, 2);
    client.send(Packets.replyWithReason(PUBACK, client.publish().id(), 0x80));
    client.send(Packets.replyWithReason(PUBREC, client.publish().id(), 0x80));
    client.expectNothing();
    client.close();
    broker.connect(connect).expectNothing();
  }

  @Test
  @Tag("MQTT-4.3.2-1")
  @Tag("MQTT-4.3.3-1")
  @Tag("MQTT-4.3.3-2")
  void identifiersTowardsAClientAreNotUsedTwiceAtATime() {
    RawClient client = broker.connect(V5, "unused");
    client.subscribe("un/used", 2);
    RawClient publisher = broker.connect(V5, "unused-pub");
    Set<Integer> used = new java.util.HashSet<>();
    for (int i = 1; i <= 100; i++) {
      publisher.send(Packets.publish(V5, "un/used", "x", 1 + i % 2, i, 0));
      publisher.read();
      Publish got = client.publish();
      assertThat(got.dup()).isFalse();
      assertThat(used.add(got.id())).isTrue();
    }
  }

  @Test
  @Tag("MQTT-4.6.0-3")
  @Tag("MQTT-4.6.0-4")
  void handshakesWithQos2KeepTheirOrder() {
    RawClient client = broker.connect(V5, "order-2");
    client.subscribe("order/2", 2);
    RawClient publisher = broker.connect(V5, "order-2-pub");
    for (int i = 1; i <= 10; i++) {
      publisher.send(Packets.publish(V5, "order/2", "x", 2, i, 0));
    }
    for (int i = 1; i <= 10; i++) {
      publisher.expect(PUBREC, i);
    }
    int[] ids = new int[10];
    for (int i = 0; i < 10; i++) {
      ids[i] = client.publish().id();
    }
    for (int id : ids) {
      client.send(Packets.reply(PUBREC, id));
    }
    for (int id : ids) {
      client.expect(PUBREL, id);
    }
  }

  @Test
  @Tag("MQTT-3.8.4-4")
  void replacingASubscriptionLosesNothing() {
    Packets.Connect connect = Packets.connect(V5, "swap").resume().expiry(100);
    RawClient client = broker.connect(connect);
    client.subscribe("sw/ap", 1);
    client.send(Packets.disconnect());
    client.expectEnd();
    RawClient publisher = broker.connect(V5, "swap-pub");
    publisher.send(Packets.publish(V5, "sw/ap", "kept", 1, 1, 0));
    publisher.expect(PUBACK, 1);
    RawClient back = broker.connect(connect);
    back.send(Packets.subscribe(V5, 7, "sw/ap", 0));
    assertThat(back.publish().payload()).isEqualTo("kept");
    back.expectSubscribed(7, 0);
  }

  @Test
  void aReadersRightThatWasTakenAwayEndsItsSubscription() {
    Packets.Connect connect =
        Packets.connect(V5, "revoked").login("limited", "secret").resume().expiry(100);
    RawClient client = broker.connect(connect);
    client.subscribe("own", 1);
    client.send(Packets.disconnect());
    client.expectEnd();
    broker
        .administration()
        .putTopicPermissions("/", "limited", new TopicPermissions("amq.topic", "^own$", "^$"))
        .toCompletableFuture()
        .join();
    RawClient back = broker.connect(connect);
    back.expectNothing();
    RawClient publisher = broker.connect(V5, "revoked-pub");
    publisher.send(Packets.publish(V5, "own", "x", 1, 1, 0));
    publisher.expect(PUBACK, 1, 0x10);
    broker
        .administration()
        .putTopicPermissions("/", "limited", new TopicPermissions("amq.topic", "^own$", "^own$"))
        .toCompletableFuture()
        .join();
  }
}
