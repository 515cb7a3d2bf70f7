package io.waypost.systemtests.matrix;

import java.util.List;

/**
 * What a publisher can say of its message, how each protocol says it, and an example in a form that is no protocol's own.
 * The table in {@code docs/interop.md} is this one.
 */
enum Property {
  PAYLOAD("the payload, byte for byte", "00ff0a7a", "body", "payload", "payload", "body"),
  TOPIC(
      "the topic `matrix/7.a//temp`",
      "matrix/7.a//temp",
      "routing key `matrix.7%2Ea..temp`",
      "topic",
      "topic",
      "`destination:/topic/matrix.7%252Ea..temp`"),
  PERSISTENT(
      "it is to be kept",
      "true",
      "`delivery_mode` 2",
      "QoS 1 or 2",
      "QoS 1 or 2",
      "`persistent:true`"),
  EXPIRATION(
      "it lives a minute",
      "60000",
      "`expiration` `60000`",
      "Message Expiry Interval, counted down",
      "–",
      "`expiration:60000`"),
  REPLY_TOPIC(
      "answers go to the topic `answers/1.b`",
      "answers/1.b",
      "`reply_to` `/topic/answers.1%2Eb`",
      "Response Topic",
      "–",
      "`reply-to:/topic/answers.1%252Eb`"),
  REPLY_QUEUE(
      "answers go to the queue `replies`",
      "replies",
      "`reply_to` `replies`",
      "Response Topic `$queue/replies`",
      "–",
      "`reply-to:/reply-queue/replies`"),
  CORRELATION(
      "correlation, as text",
      "c-1",
      "`correlation_id`",
      "Correlation Data",
      "–",
      "`correlation-id`"),
  CORRELATION_BYTES(
      "correlation, as the bytes 00 FF",
      "AP8=",
      "`correlation_id` `binary:AP8=`",
      "Correlation Data",
      "–",
      "`correlation-id:binary:AP8=`"),
  CONTENT_TYPE(
      "content type", "application/json", "`content_type`", "Content Type", "–", "`content-type`"),
  UTF_8(
      "the payload is text",
      "utf-8",
      "`content_encoding` `utf-8`",
      "Payload Format Indicator 1",
      "–",
      "`content-encoding:utf-8`"),
  CONTENT_ENCODING(
      "another content encoding",
      "gzip",
      "`content_encoding`",
      "→ user property `content-encoding`",
      "–",
      "`content-encoding`"),
  MESSAGE_ID(
      "message id",
      "m-1",
      "`message_id`",
      "→ user property `message-id`",
      "–",
      "`amqp-message-id`"),
  PRIORITY("priority", "5", "`priority`", "→ user property `priority`", "–", "`priority`"),
  TIMESTAMP(
      "timestamp, seconds since 1970",
      "1700000000",
      "`timestamp`",
      "→ user property `timestamp`",
      "–",
      "`timestamp`"),
  TYPE("the application's type", "reading", "`type`", "→ user property `type`", "–", "`type`"),
  USER_ID(
      "the publisher's user, checked",
      "guest",
      "`user_id`",
      "→ user property `user-id`",
      "–",
      "`user-id`"),
  APP_ID("the application", "app-1", "`app_id`", "→ user property `app-id`", "–", "`app-id`"),
  TEXT("a header that is text", "Grüße: 1\\2", "header", "user property", "–", "header"),
  NUMBER("a header that is a number", "7", "header `int`", "→ user property, text", "–", "→ text"),
  FLAG(
      "a header that is yes or no",
      "true",
      "header `boolean`",
      "→ user property, text",
      "–",
      "→ text"),
  BYTES("a header that is bytes", "AAH/", "header `bytes`", "→ Base64", "–", "→ Base64"),
  LIST(
      "a header with two values",
      "[\"a\",\"b\"]",
      "array",
      "user property, twice",
      "–",
      "→ JSON, or twice if it came so"),
  TABLE("a header with parts", "{\"k\":1}", "table", "→ user property, JSON", "–", "→ JSON"),
  ORDER("the order of headers", "z a m", "kept", "kept", "–", "kept");

  /** Marks what only receivers have a word for. */
  private static final String HEARD = "→";

  private static final String NOTHING = "–";

  private final String meaning;
  private final String example;
  private final String amqp;
  private final String mqtt5;
  private final String mqtt3;
  private final String stomp;

  Property(String meaning, String example, String amqp, String mqtt5, String mqtt3, String stomp) {
    this.meaning = meaning;
    this.example = example;
    this.amqp = amqp;
    this.mqtt5 = mqtt5;
    this.mqtt3 = mqtt3;
    this.stomp = stomp;
  }

  String example() {
    return example;
  }

  /** How it is said in a protocol. */
  private String in(Language language) {
    return switch (language) {
      case AMQP -> amqp;
      case MQTT_5 -> mqtt5;
      case MQTT_3 -> mqtt3;
      case STOMP -> stomp;
    };
  }

  boolean isSaidIn(Language language) {
    return isHeardIn(language) && !in(language).startsWith(HEARD);
  }

  boolean isHeardIn(Language language) {
    return !in(language).equals(NOTHING);
  }

  /** The cells of its row. */
  List<String> row() {
    return List.of(meaning, amqp, mqtt5, mqtt3, stomp);
  }
}
