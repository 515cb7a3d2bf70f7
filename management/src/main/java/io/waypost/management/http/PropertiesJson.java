package io.waypost.management.http;

import io.waypost.management.api.MessageProperties;
import io.waypost.message.Properties;
import org.jspecify.annotations.Nullable;

/** A message's properties to JSON and back. */
final class PropertiesJson {
  private static final int TRANSIENT = 1;
  private static final int PERSISTENT = 2;
  private static final int HIGHEST_PRIORITY = 255;

  private PropertiesJson() {}

  static MessageProperties json(Properties properties) {
    return new MessageProperties(
        properties.contentType(),
        properties.contentEncoding(),
        properties.headers().isEmpty() ? null : Arguments.object(properties.headers()),
        properties.persistent() ? PERSISTENT : TRANSIENT,
        properties.priority(),
        properties.correlationId(),
        properties.replyTo(),
        properties.expiration(),
        properties.messageId(),
        properties.timestamp(),
        properties.type(),
        properties.userId(),
        properties.appId(),
        properties.clusterId());
  }

  /**
   * The properties.
   *
   * @throws Refusal if one has a value that no message may have
   */
  static Properties properties(@Nullable MessageProperties json) {
    if (json == null) {
      return Properties.EMPTY;
    }
    return new Properties(
        text("content_type", json.contentType()),
        text("content_encoding", json.contentEncoding()),
        Arguments.headers(json.headers()),
        persistent(json.deliveryMode()),
        priority(json.priority()),
        text("correlation_id", json.correlationId()),
        text("reply_to", json.replyTo()),
        expiration(json.expiration()),
        text("message_id", json.messageId()),
        json.timestamp(),
        text("type", json.type()),
        text("user_id", json.userId()),
        text("app_id", json.appId()),
        text("cluster_id", json.clusterId()));
  }

  private static @Nullable String text(String name, @Nullable String value) {
    return value == null ? null : Request.shortText(name, value);
  }

  private static boolean persistent(@Nullable Integer mode) {
    if (mode != null && mode != TRANSIENT && mode != PERSISTENT) {
      throw Refusal.badRequest("delivery_mode is 1 (transient) or 2 (persistent)");
    }
    return mode != null && mode == PERSISTENT;
  }

  private static @Nullable Integer priority(@Nullable Integer priority) {
    if (priority != null && (priority < 0 || priority > HIGHEST_PRIORITY)) {
      throw Refusal.badRequest("priority is 0 to " + HIGHEST_PRIORITY);
    }
    return priority;
  }

  private static @Nullable String expiration(@Nullable String expiration) {
    if (expiration != null && !expiration.matches("[0-9]{1,18}")) {
      throw Refusal.badRequest("expiration is a whole number of milliseconds");
    }
    return expiration;
  }
}
