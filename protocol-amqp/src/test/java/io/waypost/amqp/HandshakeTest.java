package io.waypost.amqp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AuthenticationFailureException;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.LongString;
import com.rabbitmq.client.impl.LongStringHelper;
import io.netty.buffer.Unpooled;
import io.waypost.transport.Sniff;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HandshakeTest {
  @RegisterExtension
  static final TestBroker broker = new TestBroker();

  @Test
  @DisplayName("the broker says what it is and what it can do")
  void serverProperties() throws Exception {
    try (FrameClient client = FrameClient.connect(broker)) {
      client.raw(FrameClient.header(0, 0, 9, 1));

      AMQP.Connection.Start start = client.expect(AMQP.Connection.Start.class);

      assertThat(start.getVersionMajor()).isZero();
      assertThat(start.getVersionMinor()).isEqualTo(9);
      assertThat(start.getMechanisms()).hasToString("PLAIN AMQPLAIN");
      Map<String, Object> properties = start.getServerProperties();
      assertThat(properties)
          .containsEntry("product", text("Waypost"))
          .containsEntry("version", text("0.0.0"))
          .containsKeys("platform", "copyright", "information", "cluster_name");
      assertThat(properties.get("capabilities"))
          .isEqualTo(Map.of(
              "publisher_confirms", true,
              "exchange_exchange_bindings", true,
              "basic.nack", true,
              "consumer_cancel_notify", true,
              "connection.blocked", true,
              "consumer_priorities", true,
              "authentication_failure_close", true,
              "per_consumer_qos", true,
              "direct_reply_to", true));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "65,77,81,80,3,1,0,0",
    "65,77,81,80,0,1,0,0",
    "65,77,81,80,0,0,9,2",
    "71,69,84,32,47,32,72,84"
  })
  @DisplayName("[4.2.2] another protocol's header is answered with ours and the end")
  void otherProtocol(int a, int b, int c, int d, int e, int f, int g, int h) throws IOException {
    try (FrameClient client = FrameClient.connect(broker)) {
      client.raw(
          new byte[] {(byte) a, (byte) b, (byte) c, (byte) d, (byte) e, (byte) f, (byte) g, (byte) h
          });

      assertThat(client.bytes(8)).isEqualTo(FrameClient.header(0, 0, 9, 1));
      client.expectEnd();
    }
  }

  @Test
  @DisplayName("the header of 0-9 is understood")
  void oldHeader() throws IOException {
    try (FrameClient client = FrameClient.connect(broker)) {
      client.raw(FrameClient.header(1, 1, 0, 9));

      assertThat(client.method()).isInstanceOf(AMQP.Connection.Start.class);
    }
  }

  @Test
  @DisplayName("AMQPLAIN logs in")
  void amqplain() throws IOException {
    try (FrameClient client = FrameClient.greet(broker)) {
      byte[] response = {
        5, 'L', 'O', 'G', 'I', 'N', 'S', 0, 0, 0, 5, 'g', 'u', 'e', 's', 't', 8, 'P', 'A', 'S', 'S',
        'W', 'O', 'R', 'D', 'S', 0, 0, 0, 5, 'g', 'u', 'e', 's', 't'
      };
      client.send(0, FrameClient.startOk("AMQPLAIN", response));

      assertThat(client.method()).isInstanceOf(AMQP.Connection.Tune.class);
    }
  }

  @Test
  @DisplayName("a wrong password is answered with 403 and a reason")
  void wrongPassword() {
    ConnectionFactory factory = broker.factory();
    factory.setPassword("wrong");

    assertThatThrownBy(() -> broker.connect(factory))
        .isInstanceOf(AuthenticationFailureException.class)
        .hasMessage("ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN. "
            + "For details see the broker logfile.");
  }

  @Test
  @DisplayName(
      "a wrong password only ends the connection of a client that does not ask for reasons")
  void wrongPasswordUntold() throws IOException {
    try (FrameClient client = FrameClient.greet(broker)) {
      byte[] response = "\0guest\0wrong".getBytes(StandardCharsets.UTF_8);
      client.send(0, FrameClient.startOk("PLAIN", response));

      client.expectEnd();
    }
  }

  @Test
  @DisplayName("a mechanism that is not offered is answered with 503")
  void unknownMechanism() throws IOException {
    try (FrameClient client = FrameClient.greet(broker)) {
      client.send(0, FrameClient.startOk("EXTERNAL", new byte[0]));

      client.expectConnectionClose(
          503, "COMMAND_INVALID - unknown authentication mechanism 'EXTERNAL'");
    }
  }

  @ParameterizedTest
  @CsvSource({"PLAIN, guest", "AMQPLAIN, guest"})
  @DisplayName("a malformed SASL response is answered with 502")
  void malformedResponse(String mechanism, String response) throws IOException {
    try (FrameClient client = FrameClient.greet(broker)) {
      client.send(0, FrameClient.startOk(mechanism, response.getBytes(StandardCharsets.UTF_8)));

      client.expectConnectionClose(502, "SYNTAX_ERROR - malformed " + mechanism + " response");
    }
  }

  @Test
  @DisplayName("an unknown virtual host is answered with 530")
  void unknownVirtualHost() throws IOException {
    try (FrameClient client = FrameClient.login(broker)) {
      client.send(0, new AMQP.Connection.TuneOk.Builder().build());
      client.send(0, new AMQP.Connection.Open.Builder().virtualHost("nope").build());

      client.expectConnectionClose(530, "NOT_ALLOWED - vhost nope not found");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "131073, 10, negotiated frame_max = 131073 is higher than the maximum allowed value (131072)",
    "4095, 10, negotiated frame_max = 4095 is lower than the minimum allowed value (4096)",
    "4096, 2048, negotiated channel_max = 2048 is higher than the maximum allowed value (2047)",
  })
  @DisplayName("[1.4.2.6] limits beyond those proposed are answered with 530")
  void badTuning(int frameMax, int channelMax, String text) throws IOException {
    try (FrameClient client = FrameClient.login(broker)) {
      client.send(
          0,
          new AMQP.Connection.TuneOk.Builder()
              .frameMax(frameMax)
              .channelMax(channelMax)
              .build());

      client.expectConnectionClose(530, "NOT_ALLOWED - " + text);
    }
  }

  @Test
  @DisplayName("the limits of the broker hold for a client that asks for none")
  void tuning() throws Exception {
    Connection connection = broker.connect();

    assertThat(connection.getFrameMax()).isEqualTo(131072);
    assertThat(connection.getChannelMax()).isEqualTo(2047);
    assertThat(connection.getHeartbeat()).isEqualTo(60);
  }

  @Test
  @DisplayName("methods out of their order are answered with 504")
  void outOfOrder() throws IOException {
    try (FrameClient client = FrameClient.greet(broker)) {
      client.send(0, new AMQP.Connection.Open.Builder().virtualHost("/").build());
      client.expectConnectionClose(504, "CHANNEL_ERROR - unexpected method 'connection.open'");
    }
    try (FrameClient client = FrameClient.login(broker)) {
      client.send(1, new AMQP.Channel.Open.Builder().build());
      client.expectConnectionClose(504, "CHANNEL_ERROR - the connection is not open yet");
    }
  }

  @Test
  @DisplayName("a client may say goodbye before it is in")
  void earlyGoodbye() throws IOException {
    try (FrameClient client = FrameClient.greet(broker)) {
      client.send(0, new AMQP.Connection.Close.Builder().replyCode(200).build());

      assertThat(client.method()).isInstanceOf(AMQP.Connection.CloseOk.class);
      client.expectEnd();
    }
  }

  @Test
  @DisplayName("the connection's name and the client's properties reach the operators")
  void clientProperties() throws Exception {
    ConnectionFactory factory = broker.factory();
    try (Connection connection = factory.newConnection("my name")) {
      assertThat(connection.isOpen()).isTrue();
      assertThat(broker.broker().inspector().connections()).anySatisfy(info -> {
        assertThat(info.client().clientId()).isEqualTo("my name");
        assertThat(info.client().protocolVersion()).isEqualTo("0-9-1");
        assertThat(info.client().mechanism()).isEqualTo("PLAIN");
        assertThat(info.user()).isEqualTo("guest");
      });
    }
  }

  @Test
  @DisplayName("the first bytes tell AMQP from other protocols")
  void sniff() {
    AmqpProtocol protocol = new AmqpProtocol();

    assertThat(protocol.sniff(Unpooled.copiedBuffer("A", StandardCharsets.US_ASCII)))
        .isEqualTo(Sniff.NEED_MORE);
    assertThat(protocol.sniff(Unpooled.copiedBuffer("AMQP", StandardCharsets.US_ASCII)))
        .isEqualTo(Sniff.YES);
    assertThat(protocol.sniff(Unpooled.copiedBuffer("AMQP\0\0", StandardCharsets.US_ASCII)))
        .isEqualTo(Sniff.YES);
    assertThat(protocol.sniff(Unpooled.copiedBuffer("AB", StandardCharsets.US_ASCII)))
        .isEqualTo(Sniff.NO);
  }

  private static LongString text(String text) {
    return LongStringHelper.asLongString(text);
  }
}
