package io.waypost.mqtt.codec;

import static io.waypost.mqtt.codec.Wire.bytes;
import static io.waypost.mqtt.codec.Wire.four;
import static io.waypost.mqtt.codec.Wire.prefixed;
import static io.waypost.mqtt.codec.Wire.properties;
import static io.waypost.mqtt.codec.Wire.raw;
import static io.waypost.mqtt.codec.Wire.two;
import static io.waypost.mqtt.codec.Wire.variable;

import io.netty.handler.codec.mqtt.MqttReasonCodes.Disconnect;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A sound packet of a client, and what its beginnings are when its length says that there is no more. */
final class Sample {
  final String name;
  final MqttVersion version;
  final int first;
  final byte[] content;
  private final Map<Integer, Disconnect> protocolErrors = new HashMap<>();
  private final List<Integer> sound = new ArrayList<>();

  /** What one more byte, a zero, makes of it: null when it stays sound. */
  @Nullable
  Disconnect longer = Disconnect.MALFORMED_PACKET;

  private Sample(String name, MqttVersion version, int first, Object... parts) {
    this.name = name;
    this.version = version;
    this.first = first;
    this.content = bytes(parts);
    this.sound.add(content.length);
  }

  boolean isConnect() {
    return first >> 4 == 1;
  }

  /** The version that the decoder knows before it. */
  @Nullable
  MqttVersion before() {
    return isConnect() ? null : version;
  }

  byte[] packet() {
    return Wire.packet(first, content);
  }

  /** The reason why a packet with so many bytes of the content is refused; null when it is sound. */
  @Nullable
  Disconnect cutAt(int length) {
    return sound.contains(length)
        ? null
        : protocolErrors.getOrDefault(length, Disconnect.MALFORMED_PACKET);
  }

  private Sample soundAt(int... lengths) {
    for (int length : lengths) {
      sound.add(length);
    }
    return this;
  }

  private Sample soundFrom(int length) {
    for (int each = length; each < content.length; each++) {
      sound.add(each);
    }
    longer = null;
    return this;
  }

  private Sample protocolErrorAt(int... lengths) {
    for (int length : lengths) {
      protocolErrors.put(length, Disconnect.PROTOCOL_ERROR);
    }
    return this;
  }

  private Sample staysSoundLonger() {
    longer = null;
    return this;
  }

  static List<Sample> all() {
    List<Sample> all = new ArrayList<>();
    for (MqttVersion version : MqttVersion.values()) {
      all.addAll(of(version));
    }
    return all;
  }

  static List<Sample> of(MqttVersion version) {
    List<Sample> all = new ArrayList<>(version == MqttVersion.MQTT_5 ? five() : three(version));
    all.add(new Sample("PINGREQ", version, 0xC0));
    return all;
  }

  private static List<Sample> three(MqttVersion version) {
    byte[] head = bytes(version.protocolName(), (int) version.protocolLevel());
    int beforeUser = head.length + 3 + 8 + 6 + 6;
    Sample full = new Sample(
        "CONNECT", version, 0x10, head, 0xEE, two(60), "client", "will", "dead", "user", "secret");
    if (version == MqttVersion.MQTT_3_1) {
      full.soundAt(beforeUser, beforeUser + 6);
    }
    return List.of(
        new Sample("CONNECT short", version, 0x10, head, 0x02, two(0), "c"),
        full,
        new Sample("PUBLISH", version, 0x30, "a/b", raw("payload")).soundFrom(5),
        new Sample("PUBLISH QoS 1", version, 0x3B, "a/b", two(7), raw("payload")).soundFrom(7),
        new Sample("PUBACK", version, 0x40, two(7)),
        new Sample("PUBREC", version, 0x50, two(7)),
        new Sample("PUBREL", version, 0x62, two(7)),
        new Sample("PUBCOMP", version, 0x70, two(7)),
        new Sample("SUBSCRIBE", version, 0x82, two(7), "a/+", 0, "#", 2)
            .protocolErrorAt(2)
            .soundAt(8),
        new Sample("UNSUBSCRIBE", version, 0xA2, two(7), "a/+", "#")
            .protocolErrorAt(2)
            .soundAt(7),
        new Sample("DISCONNECT", version, 0xE0));
  }

  private static List<Sample> five() {
    MqttVersion five = MqttVersion.MQTT_5;
    byte[] head = bytes("MQTT", 5);
    byte[] connectProperties = properties(
        0x11,
        four(-1),
        0x15,
        "SCRAM",
        0x16,
        prefixed(raw("data")),
        0x17,
        1,
        0x19,
        1,
        0x21,
        two(9),
        0x22,
        two(9),
        0x27,
        four(9999),
        0x26,
        "key",
        "value",
        0x26,
        "key",
        "");
    byte[] willProperties = properties(
        0x18,
        four(5),
        0x01,
        1,
        0x02,
        four(60),
        0x03,
        "text",
        0x08,
        "reply/to",
        0x09,
        prefixed(raw("id")),
        0x26,
        "k",
        "v");
    byte[] publishProperties = properties(
        0x01,
        1,
        0x02,
        four(60),
        0x23,
        two(1),
        0x08,
        "reply/to",
        0x09,
        prefixed(raw("id")),
        0x26,
        "k",
        "v",
        0x26,
        "k",
        "w",
        0x03,
        "text");
    byte[] reason = properties(0x1F, "why", 0x26, "k", "v");
    List<Sample> all = new ArrayList<>(List.of(
        new Sample("CONNECT short", five, 0x10, head, 0x02, two(0), properties(), ""),
        new Sample(
            "CONNECT",
            five,
            0x10,
            head,
            0xF6,
            two(60),
            connectProperties,
            "client",
            willProperties,
            "will",
            "dead",
            "user",
            "secret"),
        new Sample("CONNECT password", five, 0x10, head, 0x40, two(1), properties(), "c", "secret"),
        new Sample("PUBLISH", five, 0x31, "a/b", properties(), raw("payload")).soundFrom(6),
        new Sample("PUBLISH QoS 2", five, 0x3D, "a/b", two(7), publishProperties, raw("payload"))
            .soundFrom(7 + publishProperties.length),
        new Sample("PUBLISH alias", five, 0x30, "", properties(0x23, two(1)), raw("payload"))
            .soundFrom(6),
        new Sample(
                "SUBSCRIBE",
                five,
                0x82,
                two(7),
                properties(0x0B, variable(268_435_455), 0x26, "k", "v"),
                "a/+",
                0x2D,
                "$share/g/#",
                2)
            .protocolErrorAt(15)
            .soundAt(21),
        new Sample("UNSUBSCRIBE", five, 0xA2, two(7), properties(0x26, "k", "v"), "a/+", "#")
            .protocolErrorAt(10)
            .soundAt(15),
        new Sample("DISCONNECT", five, 0xE0, 0x04, properties(0x11, four(1), 0x1F, "w"))
            .soundAt(0, 1),
        new Sample("DISCONNECT short", five, 0xE0).staysSoundLonger(),
        new Sample("AUTH", five, 0xF0, 0x18, properties(0x15, "SCRAM", 0x16, prefixed(raw("data"))))
            .protocolErrorAt(0, 1)));
    String[] names = {"PUBACK", "PUBREC", "PUBREL", "PUBCOMP"};
    int[] firsts = {0x40, 0x50, 0x62, 0x70};
    for (int i = 0; i < names.length; i++) {
      int code = i < 2 ? 0x97 : 0x92;
      all.add(new Sample(names[i], five, firsts[i], two(7), code, reason).soundAt(2, 3));
      all.add(new Sample(names[i] + " short", five, firsts[i], two(7)).staysSoundLonger());
      all.add(new Sample(names[i] + " reason", five, firsts[i], two(7), 0)
          .soundAt(2)
          .staysSoundLonger());
    }
    return all;
  }

  @Override
  public String toString() {
    return version + " " + name;
  }
}
