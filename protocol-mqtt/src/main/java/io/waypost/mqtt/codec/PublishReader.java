package io.waypost.mqtt.codec;

import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttPublishVariableHeader;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttVersion;

/** PUBLISH (section 3.3). One for a connection. */
final class PublishReader {
  private static final int PLACE = Property.in(MqttMessageType.PUBLISH);

  /** What Netty's decoder gives as well when there is no packet identifier. */
  private static final int NO_PACKET_ID = -1;

  private final TopicCache topics = new TopicCache();

  MqttPublishMessage read(PacketReader in, MqttFixedHeader header, MqttVersion version) {
    String topic = in.topicOfPublish(topics);
    int packetId = header.qosLevel() == MqttQoS.AT_MOST_ONCE ? NO_PACKET_ID : in.packetId();
    MqttProperties properties = version == MqttVersion.MQTT_5
        ? PropertiesReader.read(in, PLACE)
        : MqttProperties.NO_PROPERTIES;
    if (topic.isEmpty() && properties.getProperty(MqttProperties.TOPIC_ALIAS) == null) {
      throw version == MqttVersion.MQTT_5
          ? MalformedException.protocolError("neither a topic name nor an alias")
          : MalformedException.malformed("a topic name is empty");
    }
    return new MqttPublishMessage(
        header, new MqttPublishVariableHeader(topic, packetId, properties), in.rest());
  }
}
