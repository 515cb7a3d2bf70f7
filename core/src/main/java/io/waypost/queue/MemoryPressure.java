package io.waypost.queue;

/**
 * Whether messages hold so much memory that queues are to keep as little of it as they can. Set by the broker, looked at
 * by every queue. Any thread.
 */
public final class MemoryPressure {
  private volatile boolean high;

  /** Whether there is pressure at the moment. */
  public boolean isHigh() {
    return high;
  }

  /** Changes it. */
  public void set(boolean now) {
    high = now;
  }
}
