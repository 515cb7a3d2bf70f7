package io.waypost.store;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts the bytes that messages hold. Each loop counts for itself in a {@link Local} and passes on sums of some size, so
 * that the hot path touches nothing shared.
 */
public final class MemoryMeter {
  private static final long STEP = 256 * 1024;

  private final AtomicLong total = new AtomicLong();
  private final Runnable changed;

  /**
   * A meter at zero.
   *
   * @param changed called on the counting loop after the total moved by {@value #STEP} bytes or more
   */
  public MemoryMeter(Runnable changed) {
    this.changed = changed;
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
