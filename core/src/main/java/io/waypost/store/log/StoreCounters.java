package io.waypost.store.log;

import java.util.concurrent.atomic.LongAdder;

/** What the store has done since it was opened, for whoever watches it. Any thread. */
final class StoreCounters {
  /** Bytes of messages and definitions that were handed over to be stored. */
  final LongAdder received = new LongAdder();

  /** Bytes that were written to the disk for them. */
  final LongAdder written = new LongAdder();

  /** How often a file was made safe. */
  final LongAdder forces = new LongAdder();
}
