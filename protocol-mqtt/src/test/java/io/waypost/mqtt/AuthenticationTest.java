package io.waypost.mqtt;

import static io.waypost.mqtt.Packets.V5;
import static io.waypost.mqtt.Packets.bytes;
import static io.waypost.mqtt.RawClient.CONNACK;
import static io.waypost.mqtt.RawClient.DISCONNECT;
import static org.assertj.core.api.Assertions.assertThat;

import io.waypost.broker.Permissions;
import io.waypost.mqtt.RawClient.Packet;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class AuthenticationTest {
  private static final String METHOD = "SCRAM-SHA-256";
  private static final int AUTH = 0xF0;
  private static final int GO_ON = 0x18;
  private static final int ANEW = 0x19;

  @RegisterExtension
  static final TestBroker broker = new TestBroker();

  @BeforeAll
  static void users() {
    for (String user : new String[] {"scram", "other"}) {
      broker
          .administration()
          .putUser(user, "pencil", Set.of())
          .toCompletableFuture()
          .join();
      broker
          .administration()
          .putPermissions("/", user, new Permissions(".*", ".*", ".*"))
          .toCompletableFuture()
          .join();
    }
  }

  private static Packets.Bytes properties(byte[] data) {
    return bytes().octet(0x15).text(METHOD).octet(0x16).binary(data);
  }

  private static byte[] auth(int reason, byte[] data) {
    return Packets.packet(AUTH, bytes().octet(reason).properties(properties(data)));
  }

  /** The authentication data of a packet; its method is the one that was asked for. */
  private static String data(Packet packet) {
    String all = new String(packet.content(), StandardCharsets.ISO_8859_1);
    int method = all.indexOf(METHOD);
    assertThat(method).as("authentication method").isPositive();
    for (int at = 2; at < packet.content().length - 3; at++) {
      if (packet.octet(at) == 0x16 && (at > method || at < method - 3)) {
        int length = ByteBuffer.wrap(packet.content(), at + 1, 2).getShort();
        return all.substring(at + 3, at + 3 + length);
      }
    }
    throw new AssertionError("no authentication data");
  }

  private static RawClient begin(ScramClient exchange) {
    RawClient client = broker.socket();
    client.version = V5;
    client.send(Packets.connect(V5, "scram-client")
        .properties(properties(exchange.first()))
        .bytes());
    return client;
  }

  private static RawClient connect(ScramClient exchange) {
    RawClient client = begin(exchange);
    Packet challenge = client.expect(AUTH);
    assertThat(challenge.octet(0)).isEqualTo(GO_ON);
    client.send(auth(GO_ON, exchange.proof(data(challenge))));
    Packet connAck = client.expect(CONNACK);
    assertThat(connAck.octet(1)).isZero();
    assertThat(data(connAck)).isEqualTo(exchange.signature());
    return client;
  }

  @Test
  @Tag("MQTT-4.12.0-2")
  @Tag("MQTT-4.12.0-5")
  void aClientProvesItsPasswordWithoutSayingIt() {
    RawClient client = connect(new ScramClient("scram", "pencil"));
    client.subscribe("scr/am", 0);
    client.send(Packets.publish(V5, "scr/am", "in", 0, 0, 0));
    assertThat(client.publish().payload()).isEqualTo("in");
  }

  @Test
  @Tag("MQTT-4.12.0-4")
  void whoeverProvesNothingIsRefused() {
    for (ScramClient wrong :
        new ScramClient[] {new ScramClient("scram", "pen"), new ScramClient("nobody", "pencil")}) {
      RawClient client = begin(wrong);
      Packet challenge = client.expect(AUTH);
      client.send(auth(GO_ON, wrong.proof(data(challenge))));
      client.expectRefused(0x87);
    }
    RawClient senseless = broker.socket();
    senseless.send(Packets.connect(V5, "x")
        .properties(properties("nonsense".getBytes(StandardCharsets.UTF_8)))
        .bytes());
    senseless.expectRefused(0x87);
    RawClient early = begin(new ScramClient("scram", "pencil"));
    early.expect(AUTH);
    early.send(auth(ANEW, new byte[0]));
    early.expectRefused(0x82);
  }

  @Test
  @Tag("MQTT-4.12.1-1")
  void aClientAuthenticatesAnewWhileItGoesOn() {
    RawClient client = connect(new ScramClient("scram", "pencil"));
    ScramClient again = new ScramClient("scram", "pencil");
    client.send(auth(ANEW, again.first()));
    Packet challenge = client.expect(AUTH);
    client.send(Packets.ping());
    client.expect(RawClient.PINGRESP);
    client.send(auth(GO_ON, again.proof(data(challenge))));
    Packet done = client.expect(AUTH);
    assertThat(done.octet(0)).isZero();
    assertThat(data(done)).isEqualTo(again.signature());
    client.expectNothing();
  }

  @Test
  @Tag("MQTT-4.12.1-2")
  void aSecondAuthenticationThatFailsEndsTheConnection() {
    RawClient client = connect(new ScramClient("scram", "pencil"));
    ScramClient wrong = new ScramClient("scram", "wrong");
    client.send(auth(ANEW, wrong.first()));
    client.send(auth(GO_ON, wrong.proof(data(client.expect(AUTH)))));
    client.expectDisconnect(0x87);

    RawClient second = connect(new ScramClient("scram", "pencil"));
    ScramClient other = new ScramClient("other", "pencil");
    second.send(auth(ANEW, other.first()));
    second.send(auth(GO_ON, other.proof(data(second.expect(AUTH)))));
    second.expectDisconnect(0x87);

    RawClient third = connect(new ScramClient("scram", "pencil"));
    third.send(
        Packets.packet(AUTH, bytes().octet(ANEW).properties(bytes().octet(0x15).text("OTHER"))));
    assertThat(third.expect(DISCONNECT).octet(0)).isEqualTo(0x82);
  }

  @Test
  @Tag("MQTT-4.12.0-6")
  void whoeverNamesNoMethodIsNotAskedToAuthenticate() {
    RawClient client = broker.socket();
    client.version = V5;
    client.send(Packets.connect(V5, "no-method").bytes());
    Packet connAck = client.expectConnected();
    assertThat(new String(connAck.content(), StandardCharsets.ISO_8859_1)).doesNotContain("SCRAM");
  }
}
