package io.waypost.store.log;

/** What the writing thread knows of a queue, whether the broker has opened it yet or not. */
final class StoredQueue {
  final long number;
  final boolean durable;
  final SegmentCounts counts;

  /** Where positions go on after a restart. */
  long nextPosition;

  /** What may have been delivered before the last crash; -1 for nothing. */
  final long deliveredBefore;

  /** What may have been delivered; -1 for nothing. */
  long delivering;

  /** Whether it was dropped: what it had is counted no more. */
  boolean forgotten;

  StoredQueue(long number, boolean durable, RecoveredQueue before) {
    this.number = number;
    this.durable = durable;
    this.counts = before.counts();
    this.nextPosition = before.recovered().nextPosition();
    this.deliveredBefore = before.delivered();
    this.delivering = before.delivered();
  }

  /** A position that no message has had. */
  long freePosition() {
    return Math.max(nextPosition, delivering + 1);
  }
}
