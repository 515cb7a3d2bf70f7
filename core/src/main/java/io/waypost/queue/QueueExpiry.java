package io.waypost.queue;

import io.waypost.loop.Timer;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Time to live of a queue that nobody uses: no consumer, no declaration, no get. */
final class QueueExpiry {
  private final Queue queue;
  private final QueueOwner owner;
  private long millis = QueueSettings.NONE;
  private long lastUse;
  private boolean inUse;
  private @Nullable Timer timer;

  QueueExpiry(Queue queue, QueueOwner owner) {
    this.queue = queue;
    this.owner = owner;
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
      lastUse = queue.loop().clock().nanos();
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
      lastUse = queue.loop().clock().nanos();
      timer = queue.loop().schedule(this::check, TimeUnit.MILLISECONDS.toNanos(millis));
    }
  }

  private void check() {
    timer = null;
    if (millis == QueueSettings.NONE) {
      return;
    }
    long span = TimeUnit.MILLISECONDS.toNanos(millis);
    long left = inUse ? span : span - (queue.loop().clock().nanos() - lastUse);
    if (left <= 0) {
      owner.disused(queue);
    } else {
      timer = queue.loop().schedule(this::check, left);
    }
  }
}
