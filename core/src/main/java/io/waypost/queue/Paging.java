package io.waypost.queue;

import io.waypost.queue.MemoryPressure.Window;
import io.waypost.store.QueueStore;
import java.util.ArrayList;
import java.util.List;

/** How one queue's messages leave memory and come back. Belongs to the queue's loop. */
final class Paging {
  /** Is given the entries that were fetched. */
  @FunctionalInterface
  interface Fetched {
    /**
     * Called on the queue's loop.
     *
     * @param present those whose message is there again
     * @param lost those that can't be read; the store keeps them, the queue does not have them any more
     */
    void fetched(List<QueueEntry> present, List<QueueEntry> lost);
  }

  private final Queue queue;
  private final QueueStore store;
  private final MemoryPressure pressure;
  private final boolean possible;

  Paging(Queue queue, QueueStore store, MemoryPressure pressure) {
    this.queue = queue;
    this.store = store;
    this.pressure = pressure;
    this.possible = store.canPage();
  }

  QueueStore store() {
    return store;
  }

  /** Whether messages can leave memory at all. */
  boolean isPossible() {
    return possible;
  }

  Window window() {
    return pressure.window();
  }

  boolean isPressed() {
    return pressure.isHigh();
  }

  /** Drops the message of an entry that is stored, and that nobody else has. */
  void evict(QueueEntry entry) {
    store.evict(entry);
    entry.evicted = true;
    entry.message = null;
  }

  /**
   * Whether the message of an entry that goes to a consumer need not stay until it is settled: it can be read again, and
   * either had been read once already, so that the queue is long, or memory is short.
   */
  boolean letsGo(QueueEntry entry) {
    return possible && (entry.loaded || pressure.isHigh()) && entry.isStored() && !entry.evicted;
  }

  /** Brings the messages of evicted entries back, later; nobody is told if the queue is gone by then. */
  void fetch(List<QueueEntry> entries, Fetched told) {
    store.fetch(entries, (messages, unreadable, unreadableBytes) -> {
      if (queue.isDeleted()) {
        return;
      }
      List<QueueEntry> present = new ArrayList<>(messages.size());
      List<QueueEntry> lost = new ArrayList<>(0);
      int at = 0;
      for (QueueEntry entry : entries) {
        if (at < messages.size() && messages.get(at).position() == entry.position) {
          entry.message = messages.get(at).message();
          entry.evicted = false;
          present.add(entry);
          at++;
        } else {
          lost.add(entry);
          store.leave(entry);
        }
      }
      told.fetched(present, lost);
    });
  }
}
