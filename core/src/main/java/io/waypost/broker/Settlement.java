package io.waypost.broker;

/** How a consumer is done with a delivery. */
public enum Settlement {
  /** Handled: the queue forgets it. */
  ACCEPT,
  /** Not handled: back to its place in the queue, marked as redelivered, counted against the delivery limit. */
  REQUEUE,
  /** Not wanted: to the dead-letter exchange if the queue has one, else gone. */
  DEAD_LETTER,
  /** Never reached the client: back to its place as if it had not been delivered. */
  RELEASE
}
