package io.waypost.store;

import io.waypost.message.Message;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts the bytes that messages hold. Each loop counts for itself in a {@link Local} and passes on sums of some size, so
 * that the hot path touches nothing shared.
 */
public final class MemoryMeter {
  /** What an entry holds besides its message, in bytes. */
  public static final int ENTRY = 96;

  private static final long STEP = 256 * 1024;

  private final AtomicLong total = new AtomicLong();
  private volatile Runnable changed = () -> {};

  /** Has the listener called on the counting loop after the total moved by {@value #STEP} bytes or more. */
  public void onChange(Runnable listener) {
    changed = listener;
  }

  /** What an entry holds while its message is in memory, in bytes. */
  public static long cost(QueueStore.Entry entry) {
    return ENTRY + body(entry);
  }

  /** The part of that which goes when the entry is evicted, in bytes. */
  public static long body(QueueStore.Entry entry) {
    Message message = entry.inMemory();
    return message == null ? 0 : (long) message.footprint() / entry.share();
  }

  /** The bytes counted so far. Any thread. */
  public long total() {
    return total.get();
  }

  /** One loop's share of the count; belongs to that loop. */
  public final class Local {
    private long pending;

    /** Counts bytes that appeared (positive) or went (negative). */
    public void add(long bytes) {
      pending += bytes;
      if (pending >= STEP || pending <= -STEP) {
        total.addAndGet(pending);
        pending = 0;
        changed.run();
      }
    }
  }
}
