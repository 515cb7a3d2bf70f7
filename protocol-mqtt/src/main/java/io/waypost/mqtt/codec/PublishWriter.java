package io.waypost.mqtt.codec;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttVersion;

/**
 * Writes PUBLISH packets (section 3.3) to a client of one version, without an object for each. A {@link PublishContent}
 * goes to any number of clients; this adds what is each receiver's own: the flags, the packet identifier, and with MQTT 5
 * properties of its own (subscription identifiers, the rest of a message's time to live) and a topic alias.
 *
 * <p>Has no state; one for each version does for all.
 */
public final class PublishWriter {
  private static final byte[] NONE = {};
  private static final int FIRST = MqttMessageType.PUBLISH.value() << 4;
  private static final int DUP = 8;
  private static final int RETAIN = 1;
  private static final int QOS = 6;
  private static final int ALIAS_SIZE = 3;

  private final boolean five;

  /** Writes in this version. */
  public PublishWriter(MqttVersion version) {
    five = version == MqttVersion.MQTT_5;
  }

  /** The first byte of a packet, for {@link #write}: QoS 0 to 2. */
  public static int firstByte(int qos, boolean retain, boolean dup) {
    return FIRST | (dup ? DUP : 0) | qos << 1 | (retain ? RETAIN : 0);
  }

  /** The size of the packet that {@link #write(ByteBuf, PublishContent, int, int)} writes, in bytes. */
  public int size(PublishContent content, int firstByte) {
    return size(content, firstByte, NONE, 0, true);
  }

  /**
   * The size of the packet that {@link #write(ByteBuf, PublishContent, int, int, byte[], int, boolean)} writes, in bytes:
   * to be compared with the client's Maximum Packet Size ([MQTT-3.1.2-24]).
   */
  public int size(PublishContent content, int firstByte, byte[] own, int alias, boolean withTopic) {
    return Sizes.packet(contentSize(content, firstByte, own, alias, withTopic));
  }

  /** Writes a packet with the topic's name and the shared properties. */
  public void write(ByteBuf out, PublishContent content, int firstByte, int packetId) {
    write(out, content, firstByte, packetId, NONE, 0, true);
  }

  /**
   * Writes a packet.
   *
   * @param firstByte see {@link #firstByte}
   * @param packetId 1 to 65,535; not written with QoS 0
   * @param own the receiver's own properties, encoded as by {@link PropertyWriter}; ignored before MQTT 5
   * @param alias the topic alias that the packet carries, or 0; ignored before MQTT 5
   * @param withTopic false: the client knows the alias, and the topic is left out
   */
  public void write(
      ByteBuf out,
      PublishContent content,
      int firstByte,
      int packetId,
      byte[] own,
      int alias,
      boolean withTopic) {
    writeHead(out, content, firstByte, packetId, own, alias, withTopic);
    out.writeBytes(content.payload());
  }

  /** As {@link #write}, without the payload: that of the content must follow, as when it is too large to be copied. */
  public void writeHead(
      ByteBuf out,
      PublishContent content,
      int firstByte,
      int packetId,
      byte[] own,
      int alias,
      boolean withTopic) {
    int length = contentSize(content, firstByte, own, alias, withTopic);
    out.ensureWritable(Sizes.packet(length) - content.payload().length);
    out.writeByte(firstByte);
    Sizes.writeVariable(out, length);
    if (hasTopic(withTopic)) {
      out.writeShort(content.topic().length);
      out.writeBytes(content.topic());
    } else {
      out.writeShort(0);
    }
    if ((firstByte & QOS) != 0) {
      out.writeShort(packetId);
    }
    if (five) {
      Sizes.writeVariable(out, propertiesSize(content, own, alias));
      if (alias != 0) {
        out.writeByte(MqttProperties.TOPIC_ALIAS);
        out.writeShort(alias);
      }
      out.writeBytes(own);
      out.writeBytes(content.properties());
    }
  }

  private int contentSize(
      PublishContent content, int firstByte, byte[] own, int alias, boolean withTopic) {
    long size = Short.BYTES + (long) content.payload().length;
    if (hasTopic(withTopic)) {
      size += content.topic().length;
    }
    if ((firstByte & QOS) != 0) {
      size += Short.BYTES;
    }
    if (five) {
      int properties = propertiesSize(content, own, alias);
      size += Sizes.variable(properties) + properties;
    }
    if (size > Sizes.MAX_VARIABLE) {
      throw new IllegalArgumentException("a packet of " + size + " bytes does not exist");
    }
    return (int) size;
  }

  private boolean hasTopic(boolean withTopic) {
    return withTopic || !five;
  }

  private static int propertiesSize(PublishContent content, byte[] own, int alias) {
    return content.properties().length + own.length + (alias == 0 ? 0 : ALIAS_SIZE);
  }
}
