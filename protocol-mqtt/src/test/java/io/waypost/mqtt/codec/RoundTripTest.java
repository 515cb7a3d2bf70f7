package io.waypost.mqtt.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttEncoder;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.BinaryProperty;
import io.netty.handler.codec.mqtt.MqttProperties.IntegerProperty;
import io.netty.handler.codec.mqtt.MqttProperties.StringProperty;
import io.netty.handler.codec.mqtt.MqttProperties.UserProperty;
import io.netty.handler.codec.mqtt.MqttPubReplyMessageVariableHeader;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttReasonCodeAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttReasonCodes;
import io.netty.handler.codec.mqtt.MqttSubscriptionOption;
import io.netty.handler.codec.mqtt.MqttSubscriptionOption.RetainedHandlingPolicy;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Netty's encoder as a client, and its decoder as a judge: both understand what this codec does. */
class RoundTripTest {
  @ParameterizedTest
  @EnumSource
  @DisplayName("what a client encodes is read as it was meant, and as Netty's own decoder reads it")
  void clientsPackets(MqttVersion version) {
    EmbeddedChannel client = new EmbeddedChannel(MqttEncoder.INSTANCE);
    EmbeddedChannel ours = new EmbeddedChannel(new PacketDecoder(100_000));
    EmbeddedChannel netty = new EmbeddedChannel(new MqttDecoder());
    List<MqttMessage> messages = clientMessages(version);

    for (MqttMessage message : messages) {
      String type = message.fixedHeader().messageType().toString();
      client.writeOutbound(message);
      ByteBuf encoded = client.readOutbound();
      ours.writeInbound(encoded.copy());
      netty.writeInbound(encoded);
      Object read = ours.readInbound();
      MqttMessage asNetty = netty.readInbound();

      assertThat(asNetty.decoderResult().isSuccess()).as(type).isTrue();
      assertThat(Description.of(read)).isEqualTo(Description.of(asNetty)).startsWith(type);
      assertThat(read).isInstanceOf(asNetty.getClass());
      ReferenceCountUtil.release(read);
      ReferenceCountUtil.release(asNetty);
    }
    client.finishAndReleaseAll();
    ours.finishAndReleaseAll();
    netty.finishAndReleaseAll();
  }

  private static List<MqttMessage> clientMessages(MqttVersion version) {
    boolean five = version == MqttVersion.MQTT_5;
    List<MqttMessage> all = new ArrayList<>();
    all.add(MqttMessageBuilders.connect()
        .protocolVersion(version)
        .clientId("client")
        .cleanSession(true)
        .keepAlive(77)
        .properties(of(
            new IntegerProperty(MqttProperties.SESSION_EXPIRY_INTERVAL, -1),
            new IntegerProperty(MqttProperties.RECEIVE_MAXIMUM, 65_535),
            new UserProperty("a", "1"),
            new UserProperty("a", "2")))
        .willFlag(true)
        .willQoS(MqttQoS.EXACTLY_ONCE)
        .willRetain(true)
        .willTopic("will/ü")
        .willMessage(new byte[] {1, 2})
        .willProperties(of(new IntegerProperty(MqttProperties.WILL_DELAY_INTERVAL, 5)))
        .username("user")
        .password(new byte[] {0, -1})
        .build());
    for (int qos = 0; qos < 3; qos++) {
      all.add(MqttMessageBuilders.publish()
          .topicName("a/💡/" + qos)
          .qos(MqttQoS.valueOf(qos))
          .retained(qos == 1)
          .messageId(qos == 0 ? 0 : 65_535)
          .properties(of(
              new BinaryProperty(MqttProperties.CORRELATION_DATA, new byte[] {9}),
              new StringProperty(MqttProperties.RESPONSE_TOPIC, "reply"),
              new IntegerProperty(MqttProperties.PAYLOAD_FORMAT_INDICATOR, 1),
              new IntegerProperty(MqttProperties.TOPIC_ALIAS, 3)))
          .payload(Unpooled.wrappedBuffer(new byte[qos * 1000]))
          .build());
    }
    all.add(MqttMessageBuilders.subscribe()
        .messageId(4)
        .addSubscription(MqttQoS.AT_LEAST_ONCE, "a/+")
        .addSubscription(
            "$share/g/#",
            new MqttSubscriptionOption(
                MqttQoS.EXACTLY_ONCE,
                five,
                five,
                five
                    ? RetainedHandlingPolicy.DONT_SEND_AT_SUBSCRIBE
                    : RetainedHandlingPolicy.SEND_AT_SUBSCRIBE))
        .properties(of(new IntegerProperty(MqttProperties.SUBSCRIPTION_IDENTIFIER, 128)))
        .build());
    all.add(MqttMessageBuilders.unsubscribe()
        .messageId(5)
        .addTopicFilter("a/+")
        .addTopicFilter("b")
        .properties(of(new UserProperty("k", "v")))
        .build());
    for (MqttMessageType type : List.of(
        MqttMessageType.PUBACK,
        MqttMessageType.PUBREC,
        MqttMessageType.PUBREL,
        MqttMessageType.PUBCOMP)) {
      all.add(reply(type, 0, MqttProperties.NO_PROPERTIES));
      if (five) {
        int code = type == MqttMessageType.PUBACK || type == MqttMessageType.PUBREC ? 0x87 : 0x92;
        all.add(reply(type, code, MqttProperties.NO_PROPERTIES));
        all.add(reply(type, code, of(new StringProperty(MqttProperties.REASON_STRING, "no"))));
      }
    }
    all.add(MqttMessage.PINGREQ);
    if (five) {
      all.add(MqttMessageBuilders.auth()
          .reasonCode((byte) 0x19)
          .properties(of(new StringProperty(MqttProperties.AUTHENTICATION_METHOD, "m")))
          .build());
      all.add(MqttMessageBuilders.disconnect().reasonCode((byte) 4).build());
    }
    all.add(MqttMessage.DISCONNECT);
    return all;
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName(
      "Netty's encoder behind the decoder answers in the version of the CONNECT, in the size foretold")
  void serversPackets(MqttVersion version) {
    boolean five = version == MqttVersion.MQTT_5;
    EmbeddedChannel server = new EmbeddedChannel(new PacketDecoder(100_000), MqttEncoder.INSTANCE);
    server.writeInbound(Unpooled.wrappedBuffer(Sample.of(version).get(0).packet()));
    EmbeddedChannel client = new EmbeddedChannel(MqttEncoder.INSTANCE, new MqttDecoder());
    client.writeOutbound(
        MqttMessageBuilders.connect().protocolVersion(version).clientId("c").build());

    // The client's decoder learns the version as the server's encoder does: from the channel.
    for (MqttMessage message : serverMessages(five)) {
      server.writeOutbound(message);
      ByteBuf encoded = server.readOutbound();
      if (five) {
        assertThat(PacketSizes.of(message))
            .as("%s", message.fixedHeader().messageType())
            .isEqualTo(encoded.readableBytes());
      }
      client.writeInbound(encoded);
      MqttMessage read = client.readInbound();

      assertThat(read.decoderResult().isSuccess())
          .as("%s: %s", message.fixedHeader().messageType(), read.decoderResult())
          .isTrue();
      assertThat(read.fixedHeader().messageType())
          .isEqualTo(message.fixedHeader().messageType());
      if (read instanceof MqttConnAckMessage connAck) {
        assertThat(connAck.variableHeader().properties().isEmpty()).isEqualTo(!five);
      }
    }
    server.finishAndReleaseAll();
    client.finishAndReleaseAll();
  }

  private static List<MqttMessage> serverMessages(boolean five) {
    StringProperty why = new StringProperty(MqttProperties.REASON_STRING, "wärum");
    UserProperty user = new UserProperty("k", "v".repeat(200));
    List<MqttMessage> all = new ArrayList<>();
    all.add(MqttMessageBuilders.connAck()
        .returnCode(MqttConnectReturnCode.CONNECTION_ACCEPTED)
        .sessionPresent(true)
        .properties(of(
            new IntegerProperty(MqttProperties.MAXIMUM_PACKET_SIZE, 1000),
            new IntegerProperty(MqttProperties.SERVER_KEEP_ALIVE, 60),
            new IntegerProperty(MqttProperties.RETAIN_AVAILABLE, 1),
            new StringProperty(MqttProperties.ASSIGNED_CLIENT_IDENTIFIER, "id"),
            new BinaryProperty(MqttProperties.AUTHENTICATION_DATA, new byte[3]),
            user))
        .build());
    all.add(MqttMessageBuilders.subAck()
        .packetId(1)
        .addGrantedQoses(MqttQoS.AT_MOST_ONCE, MqttQoS.EXACTLY_ONCE)
        .properties(of(why, user))
        .build());
    all.add(MqttMessageBuilders.unsubAck()
        .packetId(1)
        .addReasonCodes((short) 0, (short) 0x11)
        .properties(of(why))
        .build());
    for (MqttMessageType type : List.of(
        MqttMessageType.PUBACK,
        MqttMessageType.PUBREC,
        MqttMessageType.PUBREL,
        MqttMessageType.PUBCOMP)) {
      all.add(reply(type, 0, MqttProperties.NO_PROPERTIES));
      all.add(reply(type, 0x92, MqttProperties.NO_PROPERTIES));
      all.add(reply(type, 0, of(why, user, new UserProperty("x", "y"))));
    }
    all.add(MqttMessage.PINGRESP);
    if (five) {
      all.add(
          MqttMessageBuilders.auth().reasonCode((byte) 0x18).properties(of(why)).build());
    }
    all.add(new MqttMessage(
        header(MqttMessageType.DISCONNECT),
        new MqttReasonCodeAndPropertiesVariableHeader(
            MqttReasonCodes.Disconnect.SESSION_TAKEN_OVER.byteValue(),
            five ? of(why) : MqttProperties.NO_PROPERTIES)));
    all.add(MqttMessage.DISCONNECT);
    return all;
  }

  private static MqttMessage reply(MqttMessageType type, int code, MqttProperties properties) {
    return new MqttMessage(
        header(type), new MqttPubReplyMessageVariableHeader(7, (byte) code, properties));
  }

  private static MqttFixedHeader header(MqttMessageType type) {
    MqttQoS qos = type == MqttMessageType.PUBREL ? MqttQoS.AT_LEAST_ONCE : MqttQoS.AT_MOST_ONCE;
    return new MqttFixedHeader(type, false, qos, false, 0);
  }

  private static MqttProperties of(MqttProperties.MqttProperty<?>... all) {
    MqttProperties properties = new MqttProperties();
    for (MqttProperties.MqttProperty<?> property : all) {
      properties.add(property);
    }
    return properties;
  }
}
