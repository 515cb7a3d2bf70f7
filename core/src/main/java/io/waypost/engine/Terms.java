package io.waypost.engine;

import io.waypost.broker.BindingSpec;
import io.waypost.message.Headers;
import io.waypost.message.Message;
import io.waypost.queue.Queue;

/**
 * What a binding to a queue asks beyond its key, as bits of a number. A queue gets a message if one of its bindings
 * wants it, so of several bindings only the terms hold that all of them have.
 */
final class Terms {
  static final int NONE = 0;
  static final int NO_LOCAL = 1;
  static final int AT_MOST_ONCE = 2;
  static final int HIDE_RESERVED = 4;

  /** One more than the highest combination. */
  static final int COMBINATIONS = 8;

  private static final char RESERVED = '$';

  private Terms() {}

  static int of(Headers arguments) {
    if (arguments.isEmpty()) {
      return NONE;
    }
    return bit(arguments, BindingSpec.NO_LOCAL, NO_LOCAL)
        | bit(arguments, BindingSpec.AT_MOST_ONCE, AT_MOST_ONCE)
        | bit(arguments, BindingSpec.HIDE_RESERVED, HIDE_RESERVED);
  }

  private static int bit(Headers arguments, String name, int bit) {
    return Boolean.TRUE.equals(arguments.get(name)) ? bit : NONE;
  }

  /** Whether the routing key is hidden from such a binding. */
  static boolean hide(int terms, String routingKey) {
    return (terms & HIDE_RESERVED) != 0 && isReserved(routingKey);
  }

  static boolean isReserved(String routingKey) {
    return !routingKey.isEmpty() && routingKey.charAt(0) == RESERVED;
  }

  /** Whether the message comes from the client that the queue belongs to, and is not wanted back. */
  static boolean exclude(int terms, Queue queue, Message message) {
    if ((terms & NO_LOCAL) == 0) {
      return false;
    }
    String client = queue.spec().arguments().text(BindingSpec.CLIENT_ID);
    return client != null && client.equals(message.origin().clientId());
  }
}
