package io.waypost.mqtt.codec;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttVersion;

/** Writes the packets that a server sends for every message, and that are short, without an object for each. */
public final class ShortPackets {
  private static final int RESERVED_FLAGS_OF_PUBREL = 2;

  private ShortPackets() {}

  /**
   * Writes PUBACK, PUBREC, PUBREL or PUBCOMP (sections 3.4 to 3.7) without properties: 4 bytes, or 5 with MQTT 5 and a
   * reason.
   *
   * @param packetId 1 to 65,535
   * @param reasonCode 0 for success; not written before MQTT 5
   */
  public static void acknowledge(
      ByteBuf out, MqttVersion version, MqttMessageType type, int packetId, int reasonCode) {
    int flags = switch (type) {
      case PUBACK, PUBREC, PUBCOMP -> 0;
      case PUBREL -> RESERVED_FLAGS_OF_PUBREL;
      default -> throw new IllegalArgumentException("no acknowledgement: " + type);
    };
    boolean withReason = reasonCode != 0 && version == MqttVersion.MQTT_5;
    out.writeByte(type.value() << 4 | flags);
    out.writeByte(withReason ? 3 : 2);
    out.writeShort(packetId);
    if (withReason) {
      out.writeByte(reasonCode);
    }
  }

  /** Writes PINGRESP (section 3.13). */
  public static void pingResponse(ByteBuf out) {
    out.writeShort(MqttMessageType.PINGRESP.value() << 12);
  }
}
