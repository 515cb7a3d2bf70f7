package io.waypost.engine;

import io.waypost.broker.BindingSpec;
import io.waypost.message.Headers;
import io.waypost.message.Message;
import io.waypost.queue.Queue;

/**
 * What a binding to a queue asks beyond its key, as bits of a number. A queue gets a message if one of its bindings
 * wants it, and keeps it if one of those that want it does.
 */
final class Terms {
  static final int NONE = 0;
  static final int NO_LOCAL = 1;
  static final int AT_MOST_ONCE = 2;
  static final int HIDE_RESERVED = 4;

  /** Not of a binding, but of all bindings of a queue that match: see {@link #asked}. */
  static final int LOCAL_AT_MOST_ONCE = 8;

  /** One more than the highest combination of one binding. */
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

  /**
   * What a match under these terms asks of a message, to be joined by {@code &} with what other bindings of the queue
   * ask: {@link #AT_MOST_ONCE} of another client's message, {@link #LOCAL_AT_MOST_ONCE} of the queue's own client's, and
   * {@link #NO_LOCAL} when that is not wanted at all.
   */
  static int asked(int terms) {
    int asked = terms & (NO_LOCAL | AT_MOST_ONCE);
    return asked == NONE ? NONE : asked | LOCAL_AT_MOST_ONCE;
  }

  /** Whether the message comes from the client that the queue belongs to. */
  static boolean isLocal(Queue queue, Message message) {
    String client = queue.spec().arguments().text(BindingSpec.CLIENT_ID);
    return client != null && client.equals(message.origin().clientId());
  }
}
