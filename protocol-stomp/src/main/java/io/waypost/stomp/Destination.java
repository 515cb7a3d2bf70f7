package io.waypost.stomp;

import io.waypost.stomp.codec.DestinationText;

/**
 * Where a frame's destination leads.
 *
 * @param kind how it is meant
 * @param exchange where a message sent there is published
 * @param name the queue's name, the routing key, or the pattern that is subscribed to
 * @param hidesReserved whether a subscription leaves out topics that begin with {@code $}
 */
record Destination(Kind kind, String exchange, String name, boolean hidesReserved) {
  /** The kinds of destinations. */
  enum Kind {
    /** A queue that is made when it is missing. */
    QUEUE("/queue/"),
    /** A queue that others have made. */
    AMQ_QUEUE("/amq/queue/"),
    /** A key of the topic exchange. */
    TOPIC("/topic/"),
    /** An exchange, with or without a key. */
    EXCHANGE("/exchange/"),
    /** A topic, or a topic filter, as MQTT writes it. */
    MQTT("/mqtt/"),
    /** In reply-to: a queue of this connection, made for replies. */
    TEMP_QUEUE("/temp-queue/"),
    /** The queue behind a received reply-to. */
    REPLY_QUEUE("/reply-queue/");

    private final String prefix;

    Kind(String prefix) {
      this.prefix = prefix;
    }

    String prefix() {
      return prefix;
    }
  }

  static Destination queue(Kind kind, String name) {
    return new Destination(kind, "", name, false);
  }

  static Destination topic(String key) {
    return exchange(Kind.TOPIC, DestinationText.TOPIC_EXCHANGE, key);
  }

  static Destination exchange(Kind kind, String exchange, String key) {
    return new Destination(kind, exchange, key, false);
  }

  /** Whether subscribers read from a queue of that name, rather than from one of their own. */
  boolean isQueue() {
    return exchange.isEmpty();
  }
}
