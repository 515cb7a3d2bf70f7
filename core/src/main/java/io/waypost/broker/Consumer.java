package io.waypost.broker;

/** Receives deliveries on the session's loop. Must not throw. */
public interface Consumer {
  /** One message. Write it; flush when the loop's turn ends, so that what arrives together leaves together. */
  void deliver(Delivery delivery);

  /** The consumer is detached by the broker; there are no further deliveries. */
  void cancelled(ErrorCode why);

  /** In a queue with a single active consumer: whether this one is it now. */
  default void active(boolean active) {}
}
