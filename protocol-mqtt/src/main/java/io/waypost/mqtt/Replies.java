package io.waypost.mqtt;

import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttConnAckVariableHeader;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageIdAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttPubReplyMessageVariableHeader;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttReasonCodeAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttSubAckMessage;
import io.netty.handler.codec.mqtt.MqttSubAckPayload;
import io.netty.handler.codec.mqtt.MqttUnsubAckMessage;
import io.netty.handler.codec.mqtt.MqttUnsubAckPayload;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.waypost.mqtt.codec.PacketSizes;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes a server's packets that are sent seldom. A reason string is left out where it would make the packet too large for
 * the client, or where the client does not want any (section 3.1.2.11.7).
 */
final class Replies {
  private Replies() {}

  private static MqttFixedHeader header(MqttMessageType type) {
    // Reserved bits ([MQTT-3.6.1-1]).
    MqttQoS flags = type == MqttMessageType.PUBREL ? MqttQoS.AT_LEAST_ONCE : MqttQoS.AT_MOST_ONCE;
    return new MqttFixedHeader(type, false, flags, false, 0);
  }

  /** CONNACK; the reason as a return code before MQTT 5. */
  static MqttMessage connAck(
      MqttVersion version,
      Reason reason,
      boolean sessionPresent,
      MqttProperties properties,
      @Nullable String detail,
      int maxSize) {
    byte code = version == MqttVersion.MQTT_5 ? reason.value() : reason.returnCode();
    MqttConnectReturnCode returnCode = MqttConnectReturnCode.valueOf(code);
    if (version != MqttVersion.MQTT_5) {
      return new MqttConnAckMessage(
          header(MqttMessageType.CONNACK),
          new MqttConnAckVariableHeader(returnCode, sessionPresent));
    }
    return fitting(
        given -> new MqttConnAckMessage(
            header(MqttMessageType.CONNACK),
            new MqttConnAckVariableHeader(returnCode, sessionPresent, given)),
        properties,
        detail,
        maxSize);
  }

  /** DISCONNECT or AUTH of MQTT 5. */
  static MqttMessage reason(
      MqttMessageType type,
      Reason reason,
      MqttProperties properties,
      @Nullable String detail,
      int maxSize) {
    return fitting(
        given -> new MqttMessage(
            header(type), new MqttReasonCodeAndPropertiesVariableHeader(reason.value(), given)),
        properties,
        detail,
        maxSize);
  }

  /** PUBACK, PUBREC, PUBREL or PUBCOMP of MQTT 5. */
  static MqttMessage publishReply(
      MqttMessageType type, int packetId, Reason reason, @Nullable String detail, int maxSize) {
    return fitting(
        given -> new MqttMessage(
            header(type), new MqttPubReplyMessageVariableHeader(packetId, reason.value(), given)),
        new MqttProperties(),
        detail,
        maxSize);
  }

  /** SUBACK. */
  static MqttMessage subAck(
      int packetId, List<Integer> codes, @Nullable String detail, int maxSize) {
    return fitting(
        given -> new MqttSubAckMessage(
            header(MqttMessageType.SUBACK),
            new MqttMessageIdAndPropertiesVariableHeader(packetId, given),
            new MqttSubAckPayload(codes)),
        new MqttProperties(),
        detail,
        maxSize);
  }

  /** UNSUBACK. */
  static MqttMessage unsubAck(
      int packetId, List<Short> codes, @Nullable String detail, int maxSize) {
    return fitting(
        given -> new MqttUnsubAckMessage(
            header(MqttMessageType.UNSUBACK),
            new MqttMessageIdAndPropertiesVariableHeader(packetId, given),
            new MqttUnsubAckPayload(codes)),
        new MqttProperties(),
        detail,
        maxSize);
  }

  private static MqttMessage fitting(
      Function<MqttProperties, MqttMessage> packet,
      MqttProperties properties,
      @Nullable String detail,
      int maxSize) {
    if (detail != null && detail.length() < maxSize) {
      MqttProperties all = new MqttProperties();
      properties.listAll().forEach(all::add);
      all.add(new MqttProperties.StringProperty(MqttProperties.REASON_STRING, detail));
      MqttMessage whole = packet.apply(all);
      if (PacketSizes.of(whole) <= maxSize) {
        return whole;
      }
    }
    return packet.apply(properties);
  }
}
