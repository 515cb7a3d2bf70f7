package io.waypost.mqtt;

import static io.waypost.mqtt.Packets.V31;
import static io.waypost.mqtt.Packets.V311;
import static io.waypost.mqtt.Packets.bytes;
import static io.waypost.mqtt.RawClient.CONNACK;
import static io.waypost.mqtt.RawClient.PINGRESP;
import static io.waypost.mqtt.RawClient.PUBACK;
import static io.waypost.mqtt.RawClient.SUBACK;
import static org.assertj.core.api.Assertions.assertThat;

import io.waypost.mqtt.RawClient.Packet;
import io.waypost.mqtt.RawClient.Publish;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Connecting, sessions and wills in MQTT 3.1.1, and in 3.1 where its rules are the same. */
class Version3ConnectTest {
  @RegisterExtension
  static final TestBroker broker = new TestBroker();

  private static RawClient open(Packets.Connect connect) {
    RawClient client = broker.socket();
    client.version = connect.version;
    client.send(connect.bytes());
    return client;
  }

  /** A client that got this CONNACK. */
  private static RawClient open(Packets.Connect connect, int present) {
    RawClient client = open(connect);
    assertThat(client.expect(CONNACK).content()).containsExactly(present, 0);
    return client;
  }

  private static void leave(RawClient client) {
    client.send(Packets.disconnect());
    client.expectEnd();
  }

  private static void publish(String topic, String payload) {
    RawClient publisher = broker.connect(V311, "publisher");
    publisher.send(Packets.publish(V311, topic, payload, 1, 1, 0));
    publisher.expect(PUBACK, 1);
    leave(publisher);
  }

  private static RawClient watcher(String topic) {
    RawClient watcher = broker.connect(V311, "watcher");
    watcher.subscribe(topic, 2);
    return watcher;
  }

  @ParameterizedTest
  @ValueSource(ints = {V31, V311})
  @Tag("MQTT3-3.1.4-4")
  @Tag("MQTT3-3.2.0-1")
  @Tag("MQTT3-3.12.4-1")
  @Tag("MQTT3-7.1.1-1")
  void whatComesWithConnectIsAnsweredBehindTheConnAck(int version) {
    RawClient client = broker.socket();
    client.send(Packets.connect(version, "first").bytes(), Packets.ping());
    assertThat(client.expect(CONNACK).content()).containsExactly(0, 0);
    assertThat(client.expect(PINGRESP).content()).isEmpty();
  }

  @Test
  @Tag("MQTT3-3.1.0-1")
  @Tag("MQTT3-4.8.0-1")
  void theFirstPacketMustBeConnect() {
    for (byte[] packet : new byte[][] {
      Packets.ping(), Packets.publish(V311, "a", "b", 0, 0, 0), Packets.subscribe(V311, 1, "a", 0)
    }) {
      RawClient client = broker.socket();
      client.send(packet);
      client.expectEnd();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {V31, V311})
  @Tag("MQTT3-3.1.0-2")
  void aSecondConnectEndsTheConnection(int version) {
    RawClient client = broker.connect(version, "second");
    client.send(Packets.connect(version, "second").bytes());
    client.expectEnd();
  }

  @Test
  @Tag("MQTT3-3.1.2-1")
  @Tag("MQTT3-3.1.2-2")
  @Tag("MQTT3-3.2.2-5")
  void anotherNameOrLevelIsRefused() {
    RawClient level = broker.socket();
    level.send(
        Packets.packet(0x10, bytes().text("MQTT").octet(3).octet(2).two(0).text("x")));
    level.expectRefused(1);
    RawClient name = broker.socket();
    name.send(
        Packets.packet(0x10, bytes().text("MQTTS").octet(4).octet(2).two(0).text("x")));
    name.expectEnd();
  }

  @Test
  @Tag("MQTT3-3.1.2-3")
  @Tag("MQTT3-3.1.2-14")
  @Tag("MQTT3-3.1.2-22")
  @Tag("MQTT3-3.1.4-1")
  @Tag("MQTT3-3.2.2-6")
  void aConnectThatBreaksARuleIsNotAnswered() {
    int reserved = 0x03;
    int willQos3 = 0x1E;
    int willQosWithoutWill = 0x0A;
    int retainWithoutWill = 0x22;
    int passwordWithoutUser = 0x42;
    for (int flags :
        new int[] {reserved, willQos3, willQosWithoutWill, retainWithoutWill, passwordWithoutUser
        }) {
      long before = broker.malformed();
      RawClient client = broker.socket();
      client.send(Packets.packet(
          0x10,
          bytes().text("MQTT").octet(4).octet(flags).two(0).text("c").text("d").text("e")));
      client.expectEnd();
      assertThat(broker.malformed()).isEqualTo(before + 1);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {V31, V311})
  @Tag("MQTT3-3.1.2-4")
  @Tag("MQTT3-3.1.2-5")
  @Tag("MQTT3-3.1.3-2")
  @Tag("MQTT3-4.1.0-1")
  @Tag("MQTT3-4.1.0-2")
  @Tag("MQTT3-4.5.0-1")
  void aSessionWithoutCleanSessionGoesOn(int version) {
    Packets.Connect connect = Packets.connect(version, "goes-on").resume();
    RawClient client = open(connect);
    client.expectConnected();
    client.subscribe("goes/on", 1);
    leave(client);
    publish("goes/on", "while away");
    RawClient back = open(connect);
    back.expectConnected();
    Publish got = back.publish();
    assertThat(got.payload()).isEqualTo("while away");
    back.send(Packets.reply(PUBACK, got.id()));
    leave(back);
    leave(broker.connect(version, "goes-on"));
  }

  @Test
  @Tag("MQTT3-3.1.2-6")
  @Tag("MQTT3-3.1.4-3")
  @Tag("MQTT3-3.2.2-1")
  @Tag("MQTT3-3.2.2-2")
  @Tag("MQTT3-3.2.2-3")
  void aCleanSessionBeginsWithNothingAndLeavesNothing() {
    RawClient client = open(Packets.connect(V311, "clean").resume(), 0);
    client.subscribe("cle/an", 1);
    leave(client);
    leave(open(Packets.connect(V311, "clean").resume(), 1));
    RawClient clean = open(Packets.connect(V311, "clean"), 0);
    publish("cle/an", "for nobody");
    clean.expectNothing();
    clean.subscribe("cle/an", 1);
    leave(clean);
    leave(open(Packets.connect(V311, "clean").resume(), 0));
    open(Packets.connect(V311, "clean"), 0);
  }

  @Test
  @Tag("MQTT3-3.1.2-7")
  void whatIsRetainedOutlivesTheSessionThatPublishedIt() {
    RawClient client = broker.connect(V311, "retaining");
    client.send(Packets.publish(V311, "out/lives", "kept", 1, 1, 1));
    client.expect(PUBACK, 1);
    leave(client);
    leave(open(Packets.connect(V311, "retaining"), 0));
    assertThat(watcher("out/lives").publish().retain()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {V31, V311})
  @Tag("MQTT3-3.1.2-8")
  @Tag("MQTT3-3.1.2-9")
  @Tag("MQTT3-3.1.2-16")
  @Tag("MQTT3-3.1.3-10")
  void theWillIsPublishedWhenAClientIsGoneWithoutAWord(int version) {
    RawClient watcher = watcher("wi/ll");
    broker
        .connect(Packets.connect(version, "dying").will("wi/ll", "gone", 2, false))
        .close();
    Publish will = watcher.publish();
    assertThat(will.payload()).isEqualTo("gone");
    assertThat(will.qos()).isEqualTo(2);
    assertThat(will.retain()).isFalse();
  }

  @Test
  @Tag("MQTT3-3.1.2-17")
  void aWillCanBeRetained() {
    RawClient watcher = watcher("will/stays");
    broker
        .connect(Packets.connect(V311, "dying").will("will/stays", "gone", 1, true))
        .close();
    assertThat(watcher.publish().retain()).isFalse();
    RawClient late = broker.connect(V311, "late");
    late.subscribe("will/stays", 1);
    assertThat(late.publish().retain()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {V31, V311})
  @Tag("MQTT3-3.1.2-10")
  @Tag("MQTT3-3.1.2-12")
  @Tag("MQTT3-3.14.4-3")
  void thereIsNoWillAfterAGoodbyeNorWithoutOne(int version) {
    RawClient watcher = watcher("no/will");
    leave(broker.connect(Packets.connect(version, "polite").will("no/will", "x", 1, false)));
    broker.connect(version, "willless").close();
    watcher.expectNothing();
  }

  @ParameterizedTest
  @ValueSource(ints = {V31, V311})
  @Tag("MQTT3-3.1.2-24")
  void aClientThatIsNotHeardIsDroppedAsIfTheNetworkHadFailed(int version) {
    RawClient watcher = watcher("qui/et");
    long begin = System.nanoTime();
    RawClient client = broker.connect(
        Packets.connect(version, "quiet").keepAlive(1).will("qui/et", "dropped", 1, false));
    client.expectEnd();
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofMillis(1490));
    assertThat(watcher.publish().payload()).isEqualTo("dropped");
  }

  @Test
  @Tag("MQTT3-3.1.3-5")
  void identifiersOfTheCharactersThatEveryServerTakesAreTaken() {
    String all = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    for (int at = 0; at < all.length(); at += 23) {
      broker.connect(V311, all.substring(at, Math.min(all.length(), at + 23))).expectNothing();
    }
    broker.connect(V311, "x").expectNothing();
    broker.connect(V311, "longer than 23 bytes, with ümläuts".repeat(30)).expectNothing();
  }

  @Test
  @Tag("MQTT3-3.1.3-6")
  @Tag("MQTT3-3.1.3-8")
  @Tag("MQTT3-3.1.3-9")
  @Tag("MQTT3-3.2.2-4")
  void anEmptyIdentifierIsForCleanSessions() {
    RawClient one = open(Packets.connect(V311, ""), 0);
    RawClient other = open(Packets.connect(V311, ""), 0);
    one.expectNothing();
    other.expectNothing();
    open(Packets.connect(V311, "").resume()).expectRefused(2);
  }

  @ParameterizedTest
  @ValueSource(ints = {V31, V311})
  @Tag("MQTT3-3.1.4-2")
  void whoeverConnectsUnderTheSameIdentifierEndsTheConnectionBefore(int version) {
    RawClient first = broker.connect(version, "taken");
    RawClient second = broker.connect(version, "taken");
    first.expectEnd();
    second.expectNothing();
  }

  @Test
  @Tag("MQTT3-3.1.4-5")
  @Tag("MQTT3-3.2.2-4")
  void nothingBehindARefusedConnectIsDone() {
    RawClient watcher = watcher("re/fused");
    RawClient client = broker.socket();
    client.send(
        Packets.connect(V311, "refused").login("guest", "wrong").bytes(),
        Packets.publish(V311, "re/fused", "x", 0, 0, 0));
    client.expectRefused(4);
    watcher.expectNothing();
  }

  @Test
  @Tag("MQTT3-3.9.3-2")
  void aRefusedSubscriptionHasTheOneCodeThatThereIs() {
    RawClient client = broker.connect(V311, "one-code");
    client.send(Packets.subscribe(V311, 4, "$share//x", 1));
    Packet subAck = client.expect(SUBACK, 4);
    assertThat(subAck.content()).containsExactly(0, 4, (byte) 0x80);
  }
}
