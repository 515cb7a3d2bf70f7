package io.waypost.mqtt;

import static io.waypost.mqtt.Packets.V31;
import static io.waypost.mqtt.Packets.V311;
import static io.waypost.mqtt.Packets.V5;
import static io.waypost.mqtt.RawClient.PUBACK;
import static io.waypost.mqtt.RawClient.PUBCOMP;
import static io.waypost.mqtt.RawClient.PUBREC;
import static io.waypost.mqtt.RawClient.PUBREL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.waypost.mqtt.RawClient.Packet;
import io.waypost.mqtt.RawClient.Publish;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SessionsTest {
  @RegisterExtension
  static final TestBroker broker = new TestBroker();

  private static Packets.Connect persistent(int version, String clientId) {
    Packets.Connect connect = Packets.connect(version, clientId).resume();
    return version == V5 ? connect.expiry(3600) : connect;
  }

  private static void leave(RawClient client) {
    client.send(Packets.disconnect());
    client.expectEnd();
  }

  private static RawClient again(Packets.Connect connect, boolean present) {
    RawClient client = broker.socket();
    client.version = connect.version;
    client.send(connect.bytes());
    assertThat(client.expectConnected().octet(0)).as("session present").isEqualTo(present ? 1 : 0);
    return client;
  }

  private static boolean hasQueue(String clientId) {
    return broker
        .broker()
        .inspector()
        .queue("/", "mqtt-subscription-" + clientId)
        .isPresent();
  }

  @ParameterizedTest
  @ValueSource(ints = {V31, V311, V5})
  @Tag("MQTT-3.1.2-5")
  @Tag("MQTT-3.1.2-6")
  @Tag("MQTT-3.1.2-23")
  @Tag("MQTT-3.2.2-3")
  @Tag("MQTT-4.5.0-1")
  @Tag("MQTT-4.1.0-1")
  void whatComesWhileAClientIsAwayWaitsForIt(int version) {
    String id = "away-" + version;
    RawClient client = again(persistent(version, id), false);
    client.subscribe("away/" + version, 1);
    leave(client);
    RawClient publisher = broker.connect(V311, "away-pub-" + version);
    publisher.send(Packets.publish(V311, "away/" + version, "kept", 1, 1, 0));
    publisher.expect(PUBACK, 1);
    publisher.send(Packets.publish(V311, "away/" + version, "not kept", 0, 0, 0));
    publisher.expectNothing();

    RawClient back = again(persistent(version, id), true);
    Publish got = back.publish();
    assertThat(got.payload()).isEqualTo("kept");
    assertThat(got.dup()).isFalse();
    back.send(Packets.reply(PUBACK, got.id()));
    back.expectNothing();
    leave(back);
    leave(again(persistent(version, id), true));
  }

  @Test
  @Tag("MQTT-4.4.0-1")
  @Tag("MQTT-3.3.1-1")
  @Tag("MQTT-4.6.0-1")
  void whatWasNotAnsweredForIsSentAgainUnderItsIdentifier() {
    RawClient client = again(persistent(V311, "resend"), false);
    client.subscribe("re/send", 1);
    RawClient publisher = broker.connect(V311, "resend-pub");
    int[] ids = new int[4];
    for (int i = 0; i < ids.length; i++) {
      publisher.send(Packets.publish(V311, "re/send", "m" + i, 1, i + 1, 0));
      publisher.expect(PUBACK, i + 1);
      ids[i] = client.publish().id();
    }
    client.send(Packets.reply(PUBACK, ids[1]));
    client.expectNothing();
    client.close();

    RawClient back = again(persistent(V311, "resend"), true);
    for (int i : new int[] {0, 2, 3}) {
      Publish got = back.publish();
      assertThat(got.payload()).isEqualTo("m" + i);
      assertThat(got.id()).isEqualTo(ids[i]);
      assertThat(got.dup()).isTrue();
      back.send(Packets.reply(PUBACK, got.id()));
    }
    back.expectNothing();
  }

  @Test
  void whatWasSentIsNotTakenForMessagesOfAQueueThatIsMadeAnew() {
    RawClient client = again(persistent(V311, "anew"), false);
    client.subscribe("a/new", 1);
    RawClient publisher = broker.connect(V311, "anew-pub");
    publisher.send(Packets.publish(V311, "a/new", "old", 1, 1, 0));
    publisher.expect(PUBACK, 1);
    assertThat(client.publish().payload()).isEqualTo("old");
    leave(client);
    broker.ask(session -> session.deleteQueue("mqtt-subscription-anew", false, false));

    RawClient back = again(persistent(V311, "anew"), true);
    back.expectNothing();
    publisher.send(Packets.publish(V311, "a/new", "new", 1, 2, 0));
    publisher.expect(PUBACK, 2);
    Publish got = back.publish();
    assertThat(got.payload()).isEqualTo("new");
    assertThat(got.dup()).isFalse();

    broker.ask(session -> session.deleteQueue("mqtt-subscription-anew", false, false));
    back.expectEnd();
    RawClient third = again(persistent(V311, "anew"), true);
    third.expectNothing();
    publisher.send(Packets.publish(V311, "a/new", "newer", 1, 3, 0));
    publisher.expect(PUBACK, 3);
    Publish last = third.publish();
    assertThat(last.payload()).isEqualTo("newer");
    assertThat(last.dup()).isFalse();
  }

  @Test
  @Tag("MQTT-4.3.3-5")
  @Tag("MQTT-4.3.3-6")
  void aReleasedMessageIsNotSentAgainButItsReleaseIs() {
    RawClient client = again(persistent(V5, "release"), false);
    client.subscribe("re/lease", 2);
    RawClient publisher = broker.connect(V5, "release-pub");
    publisher.send(Packets.publish(V5, "re/lease", "x", 2, 1, 0));
    publisher.expect(PUBREC, 1);
    Publish got = client.publish();
    client.send(Packets.reply(PUBREC, got.id()));
    client.expect(PUBREL, got.id());
    client.close();

    RawClient back = again(persistent(V5, "release"), true);
    back.expect(PUBREL, got.id());
    back.send(Packets.reply(PUBCOMP, got.id()));
    back.expectNothing();
  }

  @Test
  @Tag("MQTT-4.3.3-10")
  void anIdentifierWithQos2IsRememberedFromConnectionToConnection() {
    RawClient watcher = broker.connect(V5, "twice-watch");
    watcher.subscribe("tw/ice", 0);
    RawClient client = again(persistent(V5, "twice"), false);
    client.send(Packets.publish(V5, "tw/ice", "once", 2, 7, 0));
    client.expect(PUBREC, 7);
    client.close();
    RawClient back = again(persistent(V5, "twice"), true);
    back.send(Packets.publish(V5, "tw/ice", "once", 2, 7, 8), Packets.reply(PUBREL, 7));
    back.expect(PUBREC, 7, 0);
    back.expect(PUBCOMP, 7, 0);
    assertThat(watcher.publish().payload()).isEqualTo("once");
    watcher.expectNothing();
  }

  @Test
  @Tag("MQTT-3.1.2-4")
  @Tag("MQTT-3.2.2-2")
  @Tag("MQTT-3.1.4-4")
  void aCleanStartForgetsTheSessionBefore() {
    RawClient client = again(persistent(V311, "clean"), false);
    client.subscribe("cle/an", 1);
    leave(client);
    RawClient publisher = broker.connect(V311, "clean-pub");
    publisher.send(Packets.publish(V311, "cle/an", "lost", 1, 1, 0));
    publisher.expect(PUBACK, 1);
    RawClient back = again(Packets.connect(V311, "clean"), false);
    back.expectNothing();
    leave(back);
    leave(again(persistent(V311, "clean"), false));
  }

  @Test
  @Tag("MQTT-4.1.0-2")
  void aSessionEndsWithItsConnectionOrWhenItsTimeIsOver() {
    RawClient client = again(Packets.connect(V5, "ends").resume(), false);
    client.subscribe("en/ds", 1);
    leave(client);
    again(Packets.connect(V5, "ends").resume(), false);

    RawClient second = again(Packets.connect(V5, "second").resume().expiry(1), false);
    second.subscribe("en/ds", 1);
    leave(second);
    assertThat(hasQueue("second")).isTrue();
    await().atMost(Duration.ofSeconds(30)).until(() -> !hasQueue("second"));
  }

  @Test
  @Tag("MQTT-3.14.2-2")
  void aClientThatLeavesMayChangeHowLongItsSessionLives() {
    RawClient client = again(Packets.connect(V5, "change").resume().expiry(3600), false);
    client.subscribe("chan/ge", 1);
    client.send(Packets.packet(
        0xE0, Packets.bytes().octet(0).properties(Packets.bytes().octet(0x11).four(0))));
    client.expectEnd();
    again(Packets.connect(V5, "change").resume(), false);

    RawClient fleeting = broker.connect(V5, "fleeting");
    fleeting.send(Packets.packet(
        0xE0, Packets.bytes().octet(0).properties(Packets.bytes().octet(0x11).four(5))));
    fleeting.expectDisconnect(0x82);
  }

  @Test
  @Tag("MQTT-3.1.4-3")
  @Tag("MQTT-3.1.3-2")
  void whoeverConnectsUnderTheSameIdentifierTakesTheSessionOver() {
    RawClient first = again(persistent(V5, "taken"), false);
    first.subscribe("ta/ken", 1);
    RawClient second = again(persistent(V5, "taken"), true);
    first.expectDisconnect(0x8E);
    second.send(Packets.publish(V5, "ta/ken", "mine", 1, 1, 0));
    second.expect(PUBACK, 1);
    assertThat(second.publish().payload()).isEqualTo("mine");
    RawClient third = again(Packets.connect(V311, "taken"), false);
    second.expectDisconnect(0x8E);
    third.expectNothing();
  }

  @Test
  @Tag("MQTT-3.1.3-6")
  @Tag("MQTT-3.1.3-7")
  @Tag("MQTT-3.2.2-16")
  @Tag("MQTT-3.1.3-8")
  void clientsWithoutAnIdentifierAreGivenOneEach() {
    RawClient one = broker.socket();
    one.send(Packets.connect(V5, "").bytes());
    Packet first = one.expectConnected();
    RawClient other = broker.socket();
    other.send(Packets.connect(V5, "").bytes());
    Packet second = other.expectConnected();
    assertThat(assigned(first)).startsWith("auto-").isNotEqualTo(assigned(second));
    RawClient old = broker.socket();
    old.send(Packets.connect(V311, "").bytes());
    old.expectConnected();
    old.expectNothing();
    RawClient refused = broker.socket();
    refused.send(Packets.connect(V311, "").resume().bytes());
    refused.expectRefused(2);
    RawClient older = broker.socket();
    older.send(Packets.connect(V31, "").bytes());
    older.expectRefused(2);
  }

  private static String assigned(Packet connAck) {
    String all = new String(connAck.content(), StandardCharsets.ISO_8859_1);
    int at = all.indexOf("auto-");
    return all.substring(at, at + 41);
  }

  @Test
  @Tag("MQTT-3.1.2-23")
  void aSessionThatNeverEndsIsKeptAndSoIsOneOfThirtyDays() {
    for (long seconds : new long[] {0xFFFF_FFFFL, 30L * 24 * 3600}) {
      String id = "ever-" + seconds;
      RawClient client = again(Packets.connect(V5, id).resume().expiry(seconds), false);
      client.subscribe("ev/er", 1);
      leave(client);
      again(Packets.connect(V5, id).resume().expiry(seconds), true).expectNothing();
    }
  }

  @Test
  void aSessionIsAQueueThatOperatorsSee() {
    RawClient client = again(persistent(V5, "seen"), false);
    assertThat(hasQueue("seen")).isFalse();
    client.subscribe("se/en", 1);
    var queue = broker.broker().inspector().queue("/", "mqtt-subscription-seen").orElseThrow();
    assertThat(queue.spec().durable()).isTrue();
    assertThat(queue.consumers()).isEqualTo(1);
  }
}
