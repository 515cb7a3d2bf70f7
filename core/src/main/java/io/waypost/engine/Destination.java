package io.waypost.engine;

import io.waypost.queue.Queue;

/** What a binding leads to. */
sealed interface Destination permits Destination.ToQueue, Destination.ToExchange {
  /**
   * A queue.
   *
   * @param queue the queue
   * @param terms what the binding asks beyond its key, as {@link Terms} has it
   */
  record ToQueue(Queue queue, int terms) implements Destination {}

  /** Another exchange. */
  record ToExchange(Exchange exchange) implements Destination {}
}
