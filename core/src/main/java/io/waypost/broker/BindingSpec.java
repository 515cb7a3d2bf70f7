package io.waypost.broker;

import io.waypost.message.Headers;

/**
 * A binding: messages published to the source that match go to the destination.
 *
 * @param source the exchange
 * @param destination a queue or an exchange
 * @param kind which of the two
 * @param key the routing key or pattern, unused by some exchange types
 * @param arguments what headers exchanges match by
 */
public record BindingSpec(
    String source, String destination, DestinationKind kind, String key, Headers arguments) {

  /** What a binding leads to. */
  public enum DestinationKind {
    /** A queue. */
    QUEUE,
    /** Another exchange. */
    EXCHANGE
  }

  /** A binding that leads to a queue. */
  public static BindingSpec toQueue(String source, String queue, String key, Headers arguments) {
    return new BindingSpec(source, queue, DestinationKind.QUEUE, key, arguments);
  }

  /** A binding that leads to another exchange. */
  public static BindingSpec toExchange(
      String source, String exchange, String key, Headers arguments) {
    return new BindingSpec(source, exchange, DestinationKind.EXCHANGE, key, arguments);
  }
}
