package io.waypost.broker;

import io.waypost.message.Headers;

/**
 * A binding: messages published to the source that match go to the destination.
 *
 * @param source the exchange
 * @param destination a queue or an exchange
 * @param kind which of the two
 * @param key the routing key or pattern, unused by some exchange types
 * @param arguments what headers exchanges match by; whatever the exchange, {@link #NO_LOCAL}, {@link #AT_MOST_ONCE} and
 *     {@link #HIDE_RESERVED} with the value true are terms for queues; {@link #RETAINED} asks for something once, and is no part
 *     of the binding
 */
public record BindingSpec(
    String source, String destination, DestinationKind kind, String key, Headers arguments) {

  /** Leaves out what the client published whose id is the queue's argument {@link #CLIENT_ID}. */
  public static final String NO_LOCAL = "x-no-local";

  /** Treats every message as one that is not persistent; for queues of kind {@link QueueSpec.Kind#SESSION}. */
  public static final String AT_MOST_ONCE = "x-at-most-once";

  /** Leaves out keys that begin with {@code $}. */
  public static final String HIDE_RESERVED = "x-hide-reserved";

  /**
   * Asks, with the value true, for the messages that are retained and that the binding would have brought: they are put
   * into the queue when it is bound. False, or missing, asks for none. A binding is the same with and without it.
   */
  public static final String RETAINED = "x-retained";

  /** The argument of a queue that names the client whose messages it holds. */
  public static final String CLIENT_ID = "x-client-id";

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
