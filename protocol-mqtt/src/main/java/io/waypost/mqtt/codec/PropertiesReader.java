package io.waypost.mqtt.codec;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttReasonCodes;

/**
 * Reads the properties of a packet (MQTT 5 section 2.2.2): those that a client may send there, each once, each with a
 * value that it may have. An identifier unknown or foreign to the packet makes it malformed, repetition and forbidden
 * values are protocol errors, as the section says.
 */
final class PropertiesReader {
  private PropertiesReader() {}

  /** Reads a property length and what it announces; {@code place} is {@link Property#in} or {@link Property#WILL}. */
  static MqttProperties read(PacketReader in, int place) {
    int length = in.variableByteInteger();
    if (length == 0) {
      return MqttProperties.NO_PROPERTIES;
    }
    MqttProperties properties = new MqttProperties();
    long seen = 0;
    int end = in.narrow(length);
    while (in.remaining() > 0) {
      Property property = identifier(in, place);
      long bit = 1L << property.id();
      if ((seen & bit) != 0 && property != Property.USER_PROPERTY) {
        throw MalformedException.protocolError("property twice: " + property);
      }
      seen |= bit;
      properties.add(value(in, property));
    }
    in.widen(end);
    return properties;
  }

  private static Property identifier(PacketReader in, int place) {
    int id = in.variableByteInteger();
    Property property = Property.of(id);
    if (property == null) {
      throw MalformedException.malformed("unknown property " + id);
    }
    if (!property.mayComeIn(place)) {
      throw property.isForServersIn(place)
          ? MalformedException.protocolError("property of a server: " + property)
          : MalformedException.malformed("property of another packet: " + property);
    }
    return property;
  }

  private static MqttProperties.MqttProperty<?> value(PacketReader in, Property property) {
    int id = property.id();
    return switch (property.kind()) {
      case ZERO_OR_ONE -> new MqttProperties.IntegerProperty(id, zeroOrOne(in.octet(), property));
      case TWO_BYTES -> new MqttProperties.IntegerProperty(id, in.twoBytes());
      case TWO_BYTES_NOT_ZERO ->
        new MqttProperties.IntegerProperty(id, notZero(in.twoBytes(), property));
      case ALIAS -> new MqttProperties.IntegerProperty(id, alias(in.twoBytes()));
      case FOUR_BYTES -> new MqttProperties.IntegerProperty(id, in.fourBytes());
      case FOUR_BYTES_NOT_ZERO ->
        new MqttProperties.IntegerProperty(id, notZero(in.fourBytes(), property));
      case VARIABLE_NOT_ZERO ->
        new MqttProperties.IntegerProperty(id, notZero(in.variableByteInteger(), property));
      case TEXT -> new MqttProperties.StringProperty(id, in.text());
      case TOPIC -> new MqttProperties.StringProperty(id, in.topicName());
      case BINARY -> new MqttProperties.BinaryProperty(id, in.binary());
      case PAIR -> new MqttProperties.UserProperty(in.text(), in.text());
    };
  }

  private static int zeroOrOne(int value, Property property) {
    if (value > 1) {
      throw MalformedException.protocolError("neither 0 nor 1: " + property);
    }
    return value;
  }

  private static int notZero(int value, Property property) {
    if (value == 0) {
      throw MalformedException.protocolError("must not be 0: " + property);
    }
    return value;
  }

  private static int alias(int value) {
    if (value == 0) {
      throw MalformedException.of(MqttReasonCodes.Disconnect.TOPIC_ALIAS_INVALID, "topic alias 0");
    }
    return value;
  }
}
