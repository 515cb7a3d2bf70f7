package io.waypost.queue;

import io.waypost.broker.BrokerException;
import io.waypost.broker.PublishOutcome;
import io.waypost.broker.Session;
import io.waypost.loop.Loop;
import io.waypost.queue.QueueCounters.Count;
import io.waypost.queue.QueueSettings.Overflow;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * What happens where a message is next in line: it expires, is dropped for want of room, or goes to whoever's turn it is.
 * Belongs to the queue's loop.
 */
final class QueueHead {
  /** Deliveries in one turn, so that a long backlog lets its neighbours on the loop go on. */
  private static final int TURN = 1024;

  private final Queue queue;
  private final Loop loop;
  private final ReadyMessages ready;
  private final Dispatcher dispatcher;
  private final MessageExpiry expiry;
  private final Departures departures;
  private final Paging paging;
  private final QueueCounters counters;
  private final DeliveryMark mark;
  private @Nullable WaitingGets gets;
  private @Nullable QueueEntry arriving;
  private boolean dispatching;
  private boolean retired;
  private boolean returnedWaits;
  private boolean moreWaits;

  QueueHead(
      Queue queue,
      ReadyMessages ready,
      Dispatcher dispatcher,
      MessageExpiry expiry,
      Departures departures,
      Paging paging,
      DeliveryMark mark) {
    this.queue = queue;
    this.loop = queue.loop();
    this.ready = ready;
    this.dispatcher = dispatcher;
    this.expiry = expiry;
    this.departures = departures;
    this.paging = paging;
    this.counters = queue.counters();
    this.mark = mark;
  }

  // --- when to look at it
  // ------------------------------------------------------------------------------------------

  /** A new message is among those that are ready. */
  void arrived(QueueEntry entry) {
    if (!moreWaits) {
      // Even one that may not wait at all goes to a consumer that can take it now.
      arriving = entry;
      dispatch();
      arriving = null;
    }
  }

  /** Hands a message over that is not worth keeping, to whoever takes it now; where nobody does it is gone. */
  void pass(QueueEntry entry) {
    ConsumerSlot slot = dispatcher.open();
    counters.add(Count.PUBLISHED, 1);
    if (slot == null) {
      counters.add(Count.OVERFLOWED, 1);
    } else {
      counters.add(Count.DELIVERED, 1);
      counters.add(Count.ACKNOWLEDGED, 1);
      slot.pass(entry);
    }
    entry.report(PublishOutcome.ROUTED);
  }

  /** A message came back. */
  void returned() {
    if (!returnedWaits) {
      // At the turn's end, so that what comes back together is in order before it goes out again.
      returnedWaits = true;
      loop.atTurnEnd(this::dispatchReturned);
    }
  }

  /** A consumer may be able to take a message now. */
  void wanted() {
    if (!returnedWaits && !moreWaits) {
      dispatch();
    }
  }

  /** Messages that had to be brought into memory are there, or will never be; or the mark of deliveries has moved. */
  void loaded() {
    if (gets != null) {
      gets.serve(this::serve);
    }
    dispatch();
  }

  private void dispatchReturned() {
    returnedWaits = false;
    dispatch();
  }

  private void dispatchMore() {
    moreWaits = false;
    dispatch();
  }

  // --- what becomes of it
  // ------------------------------------------------------------------------------------------

  /** Gives what is ready to whoever can take it, and drops what may not wait (any longer). */
  void dispatch() {
    if (dispatching || retired || queue.isDeleted()) {
      return;
    }
    dispatching = true;
    int left = TURN;
    QueueSettings settings = queue.settings();
    QueueEntry head = ready.peek();
    try {
      while (head != null && left > 0 && moveOn(head, settings)) {
        left--;
        head = ready.peek();
      }
    } finally {
      dispatching = false;
    }
    expiry.watch(head);
    if (left == 0 && head != null && !moreWaits) {
      moreWaits = true;
      loop.execute(this::dispatchMore);
    }
  }

  /** What becomes of the message that is next; whether it does not stay. */
  private boolean moveOn(QueueEntry head, QueueSettings settings) {
    if (head != arriving && expiry.isDue(head)) {
      drop(head, Count.EXPIRED, DeadLetters.Reason.EXPIRED);
      return true;
    }
    ConsumerSlot slot = dispatcher.peek();
    if (slot != null) {
      if (!mayGo(head)) {
        return false;
      }
      dispatcher.chosen(slot);
      ready.poll();
      take(head, slot);
      slot.deliver(head);
      return true;
    }
    if (settings.overflow() == Overflow.DROP_HEAD && isOverLimit(settings)) {
      drop(head, Count.OVERFLOWED, DeadLetters.Reason.MAXLEN);
      return true;
    }
    return false;
  }

  /** Whether it would be known after a crash that the message may have been delivered. */
  private boolean mayGo(QueueEntry head) {
    // What comes and goes within one turn says so itself when it is written.
    return head == arriving || !(head.undecided || head.isStored()) || mark.covers(head.position);
  }

  /** The next message that has not expired; those before it are dropped. */
  private @Nullable QueueEntry liveHead() {
    QueueEntry head = ready.peek();
    while (head != null && expiry.isDue(head)) {
      drop(head, Count.EXPIRED, DeadLetters.Reason.EXPIRED);
      head = ready.peek();
    }
    return head;
  }

  private void drop(QueueEntry head, Count count, DeadLetters.Reason reason) {
    ready.poll();
    counters.add(count, 1);
    departures.bury(head, reason);
  }

  private boolean isOverLimit(QueueSettings settings) {
    return (settings.maxLength() != QueueSettings.NONE && ready.size() > settings.maxLength())
        || (settings.maxBytes() != QueueSettings.NONE
            && counters.get(Count.READY_BYTES) > settings.maxBytes());
  }

  private void take(QueueEntry entry, ConsumerSlot slot) {
    counters.add(Count.DELIVERED, 1);
    if (entry.redelivered) {
      counters.add(Count.REDELIVERED, 1);
    }
    entry.handedOut = true;
    if (slot.spec().autoAccept()) {
      counters.add(Count.ACKNOWLEDGED, 1);
      paging.store().remove(entry, true);
      return;
    }
    counters.add(Count.UNSETTLED, 1);
    counters.add(Count.UNSETTLED_BYTES, entry.bodyLength());
    slot.hold(entry);
    if (slot.attached && paging.letsGo(entry)) {
      // The consumer's loop drops the message, when the consumer has seen it.
      paging.store().evict(entry);
      entry.evicted = true;
    }
  }

  // --- for those who ask
  // -------------------------------------------------------------------------------------------

  /** Takes the next message for a session, as soon as it is in memory. */
  CompletionStage<Session.@Nullable Got> get(
      Subscriber subscriber, QueueConsumers consumers, boolean autoAccept) {
    WaitingGets.Get get = new WaitingGets.Get(subscriber, consumers, autoAccept);
    WaitingGets waiting = gets;
    if (waiting == null) {
      waiting = new WaitingGets();
      gets = waiting;
    }
    waiting.add(get);
    waiting.serve(this::serve);
    return get.result();
  }

  /** Whether a get could be answered: with a message, or because there is none. */
  private boolean serve(WaitingGets.Get get) {
    QueueEntry head = liveHead();
    if (head == null ? ready.size() > 0 : !mayGo(head)) {
      return false;
    }
    if (head == null) {
      get.complete(null);
      return true;
    }
    ready.poll();
    take(head, get.holder());
    expiry.watch(ready.peek());
    get.complete(new Session.Got(head, Queue.count(ready.size())));
    return true;
  }

  /** A session is over. */
  void release(Subscriber subscriber) {
    if (gets != null) {
      gets.release(subscriber);
    }
  }

  /** Nothing moves any more: the broker is about to stop. */
  void retire() {
    retired = true;
    expiry.stop();
  }

  /** The queue is gone. */
  void stop(BrokerException why) {
    expiry.stop();
    if (gets != null) {
      gets.fail(why);
    }
  }
}
