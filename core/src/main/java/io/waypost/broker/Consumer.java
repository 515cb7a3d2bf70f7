package io.waypost.broker;

/** Receives deliveries on the session's loop. Must not throw. */
public interface Consumer {
  /** One message. Write it, don't flush it. */
  void deliver(Delivery delivery);

  /** The end of a batch of deliveries: flush, at the latest when the turn ends. */
  void flush();

  /** The consumer is detached by the broker; there are no further deliveries. */
  void cancelled(ErrorCode why);

  /** In a queue with a single active consumer: whether this one is it now. */
  default void active(boolean active) {}
}
