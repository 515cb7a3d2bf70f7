package io.waypost.stomp.codec;

import io.waypost.topic.TopicNames;

/** The destination that a delivered message shows: where it was published. */
public final class DestinationText {
  /** The exchange behind {@code /topic/}. */
  public static final String TOPIC_EXCHANGE = "amq.topic";

  private static final String MQTT = "/mqtt/";

  private DestinationText() {}

  /** The same, for those who subscribe to topics as MQTT writes them. */
  public static String ofTopic(String exchange, String key) {
    String topic = TopicNames.topic(key);
    return topic.isEmpty() ? of(exchange, key) : MQTT + Percent.encode(topic, true);
  }

  /** Where a message with that address was published, as a STOMP client would write it. */
  public static String of(String exchange, String key) {
    if (exchange.isEmpty()) {
      return "/queue/" + Percent.encode(key, false);
    }
    if (exchange.equals(TOPIC_EXCHANGE)) {
      return "/topic/" + Percent.encode(key, true);
    }
    String named = "/exchange/" + Percent.encode(exchange, false);
    return key.isEmpty() ? named : named + "/" + Percent.encode(key, false);
  }
}
