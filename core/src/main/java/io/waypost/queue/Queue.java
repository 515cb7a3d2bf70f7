package io.waypost.queue;

import io.waypost.broker.BrokerException;
import io.waypost.broker.Consumer;
import io.waypost.broker.ConsumerHandle;
import io.waypost.broker.ConsumerSpec;
import io.waypost.broker.Delivery;
import io.waypost.broker.ErrorCode;
import io.waypost.broker.PublishOutcome;
import io.waypost.broker.QueueSpec;
import io.waypost.broker.QueueStatus;
import io.waypost.broker.Session;
import io.waypost.broker.Settlement;
import io.waypost.loop.Loop;
import io.waypost.message.Headers;
import io.waypost.message.Message;
import io.waypost.queue.QueueCounters.Count;
import io.waypost.queue.QueueSettings.Overflow;
import io.waypost.store.QueueStore;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A queue: the life of its messages from publish to settlement. Belongs to one loop; only what says so may be called
 * from elsewhere.
 *
 * <p>A message passes three fixed points, and every feature hangs on one of them: {@link #enqueue admit} (length limits
 * that refuse, time to live), the head (expiry, drop-head, whose turn it is), and {@link #settle leave} (redelivery,
 * delivery limit, dead letters).
 */
public final class Queue {
  /** Deliveries in one turn, so that a long backlog lets its neighbours on the loop go on. */
  private static final int TURN = 1024;

  /** Stands where a message is taken and not delivered. */
  private static final Consumer NOBODY = new Consumer() {
    @Override
    public void deliver(Delivery delivery) {
      throw new IllegalStateException("a message that was asked for is not delivered");
    }

    @Override
    public void cancelled(ErrorCode why) {}
  };

  private final String virtualHost;
  private final QueueSpec spec;
  private final @Nullable Subscriber ownerSession;
  private final boolean holdsSession;
  private final Loop loop;
  private final QueueStore store;
  private final QueueOwner owner;
  private final QueueCounters counters = new QueueCounters();
  private ReadyMessages ready;
  private final Dispatcher dispatcher;
  private final MessageExpiry messageExpiry;
  private final QueueExpiry queueExpiry;
  /** Consumers that are gone or never were (get) and still hold messages. */
  private final Set<ConsumerSlot> lingering = new HashSet<>(2);

  private final Runnable dispatchReturned = this::dispatchReturned;
  private final Runnable dispatchMore = this::dispatchMore;
  private QueueSettings settings;
  private long positions;
  private @Nullable QueueEntry arriving;
  private boolean dispatching;
  private boolean returnedWaits;
  private boolean moreWaits;
  private boolean consumedOnce;
  // Written on the loop; a declaration that finds the name still in use asks from elsewhere.
  private volatile boolean deleted;

  // Read by any thread, for inspection.
  private volatile List<ConsumerView> consumers = List.of();

  /**
   * An attached consumer, for inspection.
   *
   * @param spec how it consumes
   * @param connection its connection
   * @param user its user
   * @param active whether it gets messages
   */
  public record ConsumerView(ConsumerSpec spec, String connection, String user, boolean active) {}

  /**
   * An empty queue.
   *
   * @param ownerSession the session that has it for itself, if it is exclusive
   * @param settings its features
   * @param loop its loop
   * @param store its part of the store
   */
  public Queue(
      String virtualHost,
      QueueSpec spec,
      @Nullable Subscriber ownerSession,
      QueueSettings settings,
      Loop loop,
      QueueStore store,
      QueueOwner owner) {
    this.virtualHost = virtualHost;
    this.spec = spec;
    this.holdsSession = spec.kind() == QueueSpec.Kind.SESSION;
    this.ownerSession = ownerSession;
    this.settings = settings;
    this.loop = loop;
    this.store = store;
    this.owner = owner;
    this.ready = new ReadyMessages(settings.maxPriority());
    this.dispatcher = new Dispatcher(
        settings.singleActiveConsumer(),
        "queue '" + spec.name() + "' in vhost '" + virtualHost + "'");
    this.messageExpiry = new MessageExpiry(loop, this::dispatch);
    this.queueExpiry = new QueueExpiry(loop, () -> owner.disused(this));
  }

  // --- what any thread may ask
  // -------------------------------------------------------------------------------------

  /** Its name. Any thread. */
  public String name() {
    return spec.name();
  }

  /** Its virtual host. Any thread. */
  public String virtualHost() {
    return virtualHost;
  }

  /** As declared. Any thread. */
  public QueueSpec spec() {
    return spec;
  }

  /** Its loop. Any thread. */
  public Loop loop() {
    return loop;
  }

  /** The session that it is exclusive to. Any thread. */
  public @Nullable Subscriber ownerSession() {
    return ownerSession;
  }

  /** Its counters. Any thread. */
  public QueueCounters counters() {
    return counters;
  }

  /** Its consumers as of a moment ago. Any thread. */
  public List<ConsumerView> consumers() {
    return consumers;
  }

  // --- admit
  // -------------------------------------------------------------------------------------------------------

  void enqueue(QueueEntry entry) {
    assert loop.inLoop();
    if (deleted) {
      entry.report(PublishOutcome.ROUTED);
      return;
    }
    if (holdsSession && entry.passes()) {
      pass(entry);
      return;
    }
    if (settings.overflow() != Overflow.DROP_HEAD && isFullFor(entry)) {
      refuse(entry);
      return;
    }
    entry.position = positions++;
    messageExpiry.admit(entry, settings);
    counters.add(Count.PUBLISHED, 1);
    boolean safe = store.append(entry.position, entry.message, entry.share, entry);
    makeReady(entry);
    ready.add(entry);
    if (safe) {
      entry.report(PublishOutcome.ROUTED);
    }
    if (!moreWaits) {
      // Even one that may not wait at all goes to a consumer that can take it now.
      arriving = entry;
      dispatch();
      arriving = null;
    }
    if (entry.waits) {
      entry.message.compact();
    }
  }

  /** Hands a message over that is not worth keeping, to whoever takes it now; where nobody does it is gone. */
  private void pass(QueueEntry entry) {
    ConsumerSlot slot = dispatcher.open();
    entry.position = positions++;
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

  private boolean isFullFor(QueueEntry entry) {
    return (settings.maxLength() != QueueSettings.NONE && ready.size() >= settings.maxLength())
        || (settings.maxBytes() != QueueSettings.NONE
            && counters.get(Count.READY_BYTES) + entry.bytes() > settings.maxBytes());
  }

  private void refuse(QueueEntry entry) {
    counters.add(Count.OVERFLOWED, 1);
    if (settings.overflow() == Overflow.REJECT_PUBLISH_DLX) {
      deadLetter(entry.message, DeadLetters.Reason.MAXLEN);
    }
    entry.report(holdsSession ? PublishOutcome.ROUTED : PublishOutcome.OVERFLOWED);
  }

  private void makeReady(QueueEntry entry) {
    entry.waits = true;
    counters.add(Count.READY, 1);
    counters.add(Count.READY_BYTES, entry.bytes());
  }

  private void leaveReady(QueueEntry entry) {
    entry.waits = false;
    counters.add(Count.READY, -1);
    counters.add(Count.READY_BYTES, -entry.bytes());
  }

  // --- head
  // --------------------------------------------------------------------------------------------------------

  /** Gives what is ready to whoever can take it, and drops what may not wait (any longer). */
  private void dispatch() {
    if (dispatching || deleted) {
      return;
    }
    dispatching = true;
    int left = TURN;
    QueueEntry head = ready.peek();
    try {
      while (head != null && left > 0 && moveOn(head)) {
        left--;
        head = ready.peek();
      }
    } finally {
      dispatching = false;
    }
    messageExpiry.watch(head);
    if (left == 0 && head != null && !moreWaits) {
      moreWaits = true;
      loop.execute(dispatchMore);
    }
  }

  /** What becomes of the message that is next; whether it does not stay. */
  private boolean moveOn(QueueEntry head) {
    if (head != arriving && messageExpiry.isDue(head)) {
      drop(head, Count.EXPIRED, DeadLetters.Reason.EXPIRED);
      return true;
    }
    ConsumerSlot slot = dispatcher.next();
    if (slot != null) {
      ready.poll();
      leaveReady(head);
      take(head, slot);
      slot.deliver(head);
      return true;
    }
    if (settings.overflow() == Overflow.DROP_HEAD && isOverLimit()) {
      drop(head, Count.OVERFLOWED, DeadLetters.Reason.MAXLEN);
      return true;
    }
    return false;
  }

  private void dispatchReturned() {
    returnedWaits = false;
    dispatch();
  }

  private void dispatchMore() {
    moreWaits = false;
    dispatch();
  }

  /** The next message that has not expired; those before it are dropped. */
  private @Nullable QueueEntry liveHead() {
    QueueEntry head = ready.peek();
    while (head != null && messageExpiry.isDue(head)) {
      drop(head, Count.EXPIRED, DeadLetters.Reason.EXPIRED);
      head = ready.peek();
    }
    return head;
  }

  private void drop(QueueEntry head, Count count, DeadLetters.Reason reason) {
    ready.poll();
    leaveReady(head);
    counters.add(count, 1);
    bury(head, reason);
  }

  private boolean isOverLimit() {
    return (settings.maxLength() != QueueSettings.NONE && ready.size() > settings.maxLength())
        || (settings.maxBytes() != QueueSettings.NONE
            && counters.get(Count.READY_BYTES) > settings.maxBytes());
  }

  private void take(QueueEntry entry, ConsumerSlot slot) {
    counters.add(Count.DELIVERED, 1);
    if (entry.redelivered) {
      counters.add(Count.REDELIVERED, 1);
    }
    if (slot.spec().autoAccept()) {
      counters.add(Count.ACKNOWLEDGED, 1);
      forget(entry);
    } else {
      counters.add(Count.UNSETTLED, 1);
      counters.add(Count.UNSETTLED_BYTES, entry.bytes());
      slot.hold(entry);
    }
  }

  // --- leave
  // -------------------------------------------------------------------------------------------------------

  /** Does what its holder decided; whoever no longer holds the message has no say. */
  void settle(QueueEntry entry, @Nullable ConsumerSlot by, Settlement how) {
    assert loop.inLoop();
    if (deleted || by == null || entry.holder != by) {
      return;
    }
    by.release(entry);
    if (!by.attached && by.held() == 0) {
      lingering.remove(by);
    }
    counters.add(Count.UNSETTLED, -1);
    counters.add(Count.UNSETTLED_BYTES, -entry.bytes());
    switch (how) {
      case ACCEPT -> {
        counters.add(Count.ACKNOWLEDGED, 1);
        forget(entry);
      }
      case DEAD_LETTER -> bury(entry, DeadLetters.Reason.REJECTED);
      case RELEASE -> putBack(entry);
      case REQUEUE -> {
        entry.attempts++;
        entry.redelivered = true;
        if (settings.deliveryLimit() != QueueSettings.NONE
            && entry.attempts > settings.deliveryLimit()) {
          bury(entry, DeadLetters.Reason.DELIVERY_LIMIT);
        } else {
          entry.mayExpire &= !holdsSession;
          store.returned(entry.position, entry.attempts);
          putBack(entry);
        }
      }
    }
  }

  private void putBack(QueueEntry entry) {
    makeReady(entry);
    ready.putBack(entry);
    if (!returnedWaits) {
      // At the turn's end, so that what comes back together is in order before it goes out again.
      returnedWaits = true;
      loop.atTurnEnd(dispatchReturned);
    }
  }

  /** Ends a message that nobody handled. */
  private void bury(QueueEntry entry, DeadLetters.Reason reason) {
    forget(entry);
    deadLetter(entry.message, reason);
  }

  private void deadLetter(Message message, DeadLetters.Reason reason) {
    String exchange = settings.deadLetterExchange();
    if (exchange != null) {
      Message dead = DeadLetters.dying(
          message,
          name(),
          reason,
          exchange,
          settings.deadLetterKey(),
          loop.clock().millis());
      owner.deadLetter(this, dead, reason != DeadLetters.Reason.REJECTED);
    }
  }

  private void forget(QueueEntry entry) {
    store.remove(entry.position, entry.message, entry.share);
  }

  // --- consumers
  // ---------------------------------------------------------------------------------------------------

  /**
   * Attaches a consumer.
   *
   * @throws BrokerException {@link ErrorCode#EXCLUSIVE_USE}, {@link ErrorCode#NOT_FOUND}
   */
  public ConsumerHandle attach(
      ConsumerSpec consumerSpec, Consumer consumer, Subscriber subscriber) {
    checkThere();
    ConsumerSlot slot = new ConsumerSlot(this, consumerSpec, consumer, subscriber);
    dispatcher.attach(slot);
    consumedOnce = true;
    consumersChanged();
    subscriber.loop().run(() -> subscriber.add(slot.courier()));
    return slot.courier();
  }

  void detach(ConsumerSlot slot) {
    if (!slot.attached) {
      return;
    }
    slot.attached = false;
    slot.run();
    dispatcher.detach(slot);
    if (slot.held() > 0) {
      lingering.add(slot);
    }
    consumersChanged();
    dispatch();
    checkAutoDelete();
  }

  private void checkAutoDelete() {
    if (spec.autoDelete() && consumedOnce && !deleted && dispatcher.slots().isEmpty()) {
      owner.disused(this);
    }
  }

  private void consumersChanged() {
    List<ConsumerSlot> slots = dispatcher.slots();
    counters.add(Count.CONSUMERS, slots.size() - counters.get(Count.CONSUMERS));
    queueExpiry.consumed(!slots.isEmpty());
    consumers = slots.stream()
        .map(slot -> new ConsumerView(
            slot.spec(),
            slot.subscriber().connection(),
            slot.subscriber().user(),
            !dispatcher.isSingleActive() || dispatcher.active() == slot))
        .toList();
  }

  void addCredit(ConsumerSlot slot, int deliveries) {
    assert loop.inLoop();
    slot.addCredit(deliveries);
    if (slot.attached) {
      dispatcher.wake(slot);
      if (!returnedWaits && !moreWaits) {
        dispatch();
      }
    }
  }

  /** A session is over: its consumers go, and what they held is ready again, in its old order. */
  public void release(Subscriber subscriber) {
    assert loop.inLoop();
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
        settle(entry, slot, Settlement.REQUEUE);
        entry = slot.anyHeld();
      }
    }
    consumersChanged();
    dispatch();
    if (hadConsumers) {
      checkAutoDelete();
    }
  }

  /**
   * Takes the next ready message for a session.
   *
   * @throws BrokerException {@link ErrorCode#RESOURCE_LOCKED} if the queue has a single active consumer
   */
  public Session.@Nullable Got get(Subscriber subscriber, boolean autoAccept) {
    checkThere();
    if (dispatcher.isSingleActive()) {
      throw new BrokerException(
          ErrorCode.RESOURCE_LOCKED,
          "cannot obtain access to queue '"
              + name()
              + "' in vhost '"
              + virtualHost
              + "': it has a single active consumer");
    }
    queueExpiry.used();
    QueueEntry head = liveHead();
    if (head == null) {
      return null;
    }
    ready.poll();
    leaveReady(head);
    take(head, getter(subscriber, autoAccept));
    messageExpiry.watch(ready.peek());
    return new Session.Got(head, ready.size());
  }

  private ConsumerSlot getter(Subscriber subscriber, boolean autoAccept) {
    for (ConsumerSlot slot : lingering) {
      if (slot.subscriber() == subscriber && !autoAccept) {
        return slot;
      }
    }
    ConsumerSpec getting = new ConsumerSpec("", 0, autoAccept, false, 0, 0, Headers.empty());
    ConsumerSlot slot = new ConsumerSlot(this, getting, NOBODY, subscriber);
    slot.attached = false;
    if (!autoAccept) {
      lingering.add(slot);
    }
    return slot;
  }

  // --- life
  // --------------------------------------------------------------------------------------------------------

  /** Its status; counts as use of the queue. */
  public QueueStatus status() {
    checkThere();
    queueExpiry.used();
    dispatch();
    return new QueueStatus(name(), ready.size(), dispatcher.slots().size());
  }

  /** Starts what runs by itself. On the queue's loop, once, after it can be found by name. */
  public void start() {
    queueExpiry.after(settings.expires());
  }

  /** Other features from now on: a policy changed. */
  public void apply(QueueSettings changed) {
    assert loop.inLoop();
    if (deleted) {
      return;
    }
    settings = changed;
    queueExpiry.after(changed.expires());
    dispatch();
  }

  /** Drops all ready messages and returns their number. */
  public int purge() {
    checkThere();
    int count = 0;
    for (QueueEntry head = ready.poll(); head != null; head = ready.poll()) {
      leaveReady(head);
      forget(head);
      count++;
    }
    messageExpiry.stop();
    return count;
  }

  /**
   * Ends the queue and tells its consumers.
   *
   * @return how many messages were ready
   * @throws BrokerException {@link ErrorCode#PRECONDITION_FAILED} if it is in use or not empty and must not be
   */
  public int delete(boolean ifUnused, boolean ifEmpty) {
    checkThere();
    if (ifUnused && !dispatcher.slots().isEmpty()) {
      throw new BrokerException(ErrorCode.PRECONDITION_FAILED, described() + " in use");
    }
    dispatch();
    if (ifEmpty && ready.size() > 0) {
      throw new BrokerException(ErrorCode.PRECONDITION_FAILED, described() + " not empty");
    }
    int count = ready.size();
    deleted = true;
    messageExpiry.stop();
    queueExpiry.stop();
    for (ConsumerSlot slot : List.copyOf(dispatcher.slots())) {
      slot.cancelled(ErrorCode.QUEUE_DELETED);
    }
    dispatcher.slots().clear();
    lingering.clear();
    consumers = List.of();
    // Caches of routes may know this queue for a while longer: they shall not keep its messages
    // alive.
    ready = new ReadyMessages(0);
    store.drop();
    return count;
  }

  /** Whether it has been deleted. Any thread. */
  public boolean isDeleted() {
    return deleted;
  }

  private void checkThere() {
    assert loop.inLoop();
    if (deleted) {
      throw new BrokerException(ErrorCode.NOT_FOUND, "no " + described());
    }
  }

  private String described() {
    return "queue '" + name() + "' in vhost '" + virtualHost + "'";
  }
}
