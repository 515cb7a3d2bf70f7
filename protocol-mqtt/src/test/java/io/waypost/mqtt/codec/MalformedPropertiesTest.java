package io.waypost.mqtt.codec;

import static io.waypost.mqtt.codec.Wire.bytes;
import static io.waypost.mqtt.codec.Wire.four;
import static io.waypost.mqtt.codec.Wire.hex;
import static io.waypost.mqtt.codec.Wire.packet;
import static io.waypost.mqtt.codec.Wire.prefixed;
import static io.waypost.mqtt.codec.Wire.properties;
import static io.waypost.mqtt.codec.Wire.raw;
import static io.waypost.mqtt.codec.Wire.two;
import static io.waypost.mqtt.codec.Wire.variable;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.mqtt.MqttReasonCodes.Disconnect;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every property in every packet that has properties, against table 2-4 of MQTT 5. */
class MalformedPropertiesTest {
  private static final Disconnect MALFORMED = Disconnect.MALFORMED_PACKET;
  private static final Disconnect PROTOCOL = Disconnect.PROTOCOL_ERROR;

  /** A place for properties, with those that a client may send there. */
  enum Place {
    CONNECT(0x11, 0x15, 0x16, 0x17, 0x19, 0x21, 0x22, 0x26, 0x27),
    WILL(0x01, 0x02, 0x03, 0x08, 0x09, 0x18, 0x26),
    PUBLISH(0x01, 0x02, 0x03, 0x08, 0x09, 0x23, 0x26),
    PUBACK(0x1F, 0x26),
    PUBREC(0x1F, 0x26),
    PUBREL(0x1F, 0x26),
    PUBCOMP(0x1F, 0x26),
    SUBSCRIBE(0x0B, 0x26),
    UNSUBSCRIBE(0x26),
    DISCONNECT(0x11, 0x1F, 0x26),
    AUTH(0x15, 0x16, 0x1F, 0x26);

    private final long allowed;

    Place(int... allowed) {
      this.allowed = IntStream.of(allowed).mapToLong(id -> 1L << id).sum();
    }

    boolean allows(int id) {
      return (allowed & 1L << id) != 0;
    }

    /** A packet with these properties, their length included. */
    byte[] with(byte[] properties) {
      return switch (this) {
        case CONNECT -> packet(0x10, "MQTT", 5, 2, two(0), properties, "c");
        case WILL ->
          packet(0x10, "MQTT", 5, 6, two(0), properties(), "c", properties, "will", "dead");
        case PUBLISH -> packet(0x30, "t", properties);
        case PUBACK -> packet(0x40, two(7), 0, properties);
        case PUBREC -> packet(0x50, two(7), 0, properties);
        case PUBREL -> packet(0x62, two(7), 0, properties);
        case PUBCOMP -> packet(0x70, two(7), 0, properties);
        case SUBSCRIBE -> packet(0x82, two(7), properties, "t", 0);
        case UNSUBSCRIBE -> packet(0xA2, two(7), properties, "t");
        case DISCONNECT -> packet(0xE0, 0, properties);
        case AUTH -> packet(0xF0, 0x18, properties);
      };
    }

    @Nullable
    Disconnect reason(byte[] properties) {
      boolean first = this == CONNECT || this == WILL;
      return Received.of(first ? null : MqttVersion.MQTT_5, with(properties)).reason();
    }

    /** What this property needs beside it. */
    byte[] companion(int id) {
      boolean needsMethod = (this == AUTH && id != 0x15) || id == 0x16;
      return needsMethod ? bytes(0x15, "m") : new byte[0];
    }
  }

  private static byte[] value(int id) {
    return switch (id) {
      case 0x01, 0x17, 0x19, 0x24, 0x25, 0x28, 0x29, 0x2A -> bytes(1);
      case 0x13, 0x21, 0x22, 0x23 -> two(1);
      case 0x02, 0x11, 0x18, 0x27 -> four(-1);
      case 0x0B -> variable(300);
      case 0x03, 0x08, 0x12, 0x15, 0x1A, 0x1C, 0x1F -> bytes("text");
      case 0x09, 0x16 -> prefixed(raw("data"));
      case 0x26 -> bytes("key", "value");
      default -> bytes(1);
    };
  }

  static Stream<Arguments> everything() {
    return Arrays.stream(Place.values())
        .flatMap(place -> IntStream.range(0, 0x2C).mapToObj(id -> Arguments.of(place, id)));
  }

  @ParameterizedTest
  @MethodSource("everything")
  @DisplayName(
      "[2.2.2.2] [MQTT-3.3.4-6] a property where it does not belong, and one that does not exist")
  void belongs(Place place, int id) {
    byte[] property = properties(id, value(id), place.companion(id));

    Disconnect expected = MALFORMED;
    if (place.allows(id)) {
      expected = null;
    } else if (isOfServers(place, id)) {
      expected = PROTOCOL;
    }
    assertThat(place.reason(property)).isEqualTo(expected);
  }

  static Stream<Arguments> allowed() {
    return everything().filter(each -> ((Place) each.get()[0]).allows((Integer) each.get()[1]));
  }

  @ParameterizedTest
  @MethodSource("allowed")
  @DisplayName("[2.2.2.2] a property twice; only user properties may be")
  void twice(Place place, int id) {
    byte[] property = bytes(id, value(id));
    Disconnect expected = id == 0x26 ? null : PROTOCOL;

    assertThat(place.reason(properties(property, property, place.companion(id))))
        .isEqualTo(expected);
    assertThat(place.reason(properties(property, 0x26, "k", "v", property, place.companion(id))))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @MethodSource("everything")
  @DisplayName("[2.2.2.1] a property that its packet, or the length of the properties, cuts off")
  void cutOff(Place place, int id) {
    byte[] property = bytes(place.companion(id), id, value(id));
    int companion = place.companion(id).length;

    for (int length = companion + 1; length < property.length; length++) {
      Disconnect reason = place.reason(properties(Arrays.copyOf(property, length)));
      Disconnect tooLong = place.reason(bytes(variable(length), property));
      if (isOfServers(place, id)) {
        assertThat(reason).isEqualTo(PROTOCOL);
      } else {
        assertThat(reason).as("cut after %d", length).isEqualTo(MALFORMED);
        assertThat(tooLong).as("length %d", length).isEqualTo(MALFORMED);
      }
    }
    byte[] beyond = place.with(bytes(variable(5000), property));
    boolean first = place == Place.CONNECT || place == Place.WILL;
    assertThat(Received.of(first ? null : MqttVersion.MQTT_5, beyond).reason())
        .isEqualTo(MALFORMED);
  }

  /** Known in this packet, but only from servers. */
  private static boolean isOfServers(Place place, int id) {
    return (place == Place.PUBLISH && id == 0x0B) || (place == Place.DISCONNECT && id == 0x1C);
  }

  @ParameterizedTest
  @CsvSource({
    "PUBLISH, 0100, ",
    "PUBLISH, 0102, 82",
    "PUBLISH, 01ff, 82",
    "WILL, 0102, 82",
    "CONNECT, 1700, ",
    "CONNECT, 1702, 82",
    "CONNECT, 1902, 82",
    "CONNECT, 1900, ",
    "CONNECT, 210000, 82",
    "CONNECT, 21ffff, ",
    "CONNECT, 220000, ",
    "CONNECT, 22ffff, ",
    "CONNECT, 2700000000, 82",
    "CONNECT, 27ffffffff, ",
    "CONNECT, 2700000001, ",
    "CONNECT, 1100000000, ",
    "DISCONNECT, 1100000000, ",
    "PUBLISH, 0200000000, ",
    "PUBLISH, 02ffffffff, ",
    "PUBLISH, 230000, 94",
    "PUBLISH, 23ffff, ",
    "SUBSCRIBE, 0b00, 82",
    "SUBSCRIBE, 0bffffff7f, ",
    "SUBSCRIBE, 0b8100, 81",
    "PUBLISH, 080000, 81",
    "PUBLISH, 0800012b, 81",
    "PUBLISH, 080003612f23, 81",
    "WILL, 080003612f23, 81",
    "PUBLISH, 030000, ",
    "PUBLISH, 090000, ",
    "PUBLISH, 2600000000, ",
    "PUBLISH, 81000000, 81",
    "PUBLISH, 8001, 81",
    "PUBLISH, ff7f00, 81",
    "PUBLISH, ffffffff7f, 81",
    "AUTH, 1f00017c, 82",
    "AUTH, 160000, 82",
    "AUTH, 150000, ",
  })
  @DisplayName("[MQTT-3.3.2-8] [MQTT-3.3.2-14] values that a property may not have")
  void values(Place place, String property, @Nullable String code) {
    Disconnect expected =
        code == null ? null : Disconnect.valueOf((byte) Integer.parseInt(code, 16));

    assertThat(place.reason(properties(hex(property)))).isEqualTo(expected);
  }
}
