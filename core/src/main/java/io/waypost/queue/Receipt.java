package io.waypost.queue;

import io.waypost.broker.PublishOutcome;

/** Waits for what one queue makes of one message. */
@FunctionalInterface
public interface Receipt {
  /** Told once, on the queue's loop. */
  void decided(PublishOutcome outcome);
}
