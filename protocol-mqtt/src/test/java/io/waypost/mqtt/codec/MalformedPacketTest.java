package io.waypost.mqtt.codec;

import static io.waypost.mqtt.codec.Wire.bytes;
import static io.waypost.mqtt.codec.Wire.hex;
import static io.waypost.mqtt.codec.Wire.packet;
import static io.waypost.mqtt.codec.Wire.properties;
import static io.waypost.mqtt.codec.Wire.raw;
import static io.waypost.mqtt.codec.Wire.two;
import static io.waypost.mqtt.codec.Wire.variable;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttReasonCodes.Disconnect;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Each packet that breaks a rule of the fixed header, or of what stands where: refused, with the reason. */
class MalformedPacketTest {
  private static final Disconnect MALFORMED = Disconnect.MALFORMED_PACKET;
  private static final Disconnect PROTOCOL = Disconnect.PROTOCOL_ERROR;

  @ParameterizedTest
  @MethodSource("io.waypost.mqtt.codec.Sample#all")
  @Tag("MQTT3-3.1.3-1")
  @Tag("MQTT3-3.1.3-3")
  @DisplayName(
      "[MQTT-2.2.2-1] [MQTT-3.1.3-1] [MQTT-3.1.4-1] [MQTT-3.8.3-2] [MQTT-3.10.3-2] a packet that its length ends too soon")
  void endsTooSoon(Sample sample) {
    for (int length = 0; length <= sample.content.length; length++) {
      byte[] cut = packet(sample.first, Arrays.copyOf(sample.content, length));

      assertThat(reason(sample.before(), cut))
          .as("%s cut after %d bytes", sample, length)
          .isEqualTo(sample.cutAt(length));
    }
  }

  @ParameterizedTest
  @MethodSource("io.waypost.mqtt.codec.Sample#all")
  @Tag("MQTT3-3.1.2-18")
  @Tag("MQTT3-3.1.2-20")
  @DisplayName(
      "[MQTT-3.1.2-16] [MQTT-3.1.2-18] a packet that goes on behind its content is refused")
  void goesOn(Sample sample) {
    byte[] longer = packet(sample.first, sample.content, 0);

    assertThat(reason(sample.before(), longer)).isEqualTo(sample.longer);
  }

  @ParameterizedTest
  @MethodSource("io.waypost.mqtt.codec.Sample#all")
  @Tag("MQTT3-2.2.2-1")
  @Tag("MQTT3-2.2.2-2")
  @DisplayName(
      "[MQTT-2.1.3-1] [MQTT-3.3.1-2] [MQTT-3.3.1-4] [MQTT-3.6.1-1] [MQTT-3.8.1-1] [MQTT-3.10.1-1] [MQTT-3.14.1-1] [MQTT-3.15.1-1] flags")
  void flags(Sample sample) {
    int type = sample.first >> 4;
    for (int flags = 0; flags < 16; flags++) {
      byte[] content = sample.content;
      Disconnect expected = null;
      if (type == MqttMessageType.PUBLISH.value()) {
        int qos = flags >> 1 & 3;
        content = qos == 0 ? bytes("t") : bytes("t", two(7));
        content = sample.version == MqttVersion.MQTT_5 ? bytes(content, properties()) : content;
        expected = qos == 3 || flags >> 1 == 4 ? MALFORMED : null;
      } else if (sample.version == MqttVersion.MQTT_3_1) {
        // Unused flags are no business of a receiver; the QoS of what is acknowledged is.
        boolean acknowledged = Set.of(6, 8, 10).contains(type);
        expected = acknowledged && (flags >> 1 & 3) != 1 ? MALFORMED : null;
      } else if (flags != (sample.first & 0x0F)) {
        expected = MALFORMED;
      }

      assertThat(reason(sample.before(), packet(type << 4 | flags, content)))
          .as("%s with flags %d", sample, flags)
          .isEqualTo(expected);
    }
  }

  static Stream<Arguments> orders() {
    return Arrays.stream(MqttVersion.values())
        .flatMap(version -> IntStream.range(0, 16).mapToObj(type -> Arguments.of(version, type)));
  }

  @ParameterizedTest
  @MethodSource("orders")
  @DisplayName(
      "[MQTT-3.1.0-2] a second CONNECT, what only servers send and what is no type are refused")
  void types(MqttVersion version, int type) {
    Disconnect expected = switch (type) {
      case 0 -> MALFORMED;
      case 1, 2, 9, 11, 13 -> PROTOCOL;
      case 15 -> version == MqttVersion.MQTT_5 ? PROTOCOL : MALFORMED;
      case 12, 14 -> null;
      case 3, 4, 5, 6, 7, 8, 10 -> MALFORMED;
      default -> throw new IllegalStateException();
    };
    int flags = Set.of(6, 8, 10).contains(type) ? 2 : 0;

    Received received = Received.of(version, packet(type << 4 | flags));
    assertThat(received.reason()).isEqualTo(expected);
    if (expected != null) {
      assertThat(received.malformed().type())
          .isEqualTo(type == 0 ? null : MqttMessageType.valueOf(type));
      assertThat(received.malformed().version()).isEqualTo(version);
    }
  }

  @Test
  @DisplayName(
      "[MQTT-3.1.0-1] the first packet is CONNECT, or its first byte is the last that is read")
  void firstPacket() {
    for (int first = 0; first < 256; first++) {
      if (first >> 4 != 1) {
        Received received = new Received(null);
        received.write(bytes(first));
        received.end();

        assertThat(received.malformed().reason()).isEqualTo(first < 16 ? MALFORMED : PROTOCOL);
        assertThat(received.malformed().version()).isNull();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("[2.1.4] a remaining length of five bytes is refused before they have all arrived")
  void remainingLength(MqttVersion version) {
    Received received = new Received(version);
    received.decoder.maxPacketSize(Integer.MAX_VALUE);
    received.write(hex("30 ff ff ff ff"));
    received.end();

    assertThat(received.malformed().reason()).isEqualTo(MALFORMED);
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("[MQTT-1.5.5-1] version 5 demands the shortest remaining length, the others do not")
  void paddedLength(MqttVersion version) {
    Disconnect expected = version == MqttVersion.MQTT_5 ? MALFORMED : null;
    byte[] connect = Sample.of(version).get(0).content;

    assertThat(reason(version, hex("c0 80 00"))).isEqualTo(expected);
    assertThat(reason(version, hex("c0 80 80 80 00"))).isEqualTo(expected);
    assertThat(reason(null, bytes(0x10, connect.length | 0x80, 0x80, 0, connect)))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName(
      "[3.1.2.11.4] a packet over the limit is refused as soon as its fixed header is there")
  void limit(MqttVersion version) {
    byte[] head = version == MqttVersion.MQTT_5 ? bytes("t", properties()) : bytes("t");
    byte[] payload = new byte[200];

    for (int limit = 200; limit < 210; limit++) {
      byte[] publish = packet(0x30, head, payload);
      Received received = new Received(version);
      received.decoder.maxPacketSize(limit);
      received.write(Arrays.copyOf(publish, 3));
      received.write(Arrays.copyOfRange(publish, 3, publish.length));
      received.write(Received.PING);
      received.end();

      assertThat(received.reason())
          .isEqualTo(publish.length > limit ? Disconnect.PACKET_TOO_LARGE : null);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "32, 00017400000070, 000174000070",
    "34, 00017400000070, 000174000070",
    "40, 0000, 0000",
    "50, 0000, 0000",
    "62, 0000, 0000",
    "70, 0000, 0000",
    "82, 00000000017400, 000000017400",
    "a2, 000000000174, 0000000174",
  })
  @DisplayName("[MQTT-2.2.1-3] packet identifier 0 is refused")
  void packetIdZero(String first, String five, String three) {
    for (MqttVersion version : MqttVersion.values()) {
      String content = version == MqttVersion.MQTT_5 ? five : three;

      assertThat(reason(version, packet(Integer.parseInt(first, 16), hex(content))))
          .isEqualTo(PROTOCOL);
    }
  }

  @Test
  @DisplayName(
      "[MQTT-3.8.3-5] [3.8.3.1] options of a subscription: reserved bits, QoS 3, retain handling 3")
  void subscriptionOptions() {
    for (int options = 0; options < 256; options++) {
      int qos = options & 3;
      Disconnect five =
          options > 0x3F ? MALFORMED : qos == 3 || options >> 4 == 3 ? PROTOCOL : null;

      assertThat(reason(MqttVersion.MQTT_5, packet(0x82, two(1), properties(), "t", options)))
          .as("options %d", options)
          .isEqualTo(five);
      assertThat(reason(MqttVersion.MQTT_3_1_1, packet(0x82, two(1), "t", options)))
          .isEqualTo(options > 2 ? MALFORMED : null);
      assertThat(reason(MqttVersion.MQTT_3_1, packet(0x82, two(1), "t", options)))
          .isEqualTo(qos == 3 ? MALFORMED : null);
    }
  }

  @Test
  @DisplayName(
      "[MQTT-3.4.2-1] [MQTT-3.5.2-1] [MQTT-3.6.2-1] [MQTT-3.7.2-1] [MQTT-3.14.2-1] [MQTT-3.15.2-1] reason codes")
  void reasonCodes() {
    Set<Integer> pubAck = Set.of(0x00, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99);
    Set<Integer> pubRel = Set.of(0x00, 0x92);
    Set<Integer> disconnect =
        Set.of(0x00, 0x04, 0x80, 0x81, 0x82, 0x83, 0x90, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99);
    for (int code = 0; code < 256; code++) {
      expectCode(0x40, code, pubAck, two(7), code);
      expectCode(0x50, code, pubAck, two(7), code, properties());
      expectCode(0x62, code, pubRel, two(7), code, properties());
      expectCode(0x70, code, pubRel, two(7), code);
      expectCode(0xE0, code, disconnect, code);
      expectCode(0xF0, code, Set.of(0x18, 0x19), code, properties(0x15, "m"));
    }
  }

  private static void expectCode(int first, int code, Set<Integer> allowed, Object... content) {
    assertThat(reason(MqttVersion.MQTT_5, packet(first, content)))
        .as("%x with reason code %x", first, code)
        .isEqualTo(allowed.contains(code) ? null : PROTOCOL);
  }

  @Test
  @DisplayName("[3.3.2.1] without a topic there must be an alias, and only version 5 has them")
  void emptyTopic() {
    assertThat(reason(MqttVersion.MQTT_5, packet(0x30, "", properties()))).isEqualTo(PROTOCOL);
    assertThat(reason(MqttVersion.MQTT_5, packet(0x30, "", properties(0x01, 0))))
        .isEqualTo(PROTOCOL);
    assertThat(reason(MqttVersion.MQTT_5, packet(0x30, "", properties(0x23, two(1)))))
        .isNull();
    assertThat(reason(MqttVersion.MQTT_3_1_1, packet(0x30, "", raw("x")))).isEqualTo(MALFORMED);
    assertThat(reason(MqttVersion.MQTT_3_1, packet(0x30, "", raw("x")))).isEqualTo(MALFORMED);
  }

  @Test
  @DisplayName(
      "[MQTT-1.5.5-1] a property length and a number: at most four bytes, and the shortest")
  void variableByteIntegers() {
    for (String length : List.of("8000", "808000", "80808000", "8080808000", "8080808001")) {
      assertThat(reason(MqttVersion.MQTT_5, packet(0x30, "t", hex(length), new byte[200])))
          .as(length)
          .isEqualTo(MALFORMED);
      assertThat(reason(
              MqttVersion.MQTT_5, packet(0x82, two(1), properties(0x0B, hex(length)), "t", 0)))
          .as(length)
          .isEqualTo(MALFORMED);
    }
    assertThat(reason(MqttVersion.MQTT_5, packet(0x82, two(1), properties(0x0B, 0), "t", 0)))
        .isEqualTo(PROTOCOL);
    for (int number : new int[] {1, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152, 268_435_455}) {
      byte[] subscribe = packet(0x82, two(1), properties(0x0B, variable(number)), "t", 0);

      Received received = Received.of(MqttVersion.MQTT_5, subscribe);
      assertThat(received.described.get(0)).contains("{11=" + number + "}");
    }
  }

  @ParameterizedTest
  @CsvSource({"#", "+", "a/#", "a/+", "+/#", "+/+/b", "/", "//", "/+", "$share/g/#", "a b", "+/"})
  @DisplayName(
      "[MQTT-3.3.2-2] [MQTT-4.7.0-1] [MQTT-4.7.1-1] [MQTT-4.7.1-2] wildcards alone in a level of a filter")
  void filters(String filter) {
    assertThat(filterReason(filter)).isNull();
    boolean wildcard = filter.contains("#") || filter.contains("+");
    assertThat(reason(MqttVersion.MQTT_3_1_1, packet(0x30, filter)))
        .as("as a topic name")
        .isEqualTo(wildcard ? MALFORMED : null);
  }

  @ParameterizedTest
  @CsvSource({"''", "a#", "#/a", "a/#/b", "a+", "+a", "a/b+/c", "##", "++", "#+", "$share/g+/x"})
  @DisplayName("[MQTT-4.7.1-1] [MQTT-4.7.1-2] [MQTT-4.7.3-1] other filters are refused")
  void wrongFilters(String filter) {
    assertThat(filterReason(filter)).isEqualTo(MALFORMED);
  }

  private static @Nullable Disconnect filterReason(String filter) {
    Disconnect reason = reason(MqttVersion.MQTT_3_1, packet(0x82, two(1), filter, 0));
    assertThat(reason(MqttVersion.MQTT_3_1_1, packet(0x82, two(1), "ok", 0, filter, 0)))
        .isEqualTo(reason);
    assertThat(reason(MqttVersion.MQTT_5, packet(0x82, two(1), properties(), filter, 0)))
        .isEqualTo(reason);
    assertThat(reason(MqttVersion.MQTT_3_1_1, packet(0xA2, two(1), filter))).isEqualTo(reason);
    assertThat(reason(MqttVersion.MQTT_5, packet(0xA2, two(1), properties(), "ok", filter)))
        .isEqualTo(reason);
    return reason;
  }

  private static @Nullable Disconnect reason(@Nullable MqttVersion version, byte[] packet) {
    return Received.of(version, packet).reason();
  }
}
