package io.waypost.mqtt.codec;

import static io.waypost.mqtt.codec.Wire.bytes;
import static io.waypost.mqtt.codec.Wire.packet;
import static io.waypost.mqtt.codec.Wire.prefixed;
import static io.waypost.mqtt.codec.Wire.properties;
import static io.waypost.mqtt.codec.Wire.raw;
import static io.waypost.mqtt.codec.Wire.two;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttReasonCodes.Disconnect;
import io.netty.handler.codec.mqtt.MqttVersion;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class MalformedConnectTest {
  private static final Disconnect MALFORMED = Disconnect.MALFORMED_PACKET;
  private static final Disconnect PROTOCOL = Disconnect.PROTOCOL_ERROR;

  @ParameterizedTest
  @EnumSource
  @Tag("MQTT3-3.1.2-3")
  @Tag("MQTT3-3.1.2-9")
  @Tag("MQTT3-3.1.2-11")
  @Tag("MQTT3-3.1.2-13")
  @Tag("MQTT3-3.1.2-14")
  @Tag("MQTT3-3.1.2-15")
  @Tag("MQTT3-3.1.2-19")
  @Tag("MQTT3-3.1.2-21")
  @Tag("MQTT3-3.1.2-22")
  @DisplayName(
      "[MQTT-3.1.2-3] [MQTT-3.1.2-9] [MQTT-3.1.2-11] [MQTT-3.1.2-12] [MQTT-3.1.2-13] [MQTT-3.1.2-17] [MQTT-3.1.2-19] connect flags")
  void flags(MqttVersion version) {
    for (int flags = 0; flags < 256; flags++) {
      boolean will = (flags & 4) != 0;
      int willQos = flags >> 3 & 3;
      boolean willRetain = (flags & 0x20) != 0;
      boolean password = (flags & 0x40) != 0;
      boolean user = (flags & 0x80) != 0;
      boolean wrong = will && willQos == 3;
      if (version != MqttVersion.MQTT_3_1) {
        wrong |= (flags & 1) != 0 || (!will && (willQos > 0 || willRetain));
      }
      if (version != MqttVersion.MQTT_5) {
        wrong |= password && !user;
      }

      Received received = Received.of(null, connect(version, flags));
      assertThat(received.reason()).as("flags %x", flags).isEqualTo(wrong ? MALFORMED : null);
      if (wrong) {
        assertThat(received.malformed().version()).isEqualTo(version);
        assertThat(received.malformed().type()).isEqualTo(MqttMessageType.CONNECT);
      } else {
        assertThat(received.described.get(0))
            .contains("user=" + user, "password=" + password, "clean=" + ((flags & 2) != 0))
            .contains(will ? "will=true" + willQos + willRetain + "will" : "will=false0falsenull");
      }
    }
  }

  private static byte[] connect(MqttVersion version, int flags) {
    byte[] none = {};
    boolean five = version == MqttVersion.MQTT_5;
    byte[] will = bytes(five ? properties() : none, "will", "dead");
    return packet(
        0x10,
        version.protocolName(),
        (int) version.protocolLevel(),
        flags,
        two(10),
        five ? properties() : none,
        "client",
        (flags & 4) != 0 ? will : none,
        (flags & 0x80) != 0 ? bytes("user") : none,
        (flags & 0x40) != 0 ? bytes("secret") : none);
  }

  @ParameterizedTest
  @CsvSource({
    "MQTT, 0, 1",
    "MQTT, 3, 1",
    "MQTT, 2, 1",
    "MQTT, 6, 84",
    "MQTT, 127, 84",
    "MQTT, 255, 1",
    "MQTT, 132, 1",
    "MQIsdp, 131, 1",
    "MQIsdp, 4, 1",
    "MQIsdp, 5, 1",
    "MQIsdp, 2, 1",
  })
  @DisplayName(
      "[MQTT-3.1.2-2] another level is told as such, with the answer that the client understands")
  void levels(String name, int level, String code) {
    Received received = Received.of(null, packet(0x10, name, level, raw("whatever comes")));

    assertThat(received.packets).containsExactly(new UnacceptableVersion(name, level));
    UnacceptableVersion unacceptable = (UnacceptableVersion) received.packets.get(0);
    assertThat(unacceptable.returnCode())
        .isEqualTo(MqttConnectReturnCode.valueOf((byte) Integer.parseInt(code, 16)));
    assertThat(unacceptable.answerIn() == MqttVersion.MQTT_5).isEqualTo(code.equals("84"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "MQTt", "mqtt", "MQTTT", "MQIsd", "HTTP", "MQTT\u0000"})
  @DisplayName("[MQTT-3.1.2-1] another protocol name is refused, without a version to answer in")
  void names(String name) {
    Received received = Received.of(null, packet(0x10, name, 4, 2, two(0), "c"));

    assertThat(received.reason()).isEqualTo(PROTOCOL);
    assertThat(received.malformed().version()).isNull();
  }

  @Test
  @DisplayName("[3.1.2.11.10] authentication data without a method is refused")
  void authenticationData() {
    byte[] data = properties(0x16, prefixed(raw("data")));

    assertThat(reason(packet(0x10, "MQTT", 5, 2, two(0), data, "c"))).isEqualTo(PROTOCOL);
    assertThat(reason(packet(
            0x10, "MQTT", 5, 2, two(0), properties(0x15, "m", 0x16, prefixed(raw("data"))), "c")))
        .isNull();
  }

  @Test
  @DisplayName("MQTT 3.1 lets a user name and a password be announced and missing")
  void announcedAndMissing() {
    for (int flags : new int[] {0x82, 0xC2}) {
      byte[] connect = packet(0x10, "MQIsdp", 3, flags, two(0), "c");
      Received received = Received.of(null, connect);

      assertThat(received.reason()).isNull();
      MqttConnectMessage message = (MqttConnectMessage) received.packets.get(0);
      assertThat(message.variableHeader().hasUserName()).isFalse();
      assertThat(message.variableHeader().hasPassword()).isFalse();
      assertThat(reason(packet(0x10, "MQTT", 4, flags, two(0), "c"))).isEqualTo(MALFORMED);
    }
  }

  @Test
  @DisplayName("[MQTT-4.7.0-1] [MQTT-4.7.3-1] the will's topic is a topic name")
  void willTopic() {
    for (String topic : new String[] {"", "a/#", "+"}) {
      assertThat(reason(packet(0x10, "MQTT", 4, 6, two(0), "c", topic, "dead")))
          .isEqualTo(MALFORMED);
      assertThat(reason(
              packet(0x10, "MQTT", 5, 6, two(0), properties(), "c", properties(), topic, "dead")))
          .isEqualTo(MALFORMED);
    }
  }

  private static @Nullable Disconnect reason(byte[] connect) {
    return Received.of(null, connect).reason();
  }
}
