package io.waypost.queue;

import io.waypost.loop.Clock;
import io.waypost.store.QueueStore;
import java.util.concurrent.TimeUnit;

/**
 * Tells the store how far deliveries have come, so that after a crash what may have been delivered is flagged. While
 * deliveries run fast the mark runs ahead of them, twice as far each time, so that it is moved seldom; it never covers
 * many more messages than were just delivered. Belongs to the queue's loop.
 */
final class DeliveryMark {
  private static final long FAST_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final int MOST_AHEAD = 16_384;

  private final QueueStore store;
  private final Clock clock;
  private long announced = -1;
  private int ahead;
  private long movedAt;

  DeliveryMark(QueueStore store, Clock clock) {
    this.store = store;
    this.clock = clock;
  }

  /** The message at that position is about to be delivered. */
  void reach(long position) {
    if (position > announced) {
      move(position);
    }
  }

  private void move(long position) {
    long now = clock.nanos();
    boolean fast = announced >= 0 && now - movedAt < FAST_NANOS;
    ahead = fast ? Math.min(MOST_AHEAD, 2 * ahead + 1) : 0;
    movedAt = now;
    announced = position + ahead;
    store.delivering(announced);
  }
}
