package io.waypost.stomp.selector;

import io.waypost.message.Message;
import io.waypost.message.Properties;
import io.waypost.message.Unsigned;
import org.jspecify.annotations.Nullable;

/** What a name in a selector stands for: a property of the message by its name in JMS or in STOMP, or a header. */
final class Property {
  private Property() {}

  static @Nullable Object of(Message message, String name) {
    Properties properties = message.properties();
    return switch (name) {
      case "JMSPriority", "priority" -> (double) message.priority();
      case "JMSDeliveryMode" -> message.persistent() ? "PERSISTENT" : "NON_PERSISTENT";
      case "persistent" -> message.persistent();
      case "JMSTimestamp" ->
        properties.timestamp() == null ? null : (Object) (properties.timestamp() * 1000.0);
      case "timestamp" ->
        properties.timestamp() == null ? null : (Object) properties.timestamp().doubleValue();
      case "JMSMessageID", "amqp-message-id" -> properties.messageId();
      case "JMSCorrelationID", "correlation-id" -> properties.correlationId();
      case "JMSType", "type" -> properties.type();
      case "JMSReplyTo", "reply-to" -> properties.replyTo();
      case "content-type" -> properties.contentType();
      case "content-encoding" -> properties.contentEncoding();
      case "expiration" -> properties.expiration();
      case "user-id" -> properties.userId();
      case "app-id" -> properties.appId();
      default -> value(properties.headers().get(name));
    };
  }

  private static @Nullable Object value(@Nullable Object header) {
    if (header instanceof Boolean) {
      return header;
    }
    if (header instanceof Unsigned unsigned) {
      return (double) unsigned.value();
    }
    if (header instanceof Number number) {
      return number.doubleValue();
    }
    return header == null ? null : header.toString();
  }
}
