package io.waypost.mqtt;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.waypost.message.EncodedProperties;
import io.waypost.message.Message;
import io.waypost.message.Properties;
import io.waypost.mqtt.codec.PropertyWriter;
import io.waypost.mqtt.codec.PublishContent;
import org.jspecify.annotations.Nullable;

/**
 * What a PUBLISH says about its message: the properties in MQTT's form. Whatever goes to subscribers alike is encoded
 * once, when the first of them gets it. Immutable to those who use it; any thread.
 */
final class Publication implements EncodedProperties {
  private static final int OVERHEAD = 64;
  private static final int PER_PROPERTY = 80;

  private final String topic;
  private final int qos;
  private final boolean retain;
  private final boolean moved;
  private final boolean replayed;
  private final @Nullable MqttProperties properties;
  // Racy by intent: encoding twice gives the same bytes.
  private @Nullable PublishContent content;

  /**
   * A message's properties.
   *
   * @param topic the topic name
   * @param qos with which it was published
   * @param retain whether it was published to be retained
   * @param moved whether it went to a client's queue by name, so that its routing key is not its topic
   * @param replayed whether it is sent because it was retained, not because it is published now
   * @param properties those of the packet, or null when there are none
   */
  Publication(
      String topic,
      int qos,
      boolean retain,
      boolean moved,
      boolean replayed,
      @Nullable MqttProperties properties) {
    this.topic = topic;
    this.qos = qos;
    this.retain = retain;
    this.moved = moved;
    this.replayed = replayed;
    this.properties = properties;
  }

  String topic() {
    return topic;
  }

  int qos() {
    return qos;
  }

  boolean retain() {
    return retain;
  }

  boolean moved() {
    return moved;
  }

  boolean replayed() {
    return replayed;
  }

  @Nullable
  MqttProperties properties() {
    return properties;
  }

  /** The same for one client's queue, with at most this QoS. */
  Publication moved(boolean asRetained, int maxQos) {
    return new Publication(topic, Math.min(qos, maxQos), retain, true, asRetained, properties);
  }

  /** The message as it goes to every subscriber, encoded at the first call. */
  PublishContent content(Message message, PropertyWriter writer) {
    PublishContent known = content;
    if (known == null) {
      known = MqttTranslator.content(this, message.body(), writer);
      content = known;
    }
    return known;
  }

  @Override
  public Properties decode() {
    return MqttTranslator.properties(this);
  }

  /** None: a store keeps what {@link #decode} says. */
  @Override
  public byte form() {
    return 0;
  }

  @Override
  public byte[] bytes() {
    return new byte[0];
  }

  @Override
  public int size() {
    int size = OVERHEAD + topic.length();
    MqttProperties given = properties;
    if (given != null) {
      for (MqttProperties.MqttProperty<?> property : given.listAll()) {
        size += size(property);
      }
    }
    return size;
  }

  private static int size(MqttProperties.MqttProperty<?> property) {
    if (property instanceof MqttProperties.UserProperties pairs) {
      int size = 0;
      for (MqttProperties.StringPair pair : pairs.value()) {
        size += PER_PROPERTY + pair.key.length() + pair.value.length();
      }
      return size;
    }
    if (property.value() instanceof String text) {
      return PER_PROPERTY + text.length();
    }
    return property.value() instanceof byte[] bytes ? PER_PROPERTY + bytes.length : PER_PROPERTY;
  }
}
