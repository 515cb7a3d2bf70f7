package io.waypost.mqtt.codec;

import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttConnectPayload;
import io.netty.handler.codec.mqtt.MqttConnectVariableHeader;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** CONNECT (section 3.1). Its beginning tells the version that all the rest is read in. */
final class ConnectReader {
  private static final int USER_NAME = 0x80;
  private static final int PASSWORD = 0x40;
  private static final int WILL_RETAIN = 0x20;
  private static final int WILL_QOS = 0x18;
  private static final int WILL = 0x04;
  private static final int CLEAN = 0x02;
  private static final int RESERVED = 0x01;

  private ConnectReader() {}

  /** The protocol name ([MQTT-3.1.2-1]): one of the two that there are. */
  static String protocolName(PacketReader in) {
    String name = new String(in.binary(), StandardCharsets.ISO_8859_1);
    if (!name.equals(MqttVersion.MQTT_5.protocolName())
        && !name.equals(MqttVersion.MQTT_3_1.protocolName())) {
      throw MalformedException.protocolError("unknown protocol name");
    }
    return name;
  }

  /** The version of that name with that level, or null. */
  static @Nullable MqttVersion version(String protocolName, int level) {
    for (MqttVersion version : MqttVersion.values()) {
      if (version.protocolLevel() == level && version.protocolName().equals(protocolName)) {
        return version;
      }
    }
    return null;
  }

  /** What follows the level. */
  static MqttConnectMessage read(PacketReader in, MqttFixedHeader header, MqttVersion version) {
    int flags = in.octet();
    checkFlags(flags, version);
    boolean five = version == MqttVersion.MQTT_5;
    boolean will = (flags & WILL) != 0;
    int keepAlive = in.twoBytes();
    MqttProperties properties = MqttProperties.NO_PROPERTIES;
    if (five) {
      properties = PropertiesReader.read(in, Property.in(MqttMessageType.CONNECT));
      checkAuthentication(properties);
    }
    String clientId = in.name();
    MqttProperties willProperties =
        five && will ? PropertiesReader.read(in, Property.WILL) : MqttProperties.NO_PROPERTIES;
    String willTopic = will ? in.topicName() : null;
    byte[] willMessage = will ? in.binary() : null;
    String userName = isPresent(flags, USER_NAME, in, version) ? in.name() : null;
    byte[] password = isPresent(flags, PASSWORD, in, version) ? in.binary() : null;
    in.expectEnd();
    return new MqttConnectMessage(
        header,
        new MqttConnectVariableHeader(
            version.protocolName(),
            version.protocolLevel(),
            userName != null,
            password != null,
            will && (flags & WILL_RETAIN) != 0,
            will ? willQos(flags) : 0,
            will,
            (flags & CLEAN) != 0,
            keepAlive,
            properties),
        new MqttConnectPayload(
            clientId, willProperties, willTopic, willMessage, userName, password));
  }

  private static void checkFlags(int flags, MqttVersion version) {
    boolean will = (flags & WILL) != 0;
    // MQTT 3.1 disregards the will's flags without a will, and has no reserved bit.
    if (version != MqttVersion.MQTT_3_1) {
      if ((flags & RESERVED) != 0) {
        throw MalformedException.malformed("the reserved connect flag is set");
      }
      if (!will && (flags & (WILL_QOS | WILL_RETAIN)) != 0) {
        throw MalformedException.malformed("will flags without a will");
      }
    }
    if (will && willQos(flags) == 3) {
      throw MalformedException.malformed("will QoS 3");
    }
    if (version != MqttVersion.MQTT_5 && (flags & (USER_NAME | PASSWORD)) == PASSWORD) {
      throw MalformedException.malformed("a password without a user name");
    }
  }

  /** Section 3.1.2.11.10: data only with a method. */
  private static void checkAuthentication(MqttProperties properties) {
    if (properties.getProperty(MqttProperties.AUTHENTICATION_DATA) != null
        && properties.getProperty(MqttProperties.AUTHENTICATION_METHOD) == null) {
      throw MalformedException.protocolError("authentication data without a method");
    }
  }

  /** MQTT 3.1 lets a packet end before a user name or password that its flags announce (section CONNECT there). */
  private static boolean isPresent(int flags, int flag, PacketReader in, MqttVersion version) {
    return (flags & flag) != 0 && (version != MqttVersion.MQTT_3_1 || in.remaining() > 0);
  }

  private static int willQos(int flags) {
    return (flags & WILL_QOS) >> 3;
  }
}
