package io.waypost.queue;

import io.waypost.broker.PublishOutcome;
import io.waypost.broker.Settlement;
import io.waypost.loop.Timer;
import io.waypost.message.Message;
import io.waypost.queue.DeadLetters.Reason;
import io.waypost.queue.QueueCounters.Count;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How messages leave a queue: accepted, back to where they were, or, when nobody handled them, to the dead-letter exchange
 * if there is one. A dead letter that is stored leaves the store only when every queue that it goes to has it, so that it
 * is in one place or the other, or in both, whenever the broker stops. If in both, it dies again when the broker is back,
 * and whoever gets it then is told that it may not be the first. Belongs to the queue's loop.
 */
final class Departures {
  private record Dying(QueueEntry entry, Reason reason) {}

  private static final Logger LOG = LoggerFactory.getLogger(Departures.class);
  private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final Queue queue;
  private final Paging paging;
  private final DeliveryMark mark;
  private final QueueOwner owner;
  private List<Dying> failed = List.of();
  private List<Dying> held = List.of();
  private boolean logged;
  private @Nullable Timer retry;

  Departures(Queue queue, Paging paging, DeliveryMark mark, QueueOwner owner) {
    this.queue = queue;
    this.paging = paging;
    this.mark = mark;
    this.owner = owner;
  }

  /** Does what a consumer decided about a message that it does not hold any more. */
  void settle(QueueEntry entry, Settlement how) {
    if (how == Settlement.ACCEPT) {
      queue.counters().add(Count.ACKNOWLEDGED, 1);
      paging.store().remove(entry, true);
      return;
    }
    if (entry.evicted) {
      // The consumer's loop drops it, too, but not if the consumer never saw it.
      entry.message = null;
    }
    if (how == Settlement.DEAD_LETTER) {
      bury(entry, Reason.REJECTED);
    } else if (how == Settlement.RELEASE) {
      queue.putBack(entry);
    } else {
      entry.attempts++;
      entry.redelivered = true;
      long limit = queue.settings().deliveryLimit();
      if (limit != QueueSettings.NONE && entry.attempts > limit) {
        bury(entry, Reason.DELIVERY_LIMIT);
      } else {
        entry.mayExpire &= !queue.holdsSession();
        paging.store().returned(entry);
        queue.putBack(entry);
      }
    }
  }

  /** Ends a message that is in nobody's hands any more. */
  void bury(QueueEntry entry, Reason reason) {
    if (queue.settings().deadLetterExchange() == null) {
      paging.store().remove(entry, false);
    } else if (entry.evicted) {
      paging.fetch(
          List.of(entry), (present, lost) -> present.forEach(again -> send(again, reason)));
    } else {
      send(entry, reason);
    }
  }

  /** Ends a message that never was in the queue. */
  void buryRefused(Message message) {
    Message dead = dying(message, Reason.MAXLEN);
    if (dead != null) {
      owner.deadLetter(queue, dead, true, false, null);
    }
  }

  private void send(QueueEntry entry, Reason reason) {
    boolean stored = entry.undecided || entry.isStored();
    if (stored && !mark.covers(entry.position)) {
      held = with(held, new Dying(entry, reason));
      return;
    }
    Message dead = dying(entry.message(), reason);
    if (dead == null) {
      paging.store().remove(entry, false);
      return;
    }
    boolean automatic = reason != Reason.REJECTED;
    if (stored) {
      owner.deadLetter(
          queue, dead, automatic, entry.uncertain, outcome -> arrived(entry, reason, outcome));
    } else {
      paging.store().remove(entry, false);
      owner.deadLetter(queue, dead, automatic, false, null);
    }
  }

  /** The mark of deliveries has moved. */
  void markMoved() {
    if (!held.isEmpty()) {
      List<Dying> now = held;
      held = List.of();
      for (Dying each : now) {
        if (each.entry().dead) {
          paging.store().remove(each.entry(), false);
        } else {
          bury(each.entry(), each.reason());
        }
      }
    }
  }

  private @Nullable Message dying(Message message, Reason reason) {
    QueueSettings settings = queue.settings();
    String exchange = settings.deadLetterExchange();
    return exchange == null
        ? null
        : DeadLetters.dying(
            message,
            queue.name(),
            reason,
            exchange,
            settings.deadLetterKey(),
            queue.loop().clock().millis());
  }

  private void arrived(QueueEntry entry, Reason reason, PublishOutcome outcome) {
    if (queue.isDeleted()) {
      return;
    }
    if (outcome != PublishOutcome.FAILED) {
      logged = false;
      paging.store().remove(entry, false);
      return;
    }
    if (!logged) {
      logged = true;
      LOG.warn(
          "Queue '{}' in vhost '{}' keeps its dead letters: a queue that they go to could not store them",
          queue.name(),
          queue.virtualHost());
    }
    if (entry.isStored()) {
      paging.evict(entry);
    }
    // Some of its queues may have it, or have given it to somebody.
    entry.uncertain = true;
    failed = with(failed, new Dying(entry, reason));
    if (retry == null) {
      retry = queue.loop().schedule(this::again, RETRY_NANOS);
    }
  }

  private void again() {
    retry = null;
    List<Dying> now = failed;
    failed = List.of();
    now.forEach(each -> bury(each.entry(), each.reason()));
  }

  /** Most queues never have any. */
  private static List<Dying> with(List<Dying> all, Dying one) {
    List<Dying> grown = all.isEmpty() ? new ArrayList<>() : all;
    grown.add(one);
    return grown;
  }

  /** The queue is gone. */
  void stop() {
    failed = List.of();
    held = List.of();
    if (retry != null) {
      retry.cancel();
      retry = null;
    }
  }
}
