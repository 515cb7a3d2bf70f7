package io.waypost.store.log;

import io.waypost.store.QueueStore;

/** Where a message of a queue is stored: a segment and the number of its row there, in one long. */
final class Place {
  /** The note of an entry that is on its way to the log. */
  static final long PENDING = -1;

  /** The note of an entry that was consumed before it was written, and never will be. */
  static final long SKIPPED = -2;

  private Place() {}

  static long of(int segment, int ordinal) {
    return (long) segment << Integer.SIZE | ordinal;
  }

  static int segment(long place) {
    return (int) (place >>> Integer.SIZE);
  }

  static int ordinal(long place) {
    return (int) place;
  }

  /** Whether there is something stored at the place. */
  static boolean isStored(long place) {
    return place > QueueStore.NOWHERE;
  }
}
