package io.waypost.engine;

import io.waypost.message.Message;

/**
 * Where an answer goes that is published to the default exchange, as whoever answers does who knows queues only: to the
 * topic exchange, if the question's {@code reply_to} was {@code /topic/} and a routing key.
 */
final class ReplyAddress {
  private static final String TOPIC = "/topic/";
  private static final String EXCHANGE = "amq.topic";

  private ReplyAddress() {}

  /** The message, or a copy for the address that its routing key stands for. A queue of that name comes first. */
  static Message resolve(Message message, VirtualHost virtualHost) {
    String key = message.routingKey();
    boolean isAddress =
        message.exchange().isEmpty() && key.startsWith(TOPIC) && virtualHost.findQueue(key) == null;
    return isAddress ? message.at(EXCHANGE, key.substring(TOPIC.length())) : message;
  }
}
