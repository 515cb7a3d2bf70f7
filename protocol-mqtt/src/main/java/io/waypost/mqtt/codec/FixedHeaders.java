package io.waypost.mqtt.codec;

import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttVersion;
import org.jspecify.annotations.Nullable;

/** The first byte of a packet (section 2.1): which types a client may send when, and with which flags. */
final class FixedHeaders {
  private static final int DUP = 8;
  private static final int QOS = 6;
  private static final int RETAIN = 1;
  private static final int ACKNOWLEDGED = 2;

  /** The header of the packet before: senders repeat themselves. */
  private @Nullable MqttFixedHeader last;

  private int lastFirst;

  /** The type, or null for the forbidden one. */
  static @Nullable MqttMessageType type(int first) {
    int type = first >> 4;
    return type == 0 ? null : MqttMessageType.valueOf(type);
  }

  /** May a client send this type now? The version is null until a CONNECT has told it. */
  static void checkOrder(@Nullable MqttMessageType type, @Nullable MqttVersion version) {
    if (type == null) {
      throw MalformedException.malformed("packet type 0");
    }
    if (version == null) {
      if (type != MqttMessageType.CONNECT) {
        throw MalformedException.protocolError("the first packet is not CONNECT");
      }
      return;
    }
    switch (type) {
      case CONNECT -> throw MalformedException.protocolError("a second CONNECT");
      case CONNACK, SUBACK, UNSUBACK, PINGRESP ->
        throw MalformedException.protocolError("only servers send " + type);
      case AUTH -> {
        if (version != MqttVersion.MQTT_5) {
          throw MalformedException.malformed("packet type 15");
        }
      }
      default -> {}
    }
  }

  /**
   * The flags ([MQTT-2.1.3-1], [MQTT-3.3.1-2], [MQTT-3.3.1-4]). MQTT 3.1 calls flags that mean nothing unused, not
   * reserved, and lets DUP mark the repetition of PUBREL, SUBSCRIBE and UNSUBSCRIBE.
   */
  static void checkFlags(int first, MqttMessageType type, MqttVersion version) {
    switch (type) {
      case PUBLISH -> {
        if ((first & QOS) == QOS) {
          throw MalformedException.malformed("QoS 3");
        }
        if ((first & DUP) != 0 && (first & QOS) == 0) {
          throw MalformedException.malformed("DUP with QoS 0");
        }
      }
      case PUBREL, SUBSCRIBE, UNSUBSCRIBE -> {
        int relevant = version == MqttVersion.MQTT_3_1 ? QOS : DUP | QOS | RETAIN;
        if ((first & relevant) != ACKNOWLEDGED) {
          throw MalformedException.malformed("reserved flags");
        }
      }
      default -> {
        if ((first & (DUP | QOS | RETAIN)) != 0 && version != MqttVersion.MQTT_3_1) {
          throw MalformedException.malformed("reserved flags");
        }
      }
    }
  }

  /** The header as a value, for a first byte that has been checked. */
  MqttFixedHeader of(int first, MqttMessageType type, int remainingLength) {
    MqttFixedHeader known = last;
    if (known != null && lastFirst == first && known.remainingLength() == remainingLength) {
      return known;
    }
    MqttFixedHeader header = type == MqttMessageType.PUBLISH
        ? new MqttFixedHeader(
            type,
            (first & DUP) != 0,
            MqttQoS.valueOf((first & QOS) >> 1),
            (first & RETAIN) != 0,
            remainingLength)
        : new MqttFixedHeader(type, false, MqttQoS.valueOf(usualQos(type)), false, remainingLength);
    last = header;
    lastFirst = first;
    return header;
  }

  private static int usualQos(MqttMessageType type) {
    return switch (type) {
      case PUBREL, SUBSCRIBE, UNSUBSCRIBE -> 1;
      default -> 0;
    };
  }
}
