package io.waypost.stomp;

import io.waypost.broker.PublishListener;
import io.waypost.broker.PublishOutcome;
import java.util.Arrays;

/**
 * The receipts that wait until the broker has what was sent. Each has a place, whose number goes with the message; a
 * place is used again when its outcome is known.
 */
final class Receipts implements PublishListener {
  private static final byte[] NOTHING = {};

  private final StompConnection connection;
  private final Publisher publisher;
  private byte[][] waiting = new byte[8][];
  private int[] free = new int[8];
  private int freeCount;
  private int used;

  Receipts(StompConnection connection, Publisher publisher) {
    this.connection = connection;
    this.publisher = publisher;
  }

  /** How many wait. */
  int waiting() {
    return used - freeCount;
  }

  /** Has a receipt wait; returns its place. */
  int add(byte[] receipt) {
    int place = freeCount > 0 ? free[--freeCount] : used++;
    if (place == waiting.length) {
      waiting = Arrays.copyOf(waiting, 2 * place);
      free = Arrays.copyOf(free, 2 * place);
    }
    waiting[place] = receipt;
    return place;
  }

  @Override
  public void published(long token, PublishOutcome outcome) {
    if (publisher.retries(outcome)) {
      return;
    }
    int place = (int) token;
    byte[] receipt = waiting[place];
    waiting[place] = NOTHING;
    free[freeCount++] = place;
    connection.published(outcome, receipt);
  }
}
