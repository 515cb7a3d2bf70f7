package io.waypost.mqtt;

import static io.waypost.mqtt.Packets.V31;
import static io.waypost.mqtt.Packets.V311;
import static io.waypost.mqtt.Packets.V5;
import static io.waypost.mqtt.Packets.bytes;
import static io.waypost.mqtt.RawClient.CONNACK;
import static io.waypost.mqtt.RawClient.PINGRESP;
import static io.waypost.mqtt.RawClient.PUBACK;
import static io.waypost.mqtt.RawClient.SUBACK;
import static org.assertj.core.api.Assertions.assertThat;

import io.waypost.broker.Permissions;
import io.waypost.broker.TopicPermissions;
import io.waypost.mqtt.RawClient.Packet;
import io.waypost.transport.ProtocolSettings;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ConnectTest {
  @RegisterExtension
  static final TestBroker broker = new TestBroker();

  @RegisterExtension
  static final TestBroker strict = new TestBroker(
      io.waypost.engine.BrokerSettings.defaults(),
      ProtocolSettings.defaults("Waypost", "0")
          .with(MqttSettings.ANONYMOUS_USER, "")
          .with(MqttSettings.MAX_KEEP_ALIVE, Duration.ofSeconds(60))
          .with(MqttSettings.MAX_SESSION_EXPIRY, Duration.ofSeconds(100))
          .with(MqttSettings.MAX_PACKET_SIZE, 2048L)
          .with(MqttSettings.RECEIVE_MAXIMUM, 3)
          .with(MqttSettings.TOPIC_ALIAS_MAXIMUM, 2)
          .with(MqttSettings.CONNECT_TIMEOUT, Duration.ofSeconds(4)));

  @BeforeAll
  static void users() {
    for (TestBroker one : new TestBroker[] {broker, strict}) {
      one.administration().putVirtualHost("farm", "").toCompletableFuture().join();
      one.administration()
          .putUser("device", "secret", Set.of())
          .toCompletableFuture()
          .join();
      one.administration()
          .putPermissions("/", "device", new Permissions(".*", ".*", ".*"))
          .toCompletableFuture()
          .join();
      one.administration()
          .putPermissions("farm", "device", new Permissions(".*", ".*", ".*"))
          .toCompletableFuture()
          .join();
      one.administration()
          .putTopicPermissions(
              "/", "device", new TopicPermissions("amq.topic", "^device\\..*", "^device\\..*"))
          .toCompletableFuture()
          .join();
    }
  }

  private static RawClient open(TestBroker at, Packets.Connect connect) {
    RawClient client = at.socket();
    client.version = connect.version;
    client.send(connect.bytes());
    return client;
  }

  @Test
  @Tag("MQTT-3.2.0-1")
  @Tag("MQTT-3.1.4-6")
  void whatComesInOneSegmentWithConnectIsAnsweredBehindTheConnAck() {
    for (int version : new int[] {V31, V311, V5}) {
      RawClient client = broker.socket();
      client.version = version;
      client.send(
          Packets.connect(version, "segment-" + version).bytes(),
          Packets.ping(),
          Packets.subscribe(version, 5, "seg/ment", 1),
          Packets.publish(version, "seg/ment", "x", 1, 6, 0),
          Packets.ping());
      client.expectConnected();
      client.expect(PINGRESP);
      client.expectSubscribed(5, 1);
      Set<Integer> types = new TreeSet<>();
      for (int i = 0; i < 3; i++) {
        types.add(client.read().first() & 0xF0);
      }
      assertThat(types).containsExactly(0x30, PUBACK, PINGRESP);
    }
  }

  @Test
  @Tag("MQTT-3.1.0-1")
  void theFirstPacketMustBeConnect() {
    for (byte[] packet :
        new byte[][] {Packets.ping(), Packets.publish(V311, "a", "b", 0, 0, 0), Packets.disconnect()
        }) {
      RawClient client = broker.socket();
      client.send(packet);
      client.expectEnd();
    }
  }

  @Test
  @Tag("MQTT-3.1.0-2")
  void aSecondConnectEndsTheConnection() {
    RawClient five = broker.connect(V5, "second-5");
    five.send(Packets.connect(V5, "second-5").bytes());
    five.expectDisconnect(0x82);
    RawClient old = broker.connect(V311, "second-4");
    old.send(Packets.connect(V311, "second-4").bytes());
    old.expectEnd();
  }

  @Test
  @Tag("MQTT-3.1.2-1")
  @Tag("MQTT-3.1.2-2")
  void aVersionThatIsNotKnownIsRefusedInWordsThatTheClientKnows() {
    RawClient later = broker.socket();
    later.send(
        Packets.packet(0x10, bytes().text("MQTT").octet(6).octet(2).two(0).text("x")));
    later.expectRefused(0x84);
    RawClient earlier = broker.socket();
    earlier.send(
        Packets.packet(0x10, bytes().text("MQTT").octet(1).octet(2).two(0).text("x")));
    earlier.expectRefused(1);
    RawClient other = broker.socket();
    other.send(
        Packets.packet(0x10, bytes().text("AMQP").octet(4).octet(2).two(0).text("x")));
    other.expectEnd();
  }

  @Test
  @Tag("MQTT-3.1.4-2")
  @Tag("MQTT-3.2.2-7")
  @Tag("MQTT-3.2.2-6")
  @Tag("MQTT-3.14.0-1")
  @Tag("MQTT-3.2.2-8")
  @Tag("MQTT-3.2.2-1")
  void aWrongPasswordIsRefused() {
    open(broker, Packets.connect(V311, "wrong").login("device", "guess")).expectRefused(4);
    open(broker, Packets.connect(V5, "wrong").login("device", "guess")).expectRefused(0x86);
    open(strict, Packets.connect(V5, "nobody")).expectRefused(0x86);
    open(strict, Packets.connect(V311, "nobody")).expectRefused(4);
    open(broker, Packets.connect(V5, "host").login("nowhere:device", "secret")).expectRefused(0x87);
    open(broker, Packets.connect(V311, "right").login("device", "secret")).expectConnected();
  }

  @Test
  void theVirtualHostComesBeforeTheUserName() {
    RawClient farm = open(broker, Packets.connect(V311, "same").login("farm:device", "secret"));
    farm.expectConnected();
    RawClient home = open(broker, Packets.connect(V311, "same").login("device", "secret"));
    home.expectConnected();
    farm.subscribe("device/#", 0);
    home.send(Packets.publish(V311, "device/x", "not for the farm", 0, 0, 0));
    farm.send(Packets.publish(V311, "device/x", "for the farm", 0, 0, 0));
    assertThat(farm.publish().payload()).isEqualTo("for the farm");
  }

  @Test
  @Tag("MQTT-3.1.2-21")
  @Tag("MQTT-3.2.2-21")
  void theServersLimitsAreTold() {
    RawClient client = open(
        strict,
        Packets.connect(V5, "limits").login("device", "secret").keepAlive(600).expiry(5000));
    Packet connAck = client.expectConnected();
    assertThat(connAck.content())
        .startsWith(0, 0)
        .containsSequence(0x11, 0, 0, 0, 100)
        .containsSequence(0x21, 0, 3)
        .containsSequence(0x27, 0, 0, 8, 0)
        .containsSequence(0x22, 0, 2)
        .containsSequence(0x13, 0, 60);
  }

  @Test
  @Tag("MQTT-3.2.2-15")
  @Tag("MQTT-4.13.1-1")
  void aPacketAboveTheLimitEndsTheConnection() {
    RawClient client = strict.connect(Packets.connect(V5, "large").login("device", "secret"));
    client.send(Packets.publish(V5, "device/x", "x".repeat(2100), 0, 0, 0));
    client.expectDisconnect(0x95);
  }

  @Test
  @Tag("MQTT-3.3.4-7")
  void moreThanTheReceiveMaximumEndsTheConnection() {
    RawClient client = strict.connect(Packets.connect(V5, "many").login("device", "secret"));
    for (int i = 1; i <= 3; i++) {
      client.send(Packets.publish(V5, "device/x", "x", 2, i, 0));
      client.expect(RawClient.PUBREC, i);
    }
    client.send(Packets.publish(V5, "device/x", "x", 2, 4, 0));
    client.expectDisconnect(0x93);
  }

  @Test
  @Tag("MQTT-3.2.2-17")
  @Tag("MQTT-3.2.2-18")
  @Tag("MQTT-3.3.2-8")
  @Tag("MQTT-3.3.2-9")
  @Tag("MQTT-3.3.2-12")
  void aliasesStandForTopicsUpToTheMaximum() {
    RawClient client = strict.connect(Packets.connect(V5, "alias").login("device", "secret"));
    client.subscribe("device/alias", 0);
    client.send(Packets.publish(
        V5, "device/alias", "named", 0, 0, 0, bytes().octet(0x23).two(2)));
    client.send(Packets.publish(V5, "", "by alias", 0, 0, 0, bytes().octet(0x23).two(2)));
    assertThat(client.publish().payload()).isEqualTo("named");
    RawClient.Publish second = client.publish();
    assertThat(second.topic()).isEqualTo("device/alias");
    assertThat(second.payload()).isEqualTo("by alias");
    long before = strict.malformed();
    client.send(Packets.publish(V5, "", "unknown", 0, 0, 0, bytes().octet(0x23).two(1)));
    client.expectDisconnect(0x82);
    RawClient high = strict.connect(Packets.connect(V5, "alias").login("device", "secret"));
    high.send(Packets.publish(V5, "device/x", "x", 0, 0, 0, bytes().octet(0x23).two(3)));
    high.expectDisconnect(0x94);
    RawClient zero = strict.connect(Packets.connect(V5, "alias").login("device", "secret"));
    zero.send(Packets.publish(V5, "device/x", "x", 0, 0, 0, bytes().octet(0x23).two(0)));
    zero.expectDisconnect(0x94);
    assertThat(strict.malformed()).isEqualTo(before + 3);
  }

  @Test
  void whoeverDoesNotConnectInTimeIsDropped() {
    RawClient client = strict.socket();
    client.expectEnd();
  }

  @Test
  @Tag("MQTT-3.4.2-1")
  @Tag("MQTT-3.5.2-1")
  @Tag("MQTT-4.3.3-9")
  @Tag("MQTT-3.9.3-2")
  void whatIsNotAllowedIsRefusedWithoutEndingTheConnection() {
    RawClient client = broker.connect(Packets.connect(V5, "topic").login("device", "secret"));
    client.send(Packets.publish(V5, "elsewhere", "x", 1, 1, 0));
    client.expect(PUBACK, 1, 0x87);
    client.send(Packets.publish(V5, "elsewhere", "x", 2, 2, 0));
    client.expect(RawClient.PUBREC, 2, 0x87);
    client.send(Packets.publish(V5, "device/x", "x", 2, 2, 0));
    client.expect(RawClient.PUBREC, 2, 0x10);
    client.send(Packets.subscribe(V5, 3, "elsewhere/#", 1));
    client.expectSubscribed(3, 0x87);
    client.send(Packets.publish(V5, "$SYS/broker/version", "mine", 1, 4, 0));
    client.expect(PUBACK, 4, 0x87);
    RawClient old = broker.connect(Packets.connect(V311, "topic4").login("device", "secret"));
    old.send(Packets.publish(V311, "elsewhere", "x", 1, 1, 0));
    old.expect(PUBACK, 1);
    old.send(Packets.subscribe(V311, 3, "elsewhere/#", 1));
    Packet subAck = old.expect(SUBACK, 3);
    assertThat(subAck.octet(2)).isEqualTo(0x80);
  }

  @Test
  @Tag("MQTT-3.1.2-29")
  void reasonsAreToldUnlessTheClientDoesNotWantThem() {
    RawClient told = broker.connect(Packets.connect(V5, "told").login("device", "secret"));
    told.send(Packets.publish(V5, "elsewhere", "x", 1, 1, 0));
    assertThat(told.expect(PUBACK, 1).content().length).isGreaterThan(4);
    RawClient silent = broker.connect(Packets.connect(V5, "silent")
        .login("device", "secret")
        .properties(bytes().octet(0x17).octet(0)));
    silent.send(Packets.publish(V5, "elsewhere", "x", 1, 1, 0));
    assertThat(silent.expect(PUBACK, 1).content()).hasSize(3);
  }

  @Test
  @Tag("MQTT-3.1.2-22")
  @Tag("MQTT-3.2.2-22")
  void aClientThatIsNotHeardForOneAndAHalfTimesItsKeepAliveIsDropped() {
    long begin = System.nanoTime();
    RawClient five = broker.connect(Packets.connect(V5, "quiet-5").keepAlive(1));
    five.expectDisconnect(0x8D);
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofMillis(1490));
    broker.connect(Packets.connect(V311, "quiet-4").keepAlive(1)).expectEnd();
  }

  @Test
  @Tag("MQTT-4.12.0-1")
  @Tag("MQTT-4.12.0-7")
  void anUnknownWayToAuthenticateIsRefused() {
    open(broker, Packets.connect(V5, "auth").properties(bytes().octet(0x15).text("KERBEROS")))
        .expectRefused(0x8C);
    RawClient client = broker.connect(V5, "auth");
    client.send(
        Packets.packet(0xF0, bytes().octet(0x19).properties(bytes().octet(0x15).text("KERBEROS"))));
    client.expectDisconnect(0x82);
  }

  @Test
  @Tag("MQTT-3.12.4-1")
  void aPingIsAnswered() {
    RawClient client = broker.connect(V5, "ping");
    client.send(Packets.ping());
    assertThat(client.expect(PINGRESP).content()).isEmpty();
  }

  @Test
  @Tag("MQTT-3.14.1-1")
  @Tag("MQTT-2.1.3-1")
  @Tag("MQTT-3.8.1-1")
  @Tag("MQTT-3.6.1-1")
  @Tag("MQTT-3.10.1-1")
  @Tag("MQTT-3.15.1-1")
  @Tag("MQTT-3.3.1-4")
  @Tag("MQTT-4.13.2-1")
  @Tag("MQTT-3.14.2-1")
  void malformedPacketsEndTheConnectionWithTheReason() {
    byte[][] malformed = {
      {(byte) 0xE1, 0},
      Packets.packet(0x80, bytes().two(1).properties(bytes()).text("a").octet(0)),
      Packets.packet(0x60, bytes().two(1)),
      Packets.packet(0xA0, bytes().two(1).properties(bytes()).text("a")),
      Packets.packet(0xF1, bytes().octet(0x19)),
      Packets.packet(0x36, bytes().text("a").two(1).properties(bytes())),
      Packets.packet(0x30, bytes().text("a/#").properties(bytes())),
      Packets.packet(0x32, bytes().text("a").two(0).properties(bytes())),
      Packets.packet(0x82, bytes().two(1).properties(bytes()).text("a#").octet(0)),
    };
    long before = broker.malformed();
    for (byte[] packet : malformed) {
      RawClient client = broker.connect(V5, "malformed");
      client.send(packet);
      Packet goodbye = client.expect(RawClient.DISCONNECT);
      assertThat(goodbye.octet(0)).isIn(0x81, 0x82, 0x90, 0x8F);
      client.expectEnd();
      if (packet[0] == (byte) 0xF1) {
        continue;
      }
      RawClient old = broker.connect(V311, "malformed");
      old.send(packet);
      old.expectEnd();
    }
    assertThat(broker.malformed()).isGreaterThan(before + malformed.length);
    broker.connect(V311, "lives-on").expectNothing();
  }

  @Test
  @Tag("MQTT-3.8.3-4")
  @Tag("MQTT-4.8.2-1")
  @Tag("MQTT-4.8.2-2")
  void sharesThatCannotBeAreRefused() {
    for (String filter : new String[] {"$share//x", "$share/g", "$share/g/", "$share/g+/x"}) {
      RawClient client = broker.connect(V5, "shares");
      client.send(Packets.subscribe(V5, 1, filter, 1));
      Packet answer = client.read();
      assertThat(answer.first()).isIn(SUBACK, RawClient.DISCONNECT);
      assertThat(answer.octet(answer.first() == SUBACK ? answer.content().length - 1 : 0))
          .isIn(0x8F, 0x81);
    }
    RawClient client = broker.connect(V5, "shares");
    client.send(Packets.subscribe(V5, 1, "$share/g/x", 1 | 4));
    client.expectDisconnect(0x82);
  }

  @Test
  @Tag("MQTT-3.2.0-2")
  @Tag("MQTT-3.14.4-1")
  @Tag("MQTT-3.14.4-2")
  void operatorsAndTheShutdownEndConnectionsWithAReason() {
    TestBroker own = new TestBroker();
    RawClient five = RawClient.open(own.port());
    five.version = V5;
    five.send(Packets.connect(V5, "operator").bytes());
    five.expect(CONNACK);
    Thread closing = new Thread(own::shutDown);
    closing.start();
    five.expectDisconnect(0x8B);
    five.close();
    try {
      closing.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
