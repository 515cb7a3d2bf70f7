package io.waypost.queue;

import io.waypost.loop.Loop;
import io.waypost.loop.Timer;
import io.waypost.message.Message;
import io.waypost.store.QueueStore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Time to live of messages. A message is dropped when it is due and next in line: one timer a queue, for the message at
 * the head, is all that this takes.
 */
final class MessageExpiry {
  private static final long LONGEST = TimeUnit.NANOSECONDS.toMillis(Long.MAX_VALUE / 4);

  private final Queue queue;
  private final Loop loop;
  private @Nullable Timer timer;
  private @Nullable QueueEntry armedFor;

  MessageExpiry(Queue queue) {
    this.queue = queue;
    this.loop = queue.loop();
  }

  /** Sets until when a new message may wait. */
  void admit(QueueEntry entry, Message message, QueueSettings settings) {
    long own = message.timeToLive();
    long queue = settings.messageTtl();
    if (own == Message.NO_EXPIRY && queue == QueueSettings.NONE) {
      return;
    }
    long millis =
        own == Message.NO_EXPIRY ? queue : queue == QueueSettings.NONE ? own : Math.min(own, queue);
    millis = Math.min(millis, LONGEST);
    entry.deadline = loop.clock().millis() + millis;
    entry.expires = true;
    entry.expiry = loop.clock().nanos() + TimeUnit.MILLISECONDS.toNanos(millis);
  }

  /** Goes on with the deadline that a message had before it was stored. */
  void restore(QueueEntry entry) {
    if (entry.deadline != QueueStore.NEVER) {
      long millis = Math.min(entry.deadline - loop.clock().millis(), LONGEST);
      entry.expires = true;
      entry.expiry = loop.clock().nanos() + TimeUnit.MILLISECONDS.toNanos(millis);
    }
  }

  boolean isDue(QueueEntry entry) {
    return entry.expires && entry.mayExpire && entry.expiry - loop.clock().nanos() <= 0;
  }

  /** Watches the message that is next in line. */
  void watch(@Nullable QueueEntry head) {
    if (head == armedFor) {
      return;
    }
    stop();
    if (head != null && head.expires && head.mayExpire) {
      armedFor = head;
      timer = loop.schedule(this::due, Math.max(0, head.expiry - loop.clock().nanos()));
    }
  }

  void stop() {
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
    armedFor = null;
  }

  private void due() {
    timer = null;
    armedFor = null;
    queue.dispatch();
  }
}
