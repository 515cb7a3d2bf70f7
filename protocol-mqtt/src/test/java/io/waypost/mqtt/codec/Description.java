package io.waypost.mqtt.codec;

import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttConnectPayload;
import io.netty.handler.codec.mqtt.MqttConnectVariableHeader;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageIdAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttPubReplyMessageVariableHeader;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttReasonCodeAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttSubscribeMessage;
import io.netty.handler.codec.mqtt.MqttSubscriptionOption;
import io.netty.handler.codec.mqtt.MqttTopicSubscription;
import io.netty.handler.codec.mqtt.MqttUnsubscribeMessage;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** A packet in words: two packets that say the same have the same. */
final class Description {
  private Description() {}

  static String of(Object packet) {
    return packet instanceof MqttMessage message ? of(message) : packet.toString();
  }

  private static String of(MqttMessage message) {
    MqttFixedHeader fixed = message.fixedHeader();
    return fixed.messageType() + " dup=" + fixed.isDup() + " qos="
        + fixed.qosLevel().value() + " retain=" + fixed.isRetain() + " length="
        + fixed.remainingLength() + " " + content(message);
  }

  private static String content(MqttMessage message) {
    Object variable = message.variableHeader();
    if (message instanceof MqttConnectMessage connect) {
      return of(connect.variableHeader(), connect.payload());
    }
    if (message instanceof MqttPublishMessage publish) {
      return publish.variableHeader().topicName() + " id="
          + publish.variableHeader().packetId() + of(publish.variableHeader().properties())
          + ByteBufUtil.hexDump(publish.payload());
    }
    if (message instanceof MqttSubscribeMessage subscribe) {
      return of(subscribe.idAndPropertiesVariableHeader())
          + subscribe.payload().topicSubscriptions().stream()
              .map(Description::of)
              .toList();
    }
    if (message instanceof MqttUnsubscribeMessage unsubscribe) {
      return of(unsubscribe.idAndPropertiesVariableHeader())
          + unsubscribe.payload().topics();
    }
    if (variable instanceof MqttPubReplyMessageVariableHeader reply) {
      return "id=" + reply.messageId() + " reason=" + reply.reasonCode() + of(reply.properties());
    }
    if (variable instanceof MqttReasonCodeAndPropertiesVariableHeader reply) {
      return "reason=" + reply.reasonCode() + of(reply.properties());
    }
    return String.valueOf(variable);
  }

  private static String of(MqttConnectVariableHeader header, MqttConnectPayload payload) {
    return header.name() + header.version() + " user=" + header.hasUserName() + payload.userName()
        + " password=" + header.hasPassword() + Arrays.toString(payload.passwordInBytes())
        + " clean=" + header.isCleanSession() + " keepAlive=" + header.keepAliveTimeSeconds()
        + " id=" + payload.clientIdentifier() + of(header.properties())
        + " will=" + header.isWillFlag() + header.willQos() + header.isWillRetain()
        + payload.willTopic() + Arrays.toString(payload.willMessageInBytes())
        + of(payload.willProperties());
  }

  private static String of(MqttMessageIdAndPropertiesVariableHeader header) {
    return "id=" + header.messageId() + of(header.properties());
  }

  private static String of(MqttTopicSubscription subscription) {
    MqttSubscriptionOption option = subscription.option();
    return subscription.topicFilter() + " qos=" + option.qos() + " noLocal=" + option.isNoLocal()
        + " asPublished=" + option.isRetainAsPublished() + " " + option.retainHandling();
  }

  private static String of(MqttProperties properties) {
    return properties.listAll().stream()
        .map(Description::of)
        .sorted()
        .collect(Collectors.joining(", ", " {", "} "));
  }

  private static String of(MqttProperties.MqttProperty<?> property) {
    if (property instanceof MqttProperties.BinaryProperty binary) {
      return binary.propertyId() + "=" + Arrays.toString(binary.value());
    }
    if (property instanceof MqttProperties.UserProperties pairs) {
      List<String> texts =
          pairs.value().stream().map(pair -> pair.key + ":" + pair.value).toList();
      return pairs.propertyId() + "=" + texts;
    }
    return property.propertyId() + "=" + property.value();
  }
}
