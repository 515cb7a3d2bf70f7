package io.waypost.mqtt.codec;

import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageIdAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttPubReplyMessageVariableHeader;
import io.netty.handler.codec.mqtt.MqttReasonCodeAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttSubAckMessage;
import io.netty.handler.codec.mqtt.MqttUnsubAckMessage;

/**
 * The sizes of a server's packets in MQTT 5, before Netty's encoder makes them: a reason string or user properties must
 * not make a packet larger than the client's Maximum Packet Size ([MQTT-3.2.2-19] and its sisters). For PUBLISH see
 * {@link PublishWriter}.
 */
public final class PacketSizes {
  private PacketSizes() {}

  /** The size of a CONNACK, PUBACK, PUBREC, PUBREL, PUBCOMP, SUBACK, UNSUBACK, PINGRESP, DISCONNECT or AUTH, in bytes. */
  public static int of(MqttMessage message) {
    return Sizes.packet(content(message));
  }

  /** The size of properties with their length, in bytes. */
  public static int of(MqttProperties properties) {
    int size = 0;
    for (MqttProperties.MqttProperty<?> property : properties.listAll()) {
      size += of(property);
    }
    return Sizes.variable(size) + size;
  }

  private static int content(MqttMessage message) {
    return switch (message.fixedHeader().messageType()) {
      case CONNACK -> 2 + of(((MqttConnAckMessage) message).variableHeader().properties());
      case PUBACK, PUBREC, PUBREL, PUBCOMP ->
        message.variableHeader() instanceof MqttPubReplyMessageVariableHeader header
            ? Short.BYTES + reasonAndProperties(header.reasonCode(), header.properties())
            : Short.BYTES;
      case SUBACK -> {
        MqttSubAckMessage subAck = (MqttSubAckMessage) message;
        yield idAndProperties(subAck.idAndPropertiesVariableHeader())
            + subAck.payload().reasonCodes().size();
      }
      case UNSUBACK -> {
        MqttUnsubAckMessage unsubAck = (MqttUnsubAckMessage) message;
        yield idAndProperties(unsubAck.idAndPropertiesVariableHeader())
            + unsubAck.payload().unsubscribeReasonCodes().size();
      }
      case DISCONNECT, AUTH ->
        message.variableHeader() instanceof MqttReasonCodeAndPropertiesVariableHeader header
            ? reasonAndProperties(header.reasonCode(), header.properties())
            : 0;
      case PINGRESP -> 0;
      case CONNECT, PUBLISH, SUBSCRIBE, UNSUBSCRIBE, PINGREQ ->
        throw new IllegalArgumentException("not for " + message.fixedHeader().messageType());
    };
  }

  private static int idAndProperties(MqttMessageIdAndPropertiesVariableHeader header) {
    return Short.BYTES + of(header.properties());
  }

  private static int reasonAndProperties(byte reasonCode, MqttProperties properties) {
    return reasonCode == 0 && properties.isEmpty() ? 0 : 1 + of(properties);
  }

  private static int of(MqttProperties.MqttProperty<?> property) {
    if (property instanceof MqttProperties.UserProperties pairs) {
      int size = 0;
      for (MqttProperties.StringPair pair : pairs.value()) {
        size += 1 + text(pair.key) + text(pair.value);
      }
      return size;
    }
    Property known = Property.of(property.propertyId());
    if (known == null) {
      throw new IllegalArgumentException("no property: " + property);
    }
    return 1
        + switch (known.kind()) {
          case ZERO_OR_ONE -> Byte.BYTES;
          case TWO_BYTES, TWO_BYTES_NOT_ZERO, ALIAS -> Short.BYTES;
          case FOUR_BYTES, FOUR_BYTES_NOT_ZERO -> Integer.BYTES;
          case VARIABLE_NOT_ZERO ->
            Sizes.variable(((MqttProperties.IntegerProperty) property).value());
          case TEXT, TOPIC -> text(((MqttProperties.StringProperty) property).value());
          case BINARY -> Short.BYTES + ((MqttProperties.BinaryProperty) property).value().length;
          case PAIR -> throw new IllegalArgumentException("a user property alone: " + property);
        };
  }

  private static int text(String text) {
    return Short.BYTES + ByteBufUtil.utf8Bytes(text);
  }
}
