package io.waypost.mqtt.codec;

import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessageIdAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttSubscribeMessage;
import io.netty.handler.codec.mqtt.MqttSubscribePayload;
import io.netty.handler.codec.mqtt.MqttSubscriptionOption;
import io.netty.handler.codec.mqtt.MqttSubscriptionOption.RetainedHandlingPolicy;
import io.netty.handler.codec.mqtt.MqttTopicSubscription;
import io.netty.handler.codec.mqtt.MqttUnsubscribeMessage;
import io.netty.handler.codec.mqtt.MqttUnsubscribePayload;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.util.ArrayList;
import java.util.List;

/** SUBSCRIBE (section 3.8) and UNSUBSCRIBE (section 3.10). */
final class SubscriptionReader {
  private static final int QOS = 0x03;
  private static final int NO_LOCAL = 0x04;
  private static final int RETAIN_AS_PUBLISHED = 0x08;
  private static final int RETAIN_HANDLING = 0x30;
  private static final int RESERVED = 0xC0;

  private SubscriptionReader() {}

  static MqttSubscribeMessage subscribe(
      PacketReader in, MqttFixedHeader header, MqttVersion version) {
    MqttMessageIdAndPropertiesVariableHeader variable =
        variableHeader(in, version, MqttMessageType.SUBSCRIBE);
    List<MqttTopicSubscription> subscriptions = new ArrayList<>();
    while (in.remaining() > 0) {
      String filter = in.topicFilter();
      subscriptions.add(new MqttTopicSubscription(filter, option(in.octet(), version)));
    }
    expectSome(subscriptions);
    return new MqttSubscribeMessage(header, variable, new MqttSubscribePayload(subscriptions));
  }

  static MqttUnsubscribeMessage unsubscribe(
      PacketReader in, MqttFixedHeader header, MqttVersion version) {
    MqttMessageIdAndPropertiesVariableHeader variable =
        variableHeader(in, version, MqttMessageType.UNSUBSCRIBE);
    List<String> filters = new ArrayList<>();
    while (in.remaining() > 0) {
      filters.add(in.topicFilter());
    }
    expectSome(filters);
    return new MqttUnsubscribeMessage(header, variable, new MqttUnsubscribePayload(filters));
  }

  private static MqttMessageIdAndPropertiesVariableHeader variableHeader(
      PacketReader in, MqttVersion version, MqttMessageType type) {
    int packetId = in.packetId();
    MqttProperties properties = version == MqttVersion.MQTT_5
        ? PropertiesReader.read(in, Property.in(type))
        : MqttProperties.NO_PROPERTIES;
    return new MqttMessageIdAndPropertiesVariableHeader(packetId, properties);
  }

  /** Section 3.8.3.1. MQTT 3.1.1 reserves all bits but those of the QoS, MQTT 3.1 does not use them. */
  private static MqttSubscriptionOption option(int bits, MqttVersion version) {
    int qos = bits & QOS;
    if (version != MqttVersion.MQTT_5) {
      if (qos == QOS || (version == MqttVersion.MQTT_3_1_1 && bits > QOS)) {
        throw MalformedException.malformed("reserved bits of a subscription");
      }
      return MqttSubscriptionOption.onlyFromQos(MqttQoS.valueOf(qos));
    }
    if ((bits & RESERVED) != 0) {
      throw MalformedException.malformed("reserved bits of a subscription");
    }
    if (qos == QOS) {
      throw MalformedException.protocolError("a subscription with QoS 3");
    }
    if ((bits & RETAIN_HANDLING) == RETAIN_HANDLING) {
      throw MalformedException.protocolError("a subscription with retain handling 3");
    }
    return new MqttSubscriptionOption(
        MqttQoS.valueOf(qos),
        (bits & NO_LOCAL) != 0,
        (bits & RETAIN_AS_PUBLISHED) != 0,
        RetainedHandlingPolicy.valueOf((bits & RETAIN_HANDLING) >> 4));
  }

  /** [MQTT-3.8.3-2], [MQTT-3.10.3-2]. */
  private static void expectSome(List<?> filters) {
    if (filters.isEmpty()) {
      throw MalformedException.protocolError("no topic filter");
    }
  }
}
