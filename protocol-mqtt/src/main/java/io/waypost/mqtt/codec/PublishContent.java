package io.waypost.mqtt.codec;

import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;

/**
 * What a PUBLISH says to everybody who receives it, encoded once for all of them: topic, properties and payload. What
 * differs (flags, packet identifier, subscription identifiers, alias) is given when {@link PublishWriter} writes it.
 * Immutable as long as nobody writes to the arrays; may be shared between threads.
 */
public final class PublishContent {
  private static final byte[] NONE = {};

  private final byte[] topic;
  private final byte[] properties;
  private final byte[] payload;

  /**
   * Content with these parts, which are not copied.
   *
   * @param topic UTF-8, 1 to 65,535 bytes
   * @param properties as {@link PropertyWriter} gives them, without their length; used with MQTT 5 only
   */
  public PublishContent(byte[] topic, byte[] properties, byte[] payload) {
    if (topic.length > Sizes.MAX_STRING) {
      throw new IllegalArgumentException("a topic of " + topic.length + " bytes");
    }
    this.topic = topic;
    this.properties = properties;
    this.payload = payload;
  }

  /** Content without properties. */
  public static PublishContent of(String topic, byte[] payload) {
    return new PublishContent(topic.getBytes(StandardCharsets.UTF_8), NONE, payload);
  }

  byte[] topic() {
    return topic;
  }

  byte[] properties() {
    return properties;
  }

  byte[] payload() {
    return payload;
  }

  @Override
  public String toString() {
    return "PublishContent[topic=" + new String(topic, StandardCharsets.UTF_8)
        + ", properties=" + ByteBufUtil.hexDump(properties)
        + ", payload of " + payload.length + " bytes]";
  }
}
