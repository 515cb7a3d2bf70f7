package io.waypost.queue;

import io.waypost.store.QueueStore;
import java.util.concurrent.TimeUnit;

/**
 * Tells the store how far deliveries have come, so that after a crash what may have been delivered, or passed on to
 * another queue, is flagged: a message leaves when the store has noted that. While deliveries run fast the mark runs ahead of them, twice as far each time,
 * so that it is moved seldom and in time; it never covers many more messages than were just delivered. Belongs to the
 * queue's loop.
 */
final class DeliveryMark {
  private static final long FAST_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final int MOST_AHEAD = 16_384;

  private final Queue queue;
  private final QueueStore store;
  private long noted = -1;
  private long requested = -1;
  private int ahead;
  private long movedAt;

  /** No message may have been delivered. */
  DeliveryMark(Queue queue, QueueStore store) {
    this.queue = queue;
    this.store = store;
  }

  /** Whether the message at that position may leave the queue now; otherwise it may when the mark has moved. */
  boolean covers(long position) {
    if (position > requested - ahead / 2) {
      move(position);
    }
    return position <= noted;
  }

  private void move(long position) {
    long now = queue.loop().clock().nanos();
    boolean fast = requested >= 0 && now - movedAt < FAST_NANOS;
    ahead = fast ? Math.min(MOST_AHEAD, 2 * ahead + 1) : 0;
    movedAt = now;
    long upTo = Math.max(requested, position + ahead);
    requested = upTo;
    if (store.delivering(upTo, () -> noted(upTo))) {
      noted = upTo;
    }
  }

  private void noted(long upTo) {
    noted = upTo;
    queue.markMoved();
  }
}
