package io.waypost.engine;

import io.waypost.queue.Queue;

/** What a binding leads to. */
sealed interface Destination permits Destination.ToQueue, Destination.ToExchange {
  /** A queue. */
  record ToQueue(Queue queue) implements Destination {}

  /** Another exchange. */
  record ToExchange(Exchange exchange) implements Destination {}
}
