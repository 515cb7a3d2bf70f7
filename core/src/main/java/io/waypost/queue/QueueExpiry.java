package io.waypost.queue;

import io.waypost.loop.Loop;
import io.waypost.loop.Timer;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Time to live of a queue that nobody uses: no consumer, no declaration, no get. */
final class QueueExpiry {
  private final Loop loop;
  private final Runnable expired;
  private long millis = QueueSettings.NONE;
  private long lastUse;
  private boolean inUse;
  private @Nullable Timer timer;

  QueueExpiry(Loop loop, Runnable expired) {
    this.loop = loop;
    this.expired = expired;
  }

  /** Sets after how many unused milliseconds the queue goes, or {@link QueueSettings#NONE}. */
  void after(long unusedMillis) {
    if (unusedMillis != millis) {
      millis = unusedMillis;
      rearm();
    }
  }

  /** The queue was used at this moment. */
  void used() {
    if (millis != QueueSettings.NONE) {
      lastUse = loop.clock().nanos();
    }
  }

  /** Whether consumers keep the queue in use. */
  void consumed(boolean consumed) {
    inUse = consumed;
    used();
  }

  void stop() {
    millis = QueueSettings.NONE;
    rearm();
  }

  private void rearm() {
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
    if (millis != QueueSettings.NONE) {
      lastUse = loop.clock().nanos();
      timer = loop.schedule(this::check, TimeUnit.MILLISECONDS.toNanos(millis));
    }
  }

  private void check() {
    timer = null;
    if (millis == QueueSettings.NONE) {
      return;
    }
    long span = TimeUnit.MILLISECONDS.toNanos(millis);
    long left = inUse ? span : span - (loop.clock().nanos() - lastUse);
    if (left <= 0) {
      expired.run();
    } else {
      timer = loop.schedule(this::check, left);
    }
  }
}
