package io.waypost.engine;

import io.waypost.broker.PublishOutcome;
import io.waypost.message.Message;
import io.waypost.queue.Receipt;
import org.jspecify.annotations.Nullable;

/** A message that an exchange keeps back. Ordered by due time, equal times by arrival. */
final class DelayedMessage extends ParkedMessage implements Comparable<DelayedMessage> {
  private final DelayedMessages home;

  /** When it is due, in the loop's nanoseconds; later than at first when it could not be published then. */
  long due;

  /** Whether it may have been published already. */
  boolean again;

  @Nullable
  Receipt receipt;

  DelayedMessage(
      DelayedMessages home,
      long position,
      long deadline,
      long due,
      Message message,
      boolean again,
      long place) {
    super(position, deadline, message, place);
    this.home = home;
    this.due = due;
    this.again = again;
  }

  @Override
  public int compareTo(DelayedMessage other) {
    // Differences, since the clock may wrap.
    int byDue = Long.signum(due - other.due);
    return byDue != 0 ? byDue : Long.compare(position(), other.position());
  }

  void report(PublishOutcome outcome) {
    Receipt waiting = receipt;
    if (waiting != null) {
      receipt = null;
      waiting.decided(outcome);
    }
  }

  @Override
  public void decided(boolean stored) {
    undecided = false;
    home.decided(this, stored);
  }

  @Override
  public boolean handedOut() {
    return again;
  }
}
