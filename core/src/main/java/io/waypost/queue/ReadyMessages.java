package io.waypost.queue;

import java.util.ArrayDeque;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * The messages that wait for a consumer, by priority and then by position.
 *
 * <p>New messages arrive in the order of their positions, so each priority is a plain ring. What comes back from a
 * consumer left the ring's head before everything that is still in it, so it waits in a small heap of its own, which is
 * always served first: the original order holds without a search.
 */
final class ReadyMessages {
  private static final class Level {
    ArrayDeque<QueueEntry> fresh = new ArrayDeque<>(16);

    @Nullable
    PriorityQueue<QueueEntry> returned;

    int widest;

    @Nullable
    QueueEntry peek() {
      if (returned != null) {
        QueueEntry first = returned.peek();
        if (first != null) {
          return first;
        }
      }
      return fresh.peekFirst();
    }

    @Nullable
    QueueEntry poll() {
      if (returned != null) {
        QueueEntry first = returned.poll();
        if (first != null) {
          return first;
        }
        returned = null;
      }
      QueueEntry first = fresh.pollFirst();
      if (widest > KEEP && fresh.size() < widest / 8) {
        fresh = new ArrayDeque<>(fresh);
        widest = fresh.size();
      }
      return first;
    }
  }

  /** A ring that once held more than this is exchanged for a smaller one when most of it is empty. */
  private static final int KEEP = 1 << 14;

  private final @Nullable Level[] levels;
  private int top = -1;
  private int size;

  /**
   * Nothing ready.
   *
   * @param maxPriority the highest priority told apart
   */
  ReadyMessages(int maxPriority) {
    levels = new Level[maxPriority + 1];
  }

  /** Adds a new message behind the others of its priority. */
  void add(QueueEntry entry) {
    Level level = level(entry);
    level.fresh.addLast(entry);
    level.widest = Math.max(level.widest, level.fresh.size());
    size++;
  }

  /** Puts a message back to the place that its position gives it. */
  void putBack(QueueEntry entry) {
    Level level = level(entry);
    if (level.returned == null) {
      level.returned =
          new PriorityQueue<>((one, other) -> Long.compare(one.position, other.position));
    }
    level.returned.add(entry);
    size++;
  }

  /** The message that is next, without taking it. */
  @Nullable
  QueueEntry peek() {
    while (top >= 0) {
      Level level = levels[top];
      QueueEntry first = level == null ? null : level.peek();
      if (first != null) {
        return first;
      }
      top--;
    }
    return null;
  }

  /** Takes the message that is next. */
  @Nullable
  QueueEntry poll() {
    if (peek() == null) {
      return null;
    }
    Level level = levels[top];
    QueueEntry first = level == null ? null : level.poll();
    size--;
    return first;
  }

  int size() {
    return size;
  }

  private Level level(QueueEntry entry) {
    int priority = entry.level;
    if (priority > top) {
      top = priority;
    }
    Level level = levels[priority];
    if (level == null) {
      level = new Level();
      levels[priority] = level;
    }
    return level;
  }
}
