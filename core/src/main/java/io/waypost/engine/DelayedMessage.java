package io.waypost.engine;

import io.waypost.broker.PublishOutcome;
import io.waypost.message.Message;
import io.waypost.queue.Receipt;
import io.waypost.store.QueueStore;
import org.jspecify.annotations.Nullable;

/**
 * A message that an exchange keeps back. Belongs to the virtual host's loop; the store's threads may ask what {@link
 * QueueStore.Entry} says. Ordered by due time, equal times by arrival.
 */
final class DelayedMessage implements QueueStore.Entry, Comparable<DelayedMessage> {
  private final DelayedMessages home;
  private final long position;
  private final long deadline;
  private final int bytes;

  /** When it is due, in the loop's nanoseconds; later than at first when it could not be published then. */
  long due;

  /** Null while it is evicted. */
  @Nullable
  Message message;

  /** Whether it may have been published already. */
  boolean again;

  private long place;

  /** Whether the store is still at it. */
  boolean undecided;

  /** Whether nothing is to become of it any more. */
  boolean gone;

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
    this.home = home;
    this.position = position;
    this.deadline = deadline;
    this.due = due;
    this.message = message;
    this.again = again;
    this.bytes = message.body().length;
    this.place = place;
  }

  @Override
  public int compareTo(DelayedMessage other) {
    // Differences, since the clock may wrap.
    int byDue = Long.signum(due - other.due);
    return byDue != 0 ? byDue : Long.compare(position, other.position);
  }

  /** Whether the store has it, so that it may leave memory. */
  boolean isStored() {
    return !undecided && place > QueueStore.NOWHERE;
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
  public long position() {
    return position;
  }

  @Override
  public @Nullable Message inMemory() {
    return message;
  }

  @Override
  public int bodyLength() {
    return bytes;
  }

  @Override
  public int share() {
    return 1;
  }

  @Override
  public int level() {
    return 0;
  }

  @Override
  public long deadline() {
    return deadline;
  }

  @Override
  public int attempts() {
    return 0;
  }

  @Override
  public boolean handedOut() {
    return again;
  }

  @Override
  public long place() {
    return place;
  }

  @Override
  public void place(long changed) {
    place = changed;
  }
}
