package io.waypost.mqtt;

import static io.waypost.mqtt.Packets.V5;
import static io.waypost.mqtt.Packets.bytes;
import static io.waypost.mqtt.RawClient.CONNACK;
import static io.waypost.mqtt.RawClient.DISCONNECT;
import static org.assertj.core.api.Assertions.assertThat;

import com.ongres.scram.common.ScramFunctions;
import com.ongres.scram.common.ScramMechanism;
import com.ongres.scram.common.StringPreparation;
import io.waypost.broker.Permissions;
import io.waypost.mqtt.RawClient.Packet;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class AuthenticationTest {
  private static final ScramMechanism MECHANISM = ScramMechanism.SCRAM_SHA_256;
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

  /** The client's side of one exchange. */
  private static final class Exchange {
    private final String bare;
    private final String password;
    private String authMessage = "";
    private byte[] salted = {};

    Exchange(String user, String password) {
      this.bare = "n=" + user + ",r=" + Integer.toHexString(System.identityHashCode(this)) + "abc";
      this.password = password;
    }

    byte[] first() {
      return ("n,," + bare).getBytes(StandardCharsets.UTF_8);
    }

    byte[] proof(String challenge) {
      String[] parts = challenge.split(",", 3);
      byte[] salt = Base64.getDecoder().decode(parts[1].substring(2));
      int iterations = Integer.parseInt(parts[2].substring(2));
      salted = ScramFunctions.saltedPassword(
          MECHANISM, StringPreparation.SASL_PREPARATION, password.toCharArray(), salt, iterations);
      String last = "c=biws," + parts[0];
      authMessage = bare + "," + challenge + "," + last;
      byte[] clientKey = ScramFunctions.clientKey(MECHANISM, salted);
      byte[] signature = ScramFunctions.clientSignature(
          MECHANISM, ScramFunctions.storedKey(MECHANISM, clientKey), authMessage);
      byte[] proof = ScramFunctions.clientProof(clientKey, signature);
      return (last + ",p=" + Base64.getEncoder().encodeToString(proof))
          .getBytes(StandardCharsets.UTF_8);
    }

    /** What proves the server. */
    String signature() {
      return "v="
          + Base64.getEncoder()
              .encodeToString(ScramFunctions.serverSignature(
                  MECHANISM, ScramFunctions.serverKey(MECHANISM, salted), authMessage));
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

  private static RawClient begin(Exchange exchange) {
    RawClient client = broker.socket();
    client.version = V5;
    client.send(Packets.connect(V5, "scram-client")
        .properties(properties(exchange.first()))
        .bytes());
    return client;
  }

  private static RawClient connect(Exchange exchange) {
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
    RawClient client = connect(new Exchange("scram", "pencil"));
    client.subscribe("scr/am", 0);
    client.send(Packets.publish(V5, "scr/am", "in", 0, 0, 0));
    assertThat(client.publish().payload()).isEqualTo("in");
  }

  @Test
  @Tag("MQTT-4.12.0-4")
  void whoeverProvesNothingIsRefused() {
    for (Exchange wrong :
        new Exchange[] {new Exchange("scram", "pen"), new Exchange("nobody", "pencil")}) {
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
    RawClient early = begin(new Exchange("scram", "pencil"));
    early.expect(AUTH);
    early.send(auth(ANEW, new byte[0]));
    early.expectRefused(0x82);
  }

  @Test
  @Tag("MQTT-4.12.1-1")
  void aClientAuthenticatesAnewWhileItGoesOn() {
    RawClient client = connect(new Exchange("scram", "pencil"));
    Exchange again = new Exchange("scram", "pencil");
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
    RawClient client = connect(new Exchange("scram", "pencil"));
    Exchange wrong = new Exchange("scram", "wrong");
    client.send(auth(ANEW, wrong.first()));
    client.send(auth(GO_ON, wrong.proof(data(client.expect(AUTH)))));
    client.expectDisconnect(0x87);

    RawClient second = connect(new Exchange("scram", "pencil"));
    Exchange other = new Exchange("other", "pencil");
    second.send(auth(ANEW, other.first()));
    second.send(auth(GO_ON, other.proof(data(second.expect(AUTH)))));
    second.expectDisconnect(0x87);

    RawClient third = connect(new Exchange("scram", "pencil"));
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
