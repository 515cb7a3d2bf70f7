package io.waypost.queue;

import io.waypost.broker.BrokerException;
import io.waypost.broker.Consumer;
import io.waypost.broker.ConsumerHandle;
import io.waypost.broker.ConsumerSpec;
import io.waypost.broker.Delivery;
import io.waypost.broker.ErrorCode;
import io.waypost.broker.Settlement;
import io.waypost.message.Headers;
import io.waypost.queue.QueueCounters.Count;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Who consumes from a queue, comes and goes, and what they hold. Belongs to the queue's loop. */
final class QueueConsumers {
  /** Stands where a message is taken and not delivered. */
  private static final Consumer NOBODY = new Consumer() {
    @Override
    public void deliver(Delivery delivery) {
      throw new IllegalStateException("a message that was asked for is not delivered");
    }

    @Override
    public void cancelled(ErrorCode why) {}
  };

  private final Queue queue;
  private final Dispatcher dispatcher;
  private final QueueExpiry queueExpiry;
  /** Consumers that are gone or never were (get) and still hold messages. */
  private Set<ConsumerSlot> lingering = Set.of();

  private boolean consumedOnce;

  // Read by any thread, for inspection.
  private volatile List<Queue.ConsumerView> views = List.of();

  QueueConsumers(Queue queue, Dispatcher dispatcher, QueueExpiry queueExpiry) {
    this.queue = queue;
    this.dispatcher = dispatcher;
    this.queueExpiry = queueExpiry;
  }

  /** Attached consumers as of a moment ago. Any thread. */
  List<Queue.ConsumerView> views() {
    return views;
  }

  int size() {
    return dispatcher.slots().size();
  }

  /** Whether somebody consumed once and nobody does now. */
  boolean haveGone() {
    return consumedOnce && size() == 0;
  }

  /**
   * Attaches a consumer.
   *
   * @throws BrokerException {@link ErrorCode#EXCLUSIVE_USE}
   */
  ConsumerHandle attach(ConsumerSpec spec, Consumer consumer, Subscriber subscriber) {
    ConsumerSlot slot = new ConsumerSlot(queue, spec, consumer, subscriber);
    dispatcher.attach(slot);
    consumedOnce = true;
    changed();
    subscriber.loop().run(() -> subscriber.add(slot.courier()));
    return slot.courier();
  }

  /** Takes a consumer out; what it holds it goes on holding. */
  void detach(ConsumerSlot slot) {
    slot.attached = false;
    slot.run();
    dispatcher.detach(slot);
    if (slot.held() > 0) {
      linger(slot);
    }
    changed();
  }

  /** One of the messages that it held is settled. */
  void settled(ConsumerSlot slot) {
    if (!slot.attached && slot.held() == 0 && !lingering.isEmpty()) {
      lingering.remove(slot);
    }
  }

  private void linger(ConsumerSlot slot) {
    if (lingering.isEmpty()) {
      lingering = new HashSet<>();
    }
    lingering.add(slot);
  }

  /** A session is over: its consumers go and give back what they held; whether it had consumers. */
  boolean release(Subscriber subscriber) {
    List<ConsumerSlot> leaving = new ArrayList<>();
    for (ConsumerSlot slot : dispatcher.slots()) {
      if (slot.subscriber() == subscriber) {
        leaving.add(slot);
      }
    }
    boolean hadConsumers = !leaving.isEmpty();
    for (ConsumerSlot slot : leaving) {
      slot.attached = false;
      dispatcher.detach(slot);
    }
    for (ConsumerSlot slot : lingering) {
      if (slot.subscriber() == subscriber) {
        leaving.add(slot);
      }
    }
    for (ConsumerSlot slot : leaving) {
      QueueEntry entry = slot.anyHeld();
      while (entry != null) {
        queue.settle(entry, slot, Settlement.REQUEUE);
        entry = slot.anyHeld();
      }
    }
    changed();
    return hadConsumers;
  }

  /** Who holds a message that a session takes without being a consumer. */
  ConsumerSlot getter(Subscriber subscriber, boolean autoAccept) {
    for (ConsumerSlot slot : lingering) {
      if (slot.subscriber() == subscriber && !autoAccept) {
        return slot;
      }
    }
    ConsumerSpec getting = new ConsumerSpec("", 0, autoAccept, false, 0, 0, Headers.empty());
    ConsumerSlot slot = new ConsumerSlot(queue, getting, NOBODY, subscriber);
    slot.attached = false;
    if (!autoAccept) {
      linger(slot);
    }
    return slot;
  }

  /** The queue is gone. */
  void end() {
    for (ConsumerSlot slot : List.copyOf(dispatcher.slots())) {
      slot.cancelled(ErrorCode.QUEUE_DELETED);
    }
    dispatcher.slots().clear();
    lingering = Set.of();
    views = List.of();
  }

  private void changed() {
    List<ConsumerSlot> slots = dispatcher.slots();
    QueueCounters counters = queue.counters();
    counters.add(Count.CONSUMERS, slots.size() - counters.get(Count.CONSUMERS));
    queueExpiry.consumed(!slots.isEmpty());
    views = slots.stream()
        .map(slot -> new Queue.ConsumerView(
            slot.spec(),
            slot.subscriber().connection(),
            slot.subscriber().user(),
            !dispatcher.isSingleActive() || dispatcher.active() == slot))
        .toList();
  }
}
