package io.waypost.mqtt.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.mqtt.MqttEncoder;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttPublishVariableHeader;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class PublishWriterTest {
  private static final byte[] NONE = {};

  private final ByteBuf out = Unpooled.buffer();

  static Stream<Arguments> packets() {
    return Arrays.stream(MqttVersion.values())
        .flatMap(version -> IntStream.range(0, 3)
            .boxed()
            .flatMap(
                qos -> IntStream.of(0, 1, 100, 115, 116, 117, 16_370, 16_375, 16_380, 2_097_140)
                    .mapToObj(payload -> Arguments.of(version, qos, payload))));
  }

  @ParameterizedTest
  @MethodSource("packets")
  @DisplayName("[3.3] a packet is that of Netty's encoder, in the size foretold")
  void asNettyDoes(MqttVersion version, int qos, int payload) {
    boolean dup = qos > 0;
    boolean retain = qos != 1;
    MqttProperties properties = new MqttProperties();
    properties.add(new MqttProperties.StringProperty(MqttProperties.CONTENT_TYPE, "text"));
    PropertyWriter own = new PropertyWriter();
    own.text(MqttProperties.CONTENT_TYPE, "text");
    byte[] body = new byte[payload];
    Arrays.fill(body, (byte) 'x');
    PublishContent content =
        new PublishContent("a/ü".getBytes(StandardCharsets.UTF_8), own.take(), body);
    PublishWriter writer = new PublishWriter(version);
    int first = PublishWriter.firstByte(qos, retain, dup);

    writer.write(out, content, first, 7);

    assertThat(out.readableBytes()).isEqualTo(writer.size(content, first));
    ByteBuf expected = netty(
        version,
        new MqttPublishMessage(
            new MqttFixedHeader(MqttMessageType.PUBLISH, dup, MqttQoS.valueOf(qos), retain, 0),
            new MqttPublishVariableHeader("a/ü", qos == 0 ? -1 : 7, properties),
            Unpooled.wrappedBuffer(body)));
    assertThat(ByteBufUtil.getBytes(out)).isEqualTo(ByteBufUtil.getBytes(expected));
    expected.release();
  }

  private static ByteBuf netty(MqttVersion version, MqttPublishMessage message) {
    EmbeddedChannel channel = new EmbeddedChannel(MqttEncoder.INSTANCE);
    channel.writeOutbound(
        MqttMessageBuilders.connect().protocolVersion(version).clientId("c").build());
    ByteBuf connect = channel.readOutbound();
    connect.release();
    channel.writeOutbound(message);
    ByteBuf encoded = channel.readOutbound();
    channel.finishAndReleaseAll();
    return encoded;
  }

  @Test
  @DisplayName(
      "[3.3.2.3] receivers of one content differ in identifier, alias, topic and own properties")
  void receivers() {
    PropertyWriter properties = new PropertyWriter();
    assertThat(properties.user("k", "v")).isTrue();
    PublishContent content = new PublishContent(
        "a/b".getBytes(StandardCharsets.UTF_8), properties.take(), new byte[] {1, 2});
    byte[] subscriptions = properties
        .integer(MqttProperties.SUBSCRIPTION_IDENTIFIER, 1)
        .integer(MqttProperties.SUBSCRIPTION_IDENTIFIER, 300)
        .take();
    PublishWriter writer = new PublishWriter(MqttVersion.MQTT_5);
    int first = PublishWriter.firstByte(1, false, false);

    expect(writer, content, first, NONE, 0, true, "32110003612f6200090726 00016b 000176 0102");
    expect(
        writer,
        content,
        first,
        subscriptions,
        0,
        true,
        "32160003612f620009 0c 0b01 0bac02 26 00016b 000176 0102");
    expect(
        writer,
        content,
        first,
        NONE,
        5,
        true,
        "32140003612f620009 0a 230005 26 00016b 000176 0102");
    expect(
        writer,
        content,
        first,
        subscriptions,
        5,
        false,
        "32160000 0009 0f 230005 0b01 0bac02 26 00016b 000176 0102");
    expect(
        new PublishWriter(MqttVersion.MQTT_3_1_1),
        content,
        first,
        subscriptions,
        5,
        false,
        "32090003612f620009 0102");
  }

  private void expect(
      PublishWriter writer,
      PublishContent content,
      int first,
      byte[] own,
      int alias,
      boolean withTopic,
      String hex) {
    out.clear();
    writer.write(out, content, first, 9, own, alias, withTopic);

    assertThat(ByteBufUtil.hexDump(out)).isEqualTo(hex.replace(" ", ""));
    assertThat(writer.size(content, first, own, alias, withTopic)).isEqualTo(out.readableBytes());
    int size = out.readableBytes();
    out.clear();
    writer.writeHead(out, content, first, 9, own, alias, withTopic);
    assertThat(out.readableBytes()).isEqualTo(size - 2);
    assertThat(hex.replace(" ", "")).startsWith(ByteBufUtil.hexDump(out));
  }

  @Test
  @DisplayName(
      "[MQTT-1.5.4-2] properties that MQTT cannot carry are left out, the others stay in order")
  void properties() {
    PropertyWriter writer = new PropertyWriter();
    String tooLong = "x".repeat(65_536);

    assertThat(writer.text(MqttProperties.CONTENT_TYPE, "a\u0000b")).isFalse();
    assertThat(writer.text(MqttProperties.CONTENT_TYPE, tooLong)).isFalse();
    assertThat(writer.user("k", "\u0000")).isFalse();
    assertThat(writer.user(tooLong, "v")).isFalse();
    assertThat(writer.binary(MqttProperties.CORRELATION_DATA, new byte[65_536])).isFalse();
    assertThat(writer.take()).isEmpty();

    assertThat(writer.user("b", "2")).isTrue();
    assertThat(writer.user("a", "1")).isTrue();
    assertThat(writer.binary(MqttProperties.CORRELATION_DATA, new byte[] {7})).isTrue();
    assertThat(writer.text(MqttProperties.RESPONSE_TOPIC, "\uD800")).isTrue();
    writer
        .integer(MqttProperties.PAYLOAD_FORMAT_INDICATOR, 1)
        .integer(MqttProperties.PUBLICATION_EXPIRY_INTERVAL, -1)
        .integer(MqttProperties.TOPIC_ALIAS, 65_535);
    assertThat(writer.take())
        .isEqualTo(
            Wire.hex("26000162000132 26000161000131 09000107 0800013f 0101 02ffffffff 23ffff"));
    assertThatIllegalArgumentException().isThrownBy(() -> writer.integer(0x7F, 1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> writer.integer(MqttProperties.CONTENT_TYPE, 1));
  }

  @Test
  @DisplayName("a topic that is too long cannot be written")
  void tooLong() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PublishContent.of("x".repeat(65_536), NONE));
    assertThat(PublishContent.of("x".repeat(65_535), NONE).topic()).hasSize(65_535);
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("[3.4] [3.6] [3.13] short packets are those of Netty's encoder")
  void shortPackets(MqttVersion version) {
    ShortPackets.acknowledge(out, version, MqttMessageType.PUBACK, 0xABCD, 0);
    ShortPackets.acknowledge(out, version, MqttMessageType.PUBREC, 1, 0x97);
    ShortPackets.acknowledge(out, version, MqttMessageType.PUBREL, 0xFFFF, 0);
    ShortPackets.acknowledge(out, version, MqttMessageType.PUBCOMP, 2, 0x92);
    ShortPackets.pingResponse(out);

    assertThat(ByteBufUtil.hexDump(out))
        .isEqualTo(
            version == MqttVersion.MQTT_5
                ? "4002abcd" + "5003000197" + "6202ffff" + "7003000292" + "d000"
                : "4002abcd" + "50020001" + "6202ffff" + "70020002" + "d000");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ShortPackets.acknowledge(out, version, MqttMessageType.SUBACK, 1, 0));
  }
}
