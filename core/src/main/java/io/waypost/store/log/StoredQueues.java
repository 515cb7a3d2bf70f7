package io.waypost.store.log;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** All queues by number, until they are dropped. Any thread; what is in a {@link StoredQueue} is the writing thread's. */
final class StoredQueues {
  private final Map<Long, StoredQueue> byNumber = new ConcurrentHashMap<>();

  /** Queues that were there at the start: before anything else. */
  StoredQueues(Map<Long, RecoveredQueue> recovered) {
    recovered.forEach(
        (number, before) -> byNumber.put(number, new StoredQueue(number, true, before)));
  }

  /** What the writer knows of a queue, which may be a new one. */
  StoredQueue open(long number, boolean durable) {
    return byNumber.computeIfAbsent(
        number, absent -> new StoredQueue(number, durable, RecoveredQueue.fresh()));
  }

  @Nullable
  StoredQueue get(long number) {
    return byNumber.get(number);
  }

  void remove(StoredQueue queue) {
    byNumber.remove(queue.number, queue);
  }

  /** Whether messages of the queue may live. */
  boolean isOpen(long queue) {
    return queue == Format.DEFINITIONS || byNumber.containsKey(queue);
  }

  Collection<StoredQueue> all() {
    return byNumber.values();
  }
}
