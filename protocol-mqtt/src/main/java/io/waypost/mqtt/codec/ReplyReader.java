package io.waypost.mqtt.codec;

import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttPubAckMessage;
import io.netty.handler.codec.mqtt.MqttPubReplyMessageVariableHeader;
import io.netty.handler.codec.mqtt.MqttReasonCodeAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.util.BitSet;

/**
 * The packets that consist of a reason code and what surrounds it: PUBACK, PUBREC, PUBREL, PUBCOMP (sections 3.4 to 3.7),
 * DISCONNECT (3.14) and AUTH (3.15). With version 5 the properties, and then the reason code, may be left out.
 */
final class ReplyReader {
  private static final int SUCCESS = 0;
  private static final BitSet OF_PUBACK =
      codes(SUCCESS, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99);
  private static final BitSet OF_PUBREL = codes(SUCCESS, 0x92);

  /** Those that clients may send; the others are for servers. */
  private static final BitSet OF_DISCONNECT =
      codes(SUCCESS, 0x04, 0x80, 0x81, 0x82, 0x83, 0x90, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99);

  private static final BitSet OF_AUTH = codes(0x18, 0x19);

  private ReplyReader() {}

  /** PUBACK, PUBREC, PUBREL or PUBCOMP. */
  static MqttMessage acknowledgement(PacketReader in, MqttFixedHeader header, MqttVersion version) {
    MqttMessageType type = header.messageType();
    int packetId = in.packetId();
    int reason = SUCCESS;
    MqttProperties properties = MqttProperties.NO_PROPERTIES;
    if (version == MqttVersion.MQTT_5 && in.remaining() > 0) {
      boolean first = type == MqttMessageType.PUBACK || type == MqttMessageType.PUBREC;
      reason = reasonCode(in, first ? OF_PUBACK : OF_PUBREL);
      properties = optionalProperties(in, type);
    }
    in.expectEnd();
    MqttPubReplyMessageVariableHeader variable =
        new MqttPubReplyMessageVariableHeader(packetId, (byte) reason, properties);
    return type == MqttMessageType.PUBACK
        ? new MqttPubAckMessage(header, variable)
        : new MqttMessage(header, variable);
  }

  static MqttMessage disconnect(PacketReader in, MqttFixedHeader header, MqttVersion version) {
    int reason = SUCCESS;
    MqttProperties properties = MqttProperties.NO_PROPERTIES;
    if (version == MqttVersion.MQTT_5 && in.remaining() > 0) {
      reason = reasonCode(in, OF_DISCONNECT);
      properties = optionalProperties(in, MqttMessageType.DISCONNECT);
    }
    in.expectEnd();
    return new MqttMessage(
        header, new MqttReasonCodeAndPropertiesVariableHeader((byte) reason, properties));
  }

  /** From a client always with a reason code other than success, and with the method ([MQTT-3.15.2-1], 3.15.2.2.2). */
  static MqttMessage auth(PacketReader in, MqttFixedHeader header) {
    if (in.remaining() == 0) {
      throw MalformedException.protocolError("AUTH with the reason code of a server");
    }
    int reason = reasonCode(in, OF_AUTH);
    MqttProperties properties = optionalProperties(in, MqttMessageType.AUTH);
    in.expectEnd();
    if (properties.getProperty(MqttProperties.AUTHENTICATION_METHOD) == null) {
      throw MalformedException.protocolError("AUTH without a method");
    }
    return new MqttMessage(
        header, new MqttReasonCodeAndPropertiesVariableHeader((byte) reason, properties));
  }

  private static int reasonCode(PacketReader in, BitSet allowed) {
    int reason = in.octet();
    if (!allowed.get(reason)) {
      throw MalformedException.protocolError("a reason code that does not belong here");
    }
    return reason;
  }

  private static MqttProperties optionalProperties(PacketReader in, MqttMessageType type) {
    return in.remaining() == 0
        ? MqttProperties.NO_PROPERTIES
        : PropertiesReader.read(in, Property.in(type));
  }

  private static BitSet codes(int... codes) {
    BitSet set = new BitSet(256);
    for (int code : codes) {
      set.set(code);
    }
    return set;
  }
}
