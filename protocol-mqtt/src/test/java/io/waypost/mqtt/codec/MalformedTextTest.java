package io.waypost.mqtt.codec;

import static io.waypost.mqtt.codec.Wire.bytes;
import static io.waypost.mqtt.codec.Wire.hex;
import static io.waypost.mqtt.codec.Wire.packet;
import static io.waypost.mqtt.codec.Wire.prefixed;
import static io.waypost.mqtt.codec.Wire.properties;
import static io.waypost.mqtt.codec.Wire.raw;
import static io.waypost.mqtt.codec.Wire.two;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.mqtt.MqttReasonCodes.Disconnect;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Strings that are none, in every field that holds one (section 1.5.4). */
class MalformedTextTest {
  private static final Disconnect MALFORMED = Disconnect.MALFORMED_PACKET;

  /** A field that holds a string. */
  enum Field {
    CLIENT_ID(true),
    WILL_TOPIC(true),
    USER_NAME(true),
    TOPIC(true),
    FILTER(true),
    UNSUBSCRIBED_FILTER(true),
    RESPONSE_TOPIC(true),
    CONTENT_TYPE(false),
    USER_PROPERTY_NAME(false),
    USER_PROPERTY_VALUE(false),
    REASON(false),
    METHOD(false);

    final boolean name;

    Field(boolean name) {
      this.name = name;
    }

    byte[] with(byte[] content, boolean five) {
      byte[] text = prefixed(content);
      byte[] none = five ? properties() : new byte[0];
      byte[] connect = bytes("MQTT", five ? 5 : 4);
      return switch (this) {
        case CLIENT_ID -> packet(0x10, connect, 2, two(0), none, text);
        case WILL_TOPIC -> packet(0x10, connect, 6, two(0), none, "c", none, text, "dead");
        case USER_NAME -> packet(0x10, connect, 0x82, two(0), none, "c", text);
        case TOPIC -> packet(0x30, text, none);
        case FILTER -> packet(0x82, two(1), none, text, 0);
        case UNSUBSCRIBED_FILTER -> packet(0xA2, two(1), none, text);
        case RESPONSE_TOPIC -> packet(0x30, "t", properties(0x08, text));
        case CONTENT_TYPE -> packet(0x30, "t", properties(0x03, text));
        case USER_PROPERTY_NAME -> packet(0x30, "t", properties(0x26, text, "v"));
        case USER_PROPERTY_VALUE -> packet(0x30, "t", properties(0x26, "k", text));
        case REASON -> packet(0x40, two(1), 0, properties(0x1F, text));
        case METHOD -> packet(0xF0, 0x18, properties(0x15, text));
      };
    }

    Received received(byte[] content, boolean five) {
      MqttVersion version = five ? MqttVersion.MQTT_5 : MqttVersion.MQTT_3_1_1;
      return Received.of(ordinal() <= USER_NAME.ordinal() ? null : version, with(content, five));
    }

    boolean isIn3() {
      return ordinal() < RESPONSE_TOPIC.ordinal();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "00",
        "c080",
        "c1bf",
        "e08080",
        "e080af",
        "e09fbf",
        "f0808080",
        "f08282ac",
        "f08fbfbf",
        "eda080",
        "edafbf",
        "edb080",
        "edbfbf",
        "eda080edb080",
        "f4908080",
        "f5808080",
        "f8888080",
        "ff",
        "fe",
        "80",
        "bf",
        "c2",
        "e2",
        "e282",
        "f09f98",
        "c241",
        "e28241"
      })
  @Tag("MQTT3-1.5.3-1")
  @Tag("MQTT3-1.5.3-2")
  @Tag("MQTT3-3.1.3-4")
  @Tag("MQTT3-3.1.3-10")
  @Tag("MQTT3-3.1.3-11")
  @Tag("MQTT3-3.3.2-1")
  @Tag("MQTT3-3.8.3-1")
  @Tag("MQTT3-3.10.3-1")
  @Tag("MQTT3-4.7.3-2")
  @DisplayName(
      "[MQTT-1.5.4-1] [MQTT-1.5.4-2] [MQTT-1.5.7-1] [MQTT-3.1.3-4] [MQTT-3.1.3-11] [MQTT-3.1.3-12] "
          + "[MQTT-3.3.2-1] [MQTT-3.3.2-13] [MQTT-3.3.2-19] [MQTT-3.8.3-1] [MQTT-3.10.3-1] [MQTT-4.7.3-2] "
          + "what is not UTF-8, surrogates and U+0000")
  void wrong(String sequence) {
    for (Field field : Field.values()) {
      for (byte[] text : new byte[][] {hex(sequence), bytes(raw("a"), hex(sequence), raw("b"))}) {
        assertThat(field.received(text, true).reason()).as("%s", field).isEqualTo(MALFORMED);
        if (field.isIn3()) {
          assertThat(field.received(text, false).reason()).as("%s", field).isEqualTo(MALFORMED);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "01",
        "09",
        "0a",
        "0d",
        "1f",
        "7f",
        "c280",
        "c29f",
        "efbfbe",
        "efbfbf",
        "efb790",
        "efb7af",
        "f09fbfbe",
        "f48fbfbf"
      })
  @DisplayName("[1.5.4] control characters and non-characters are refused in names, not in text")
  void control(String sequence) {
    for (Field field : Field.values()) {
      byte[] text = bytes(raw("a"), hex(sequence));

      assertThat(field.received(text, true).reason())
          .as("%s", field)
          .isEqualTo(field.name ? MALFORMED : null);
      if (field.isIn3()) {
        assertThat(field.received(text, false).reason()).as("%s", field).isEqualTo(MALFORMED);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "20",
        "7e",
        "c2a0",
        "c3a9",
        "e282ac",
        "efbfbd",
        "ed9fbf",
        "ee8080",
        "f09f9a80",
        "f0aa9b94",
        "efbbbf",
        "f48fbfbd"
      })
  @Tag("MQTT3-1.5.3-3")
  @DisplayName("[MQTT-1.5.4-3] everything else is kept as it is, a byte order mark too")
  void right(String sequence) {
    String text = "a" + new String(hex(sequence), StandardCharsets.UTF_8);
    for (Field field : Field.values()) {
      Received received = field.received(text.getBytes(StandardCharsets.UTF_8), true);

      assertThat(received.reason()).as("%s", field).isNull();
      assertThat(received.described.get(0)).contains(text);
      if (field.isIn3()) {
        Received three = field.received(text.getBytes(StandardCharsets.UTF_8), false);
        assertThat(three.reason()).as("%s", field).isNull();
        assertThat(three.described.get(0)).contains(text);
      }
    }
  }
}
