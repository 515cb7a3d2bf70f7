package io.waypost.engine;

import io.waypost.broker.PublishListener;
import io.waypost.broker.PublishOutcome;
import io.waypost.loop.Loop;
import io.waypost.queue.Receipt;

/**
 * Waits until every queue has said what it made of a message, then tells the publisher the worst of it. Belongs to the
 * publisher's loop; queues elsewhere send it there as a task, which in the usual case costs no further object.
 */
final class PendingPublish implements Receipt, Runnable {
  private final Loop loop;
  private final long token;
  private final PublishListener listener;
  private int waiting;
  private PublishOutcome worst = PublishOutcome.ROUTED;

  PendingPublish(Loop loop, int queues, long token, PublishListener listener) {
    this.loop = loop;
    this.waiting = queues;
    this.token = token;
    this.listener = listener;
  }

  @Override
  public void decided(PublishOutcome outcome) {
    if (loop.inLoop()) {
      count(outcome);
    } else if (outcome == PublishOutcome.ROUTED) {
      loop.execute(this);
    } else {
      loop.execute(() -> count(outcome));
    }
  }

  /** One more queue has it. */
  @Override
  public void run() {
    count(PublishOutcome.ROUTED);
  }

  private void count(PublishOutcome outcome) {
    if (outcome.compareTo(worst) > 0) {
      worst = outcome;
    }
    waiting--;
    if (waiting == 0) {
      listener.published(token, worst);
    }
  }
}
