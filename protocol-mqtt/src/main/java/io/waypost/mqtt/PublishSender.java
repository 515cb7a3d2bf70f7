package io.waypost.mqtt;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.waypost.broker.Delivery;
import io.waypost.message.Message;
import io.waypost.mqtt.codec.PropertyWriter;
import io.waypost.mqtt.codec.PublishContent;
import io.waypost.mqtt.codec.PublishWriter;

/** Makes PUBLISH packets for one client: what is its own in them, topic aliases, and whether it has room for them. */
final class PublishSender {
  private static final int LARGEST_PACKET = 268_435_460;

  private final ServedClient client;
  private final TopicAliases aliases;
  private final int maxPacketSize;

  /**
   * For a client.
   *
   * @param maxPacketSize the largest packet that the client takes, in bytes; 0 for any
   */
  PublishSender(ServedClient client, TopicAliases aliases, int maxPacketSize) {
    this.client = client;
    this.aliases = aliases;
    this.maxPacketSize = maxPacketSize == 0 ? LARGEST_PACKET : maxPacketSize;
  }

  /**
   * Writes a message.
   *
   * @param again whether it may have been sent before
   * @return false if it is too large for the client, and nothing was written
   */
  boolean send(
      Delivery delivery,
      Message message,
      Publication publication,
      Match match,
      int packetId,
      int qos,
      boolean again) {
    PropertyWriter writer = client.room().writer();
    PublishContent content = publication.content(message, writer);
    boolean retain = publication.replayed() || (match.retainAsPublished() && publication.retain());
    int first = PublishWriter.firstByte(qos, retain, again);
    byte[] own = match.identifiers();
    int alias = 0;
    boolean withTopic = true;
    if (client.version() == MqttVersion.MQTT_5) {
      own = withExpiry(own, message, delivery, writer);
      if (aliases.sends()) {
        alias = aliases.known(publication.topic());
        withTopic = alias == 0;
      }
    }
    PublishWriter packets = client.output().publishes();
    boolean fits = maxPacketSize == LARGEST_PACKET
        || packets.size(content, first, own, alias, withTopic) <= maxPacketSize;
    if (!fits) {
      return false;
    }
    if (withTopic && aliases.sends()) {
      alias = assign(packets, content, first, own, publication.topic());
    }
    byte[] payload = message.body();
    client
        .output()
        .publish(content, payload.length, first, packetId, own, alias, withTopic, payload);
    return true;
  }

  private int assign(
      PublishWriter packets, PublishContent content, int first, byte[] own, String topic) {
    if (client.version() != MqttVersion.MQTT_5
        || packets.size(content, first, own, 1, true) > maxPacketSize) {
      return 0;
    }
    return aliases.assign(topic);
  }

  private static byte[] withExpiry(
      byte[] own, Message message, Delivery delivery, PropertyWriter writer) {
    if (message.timeToLive() == Message.NO_EXPIRY) {
      return own;
    }
    long seconds = (Math.max(0, delivery.timeLeft()) + 999) / 1000;
    writer.integer(
        MqttProperties.PUBLICATION_EXPIRY_INTERVAL, (int) Math.min(seconds, 0xFFFF_FFFFL));
    byte[] expiry = writer.take();
    byte[] both = new byte[own.length + expiry.length];
    System.arraycopy(own, 0, both, 0, own.length);
    System.arraycopy(expiry, 0, both, own.length, expiry.length);
    return both;
  }
}
