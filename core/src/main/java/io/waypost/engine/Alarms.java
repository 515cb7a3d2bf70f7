package io.waypost.engine;

import io.waypost.queue.MemoryPressure;
import io.waypost.store.MessageStore;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches what the broker may run out of, memory and what the store needs. Long before memory is short queues are told to
 * hold less of it ({@link MemoryPressure}); when it is, or the store is short of something, publishers are held back. Any
 * thread.
 */
final class Alarms {
  private static final Logger LOG = LoggerFactory.getLogger(Alarms.class);
  private static final String LOW_MEMORY = "low on memory";

  private final MessageStore messages;
  private final long memoryLimit;
  private final MemoryPressure pressure;
  private final Runnable pressed;
  private final Runnable changed;
  private final AtomicInteger looks = new AtomicInteger();
  private volatile boolean memoryLow;
  private volatile @Nullable String shortage;

  /**
   * No alarm.
   *
   * @param memoryLimit bytes of messages at which publishers are held back
   * @param pressed called when there begins to be pressure
   * @param changed called when publishers are to be held back, or no longer
   */
  Alarms(
      MessageStore messages,
      long memoryLimit,
      MemoryPressure pressure,
      Runnable pressed,
      Runnable changed) {
    this.messages = messages;
    this.memoryLimit = memoryLimit;
    this.pressure = pressure;
    this.pressed = pressed;
    this.changed = changed;
  }

  /** The shortage for which publishers are held back, in words, or null. */
  @Nullable
  String shortage() {
    return shortage;
  }

  /** Whether memory is what there is too little of. */
  boolean isMemoryLow() {
    return memoryLow;
  }

  /** Looks whether something has changed; whoever comes while another looks has that one look again. */
  void look() {
    if (looks.getAndIncrement() != 0) {
      return;
    }
    int seen = 1;
    while (seen != 0) {
      lookOnce();
      seen = looks.addAndGet(-seen);
    }
  }

  private void lookOnce() {
    long used = messages.bytesInMemory();
    press(used);
    // A tenth below before it ends, so that it does not flicker.
    boolean low = used >= (memoryLow ? memoryLimit - memoryLimit / 10 : memoryLimit);
    memoryLow = low;
    String before = shortage;
    String now = low ? LOW_MEMORY : messages.shortage();
    shortage = now;
    if ((now == null) != (before == null)) {
      if (now != null) {
        LOG.warn(
            "The broker is {}, messages hold {} of {} bytes: publishers are blocked",
            now,
            used,
            memoryLimit);
      } else {
        LOG.info("The broker is no longer {}: publishers go on", before);
      }
      changed.run();
    }
  }

  private void press(long used) {
    boolean before = pressure.isHigh();
    boolean high = used >= (before ? memoryLimit / 5 * 2 : memoryLimit / 2);
    if (high != before) {
      pressure.set(high);
      if (high) {
        pressed.run();
      }
    }
  }
}
