package io.waypost.queue;

import io.waypost.queue.QueueCounters.Count;
import io.waypost.store.QueueStore;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The messages that wait for a consumer, by priority and then by position, in memory or not. Belongs to the queue's
 * loop.
 */
final class ReadyMessages {
  private final Queue queue;
  private final Paging paging;
  private final ReadyLevel.Listener listener;
  private final QueueCounters counters;
  private final @Nullable ReadyLevel[] levels;
  private int top = -1;
  private long size;

  /**
   * Nothing ready.
   *
   * @param maxPriority the highest priority told apart
   * @param listener told of what could not be done at once
   */
  ReadyMessages(Queue queue, int maxPriority, Paging paging, ReadyLevel.Listener listener) {
    this.queue = queue;
    this.paging = paging;
    this.listener = listener;
    this.counters = queue.counters();
    this.levels = new ReadyLevel[maxPriority + 1];
  }

  /** Goes on with what the store kept. */
  void restore(List<List<QueueStore.Run>> runs) {
    for (int priority = 0; priority < runs.size(); priority++) {
      if (!runs.get(priority).isEmpty()) {
        level(Math.min(priority, levels.length - 1)).restore(runs.get(priority));
        for (QueueStore.Run run : runs.get(priority)) {
          count(run.size(), run.bytes());
        }
      }
    }
  }

  /** Adds a new message behind the others of its priority. */
  void add(QueueEntry entry) {
    entry.waits = true;
    count(1, entry.bodyLength());
    level(entry.level).add(entry);
  }

  private void count(int more, long moreBytes) {
    size += more;
    counters.add(Count.READY, more);
    counters.add(Count.READY_BYTES, moreBytes);
  }

  /** Puts a message back to the place that its position gives it. */
  void putBack(QueueEntry entry) {
    entry.waits = true;
    count(1, entry.bodyLength());
    level(entry.level).putBack(entry);
  }

  /**
   * The message that is next, without taking it; null when there is none, or while it is brought into memory: then
   * {@link #size} is not 0, and the listener will be told.
   */
  @Nullable
  QueueEntry peek() {
    while (top >= 0) {
      ReadyLevel level = levels[top];
      if (level != null) {
        QueueEntry first = level.peek();
        if (first != null || !level.isEmpty()) {
          return first;
        }
      }
      top--;
    }
    return null;
  }

  /** Takes the message that is next and in memory. */
  @Nullable
  QueueEntry poll() {
    QueueEntry first = peek();
    if (first != null) {
      level(first.level).poll();
      leave(first);
    }
    return first;
  }

  private void leave(QueueEntry entry) {
    entry.waits = false;
    count(-1, -entry.bodyLength());
  }

  /** How many there are, in memory or not. */
  long size() {
    return size;
  }

  /** Has the store forget one of the messages, whose turn has not come. */
  void kill(QueueEntry entry) {
    leave(entry);
    paging.store().remove(entry, false);
    entry.dead = true;
    entry.message = null;
  }

  /** So many, with so many bytes, that were not in memory can't be read any more. */
  void lost(int messages, long bytes) {
    count(-messages, -bytes);
  }

  /** The store has one of the messages now. */
  void stored(QueueEntry entry) {
    level(entry.level).stored();
  }

  /** What came of writing a message so that it can leave memory. */
  void spilled(QueueEntry entry, boolean stored) {
    level(entry.level).spilled(stored);
  }

  /** Has what is beyond the window leave memory. */
  void relieve() {
    for (ReadyLevel level : levels) {
      if (level != null) {
        level.relieve();
      }
    }
  }

  /** Has the store forget all messages. */
  void purge() {
    for (int i = 0; i < levels.length; i++) {
      ReadyLevel level = levels[i];
      if (level != null) {
        levels[i] = level.purge();
      }
    }
    top = -1;
    counters.add(Count.READY, -size);
    counters.add(Count.READY_BYTES, -counters.get(Count.READY_BYTES));
    size = 0;
  }

  /** The queue is gone, with all that the store had of it. */
  void abandon() {
    for (ReadyLevel level : levels) {
      if (level != null) {
        level.abandon();
      }
    }
    // Caches of routes may know the queue for a while longer: they shall not keep its messages
    // alive.
    Arrays.fill(levels, null);
    top = -1;
    size = 0;
  }

  private ReadyLevel level(int priority) {
    top = Math.max(top, priority);
    ReadyLevel level = levels[priority];
    if (level == null) {
      level = new ReadyLevel(queue, paging, listener);
      levels[priority] = level;
    }
    return level;
  }
}
