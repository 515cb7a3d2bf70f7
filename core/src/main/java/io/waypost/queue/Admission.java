package io.waypost.queue;

import io.waypost.broker.PublishOutcome;
import io.waypost.message.Message;
import io.waypost.queue.QueueCounters.Count;
import io.waypost.queue.QueueSettings.Overflow;
import io.waypost.store.QueueStore;
import java.util.Set;

/** How messages enter a queue, or don't. Belongs to the queue's loop. */
final class Admission {
  private final Queue queue;
  private final ReadyMessages ready;
  private final QueueHead head;
  private final MessageExpiry expiry;
  private final Departures departures;
  private final QueueStore store;
  private final QueueCounters counters;
  private long positions;
  private Set<String> stamps = Set.of();

  Admission(
      Queue queue,
      long positions,
      ReadyMessages ready,
      QueueHead head,
      MessageExpiry expiry,
      Departures departures,
      QueueStore store) {
    this.queue = queue;
    this.positions = positions;
    this.ready = ready;
    this.head = head;
    this.expiry = expiry;
    this.departures = departures;
    this.store = store;
    this.counters = queue.counters();
  }

  /** There are messages that the store had at the start and that may be offered again, under these stamps. */
  void knows(Set<String> offered) {
    stamps = offered;
  }

  /** Takes a message in, unless the queue is full and refuses. */
  void admit(QueueEntry entry) {
    QueueSettings settings = queue.settings();
    Message message = entry.message();
    if (!stamps.isEmpty() && entry.stamp() != null && stamps.remove(entry.stamp())) {
      entry.report(PublishOutcome.ROUTED);
      return;
    }
    if (queue.holdsSession() && entry.passes()) {
      entry.position = positions++;
      head.pass(entry);
      return;
    }
    if (settings.overflow() != Overflow.DROP_HEAD && isFullFor(entry, settings)) {
      refuse(entry, message, settings);
      return;
    }
    entry.position = positions++;
    entry.level = Math.min(message.priority(), settings.maxPriority());
    expiry.admit(entry, message, settings);
    counters.add(Count.PUBLISHED, 1);
    boolean safe = store.append(entry);
    entry.undecided = !safe;
    ready.add(entry);
    if (safe) {
      entry.report(PublishOutcome.ROUTED);
    }
    head.arrived(entry);
    if (entry.waits) {
      message.compact();
    }
  }

  private boolean isFullFor(QueueEntry entry, QueueSettings settings) {
    return (settings.maxLength() != QueueSettings.NONE && ready.size() >= settings.maxLength())
        || (settings.maxBytes() != QueueSettings.NONE
            && counters.get(Count.READY_BYTES) + entry.bodyLength() > settings.maxBytes());
  }

  private void refuse(QueueEntry entry, Message message, QueueSettings settings) {
    counters.add(Count.OVERFLOWED, 1);
    if (settings.overflow() == Overflow.REJECT_PUBLISH_DLX) {
      departures.buryRefused(message);
    }
    entry.report(queue.holdsSession() ? PublishOutcome.ROUTED : PublishOutcome.OVERFLOWED);
  }

  /** The store is done with an entry. */
  void decided(QueueEntry entry, boolean stored) {
    if (entry.spilling) {
      entry.spilling = false;
      if (!queue.isDeleted()) {
        ready.spilled(entry, stored);
      }
      return;
    }
    entry.report(stored ? PublishOutcome.ROUTED : PublishOutcome.FAILED);
    if (queue.isDeleted()) {
      return;
    }
    if (!entry.waits) {
      // If it is about to become a dead letter, it does not.
      entry.dead = !stored && !entry.handedOut;
      return;
    }
    if (stored) {
      ready.stored(entry);
    } else if (!entry.handedOut) {
      // Nobody has got what the publisher was told is not there: nobody shall.
      ready.kill(entry);
      head.dispatch();
    }
  }
}
