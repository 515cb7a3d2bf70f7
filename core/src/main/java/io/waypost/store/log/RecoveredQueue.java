package io.waypost.store.log;

import io.waypost.store.QueueStore.Recovered;

/**
 * What recovery found of a queue.
 *
 * @param recovered its messages
 * @param counts in which segments they are
 * @param delivered the last position that may have been delivered before a crash; -1 if none
 */
record RecoveredQueue(Recovered recovered, SegmentCounts counts, long delivered) {
  /** A queue that was not there. */
  static RecoveredQueue fresh() {
    return new RecoveredQueue(Recovered.NOTHING, new SegmentCounts(), -1);
  }
}
