package io.waypost.queue;

import io.waypost.broker.BrokerException;
import io.waypost.broker.Consumer;
import io.waypost.broker.ConsumerHandle;
import io.waypost.broker.ConsumerSpec;
import io.waypost.broker.ErrorCode;
import io.waypost.broker.PublishOutcome;
import io.waypost.broker.QueueSpec;
import io.waypost.broker.QueueStatus;
import io.waypost.broker.Session;
import io.waypost.broker.Settlement;
import io.waypost.loop.Loop;
import io.waypost.queue.QueueCounters.Count;
import io.waypost.store.QueueStore;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A queue: the life of its messages from publish to settlement. Belongs to one loop; only what says so may be called
 * from elsewhere.
 *
 * <p>A message passes three fixed points, and every feature hangs on one of them: {@link Admission} (length limits that
 * refuse, time to live, the store), {@link QueueHead} (expiry, drop-head, whose turn it is), and {@link Departures}
 * (redelivery, delivery limit, dead letters). Between the first and the second it is in {@link ReadyMessages}, in memory
 * or not; between the second and the third one of the {@link QueueConsumers} has it.
 */
public final class Queue {
  private final String virtualHost;
  private final QueueSpec spec;
  private final @Nullable Subscriber ownerSession;
  private final Loop loop;
  private final QueueStore store;
  private final QueueOwner owner;
  private final Paging paging;
  private final QueueCounters counters = new QueueCounters();
  private final ReadyMessages ready;
  private final Dispatcher dispatcher;
  private final QueueConsumers consumers;
  private final Admission admission;
  private final QueueHead head;
  private final Departures departures;
  private final MessageExpiry messageExpiry;
  private final QueueExpiry queueExpiry;
  private QueueSettings settings;
  // Written on the loop; a declaration that finds the name still in use asks from elsewhere.
  private volatile boolean deleted;
  private boolean retired;

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
   * A queue with what its store kept.
   *
   * @param ownerSession the session that has it for itself, if it is exclusive
   * @param settings its features
   * @param loop its loop
   * @param store its part of the store
   * @param pressure how much of its messages it may hold in memory
   */
  public Queue(
      String virtualHost,
      QueueSpec spec,
      @Nullable Subscriber ownerSession,
      QueueSettings settings,
      Loop loop,
      QueueStore store,
      MemoryPressure pressure,
      QueueOwner owner) {
    this.virtualHost = virtualHost;
    this.spec = spec;
    this.ownerSession = ownerSession;
    this.settings = settings;
    this.loop = loop;
    this.store = store;
    this.owner = owner;
    this.paging = new Paging(this, store, pressure);
    this.ready = new ReadyMessages(this, settings.maxPriority(), paging, new Arrivals());
    this.dispatcher = new Dispatcher(this, settings.singleActiveConsumer());
    this.queueExpiry = new QueueExpiry(this, owner);
    this.consumers = new QueueConsumers(this, dispatcher, queueExpiry);
    DeliveryMark mark = new DeliveryMark(this, store);
    this.departures = new Departures(this, paging, mark, owner);
    this.messageExpiry = new MessageExpiry(this);
    this.head = new QueueHead(this, ready, dispatcher, messageExpiry, departures, paging, mark);
    QueueStore.Recovered recovered = store.recovered();
    this.ready.restore(recovered.levels());
    this.admission = new Admission(
        this, recovered.nextPosition(), ready, head, messageExpiry, departures, store);
  }

  /** Is told of messages that could not be had at once. */
  private final class Arrivals implements ReadyLevel.Listener {
    @Override
    public void loaded() {
      if (!deleted) {
        head.loaded();
      }
    }

    @Override
    public void lost(int messages, long bytes) {
      ready.lost(messages, bytes);
    }
  }

  /** The mark of deliveries has moved: messages that had to wait may go out. */
  void markMoved() {
    if (!deleted && !retired) {
      departures.markMoved();
      head.loaded();
    }
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

  /** It had messages at the start that may be offered again, under these stamps. On its loop. */
  public void knows(Set<String> stamps) {
    admission.knows(stamps);
  }

  /** Whether it holds what a session is owed. */
  boolean holdsSession() {
    return spec.kind() == QueueSpec.Kind.SESSION;
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
    return consumers.views();
  }

  // --- messages
  // ----------------------------------------------------------------------------------------------------

  void enqueue(QueueEntry entry) {
    assert loop.inLoop();
    if (deleted) {
      entry.report(PublishOutcome.ROUTED);
    } else {
      admission.admit(entry);
    }
  }

  /** The store is done with an entry. */
  void decided(QueueEntry entry, boolean stored) {
    assert loop.inLoop();
    admission.decided(entry, stored);
  }

  /** Does what its holder decided; whoever no longer holds the message has no say. */
  void settle(QueueEntry entry, @Nullable ConsumerSlot by, Settlement how) {
    assert loop.inLoop();
    if (deleted || by == null || entry.holder != by) {
      return;
    }
    by.release(entry);
    consumers.settled(by);
    counters.add(Count.UNSETTLED, -1);
    counters.add(Count.UNSETTLED_BYTES, -entry.bodyLength());
    departures.settle(entry, how);
  }

  void putBack(QueueEntry entry) {
    ready.putBack(entry);
    head.returned();
  }

  /** An entry for a message that was loaded and goes on waiting. */
  QueueEntry restored(QueueStore.Loaded loaded) {
    QueueEntry entry = new QueueEntry(this, loaded);
    messageExpiry.restore(entry);
    entry.mayExpire = !(holdsSession() && entry.redelivered);
    return entry;
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
    return consumers.attach(consumerSpec, consumer, subscriber);
  }

  void detach(ConsumerSlot slot) {
    if (slot.attached) {
      consumers.detach(slot);
      dispatch();
      checkAutoDelete();
    }
  }

  private void checkAutoDelete() {
    if (spec.autoDelete() && consumers.haveGone() && !deleted) {
      owner.disused(this);
    }
  }

  void addCredit(ConsumerSlot slot, int deliveries) {
    assert loop.inLoop();
    slot.addCredit(deliveries);
    if (slot.attached) {
      dispatcher.wake(slot);
      head.wanted();
    }
  }

  /** A session is over: its consumers go, and what they held is ready again, in its old order. */
  public void release(Subscriber subscriber) {
    assert loop.inLoop();
    head.release(subscriber);
    boolean hadConsumers = consumers.release(subscriber);
    dispatch();
    if (hadConsumers) {
      checkAutoDelete();
    }
  }

  /**
   * Takes the next ready message for a session.
   *
   * @return complete at once, but where messages must be brought into memory first
   * @throws BrokerException {@link ErrorCode#RESOURCE_LOCKED} if the queue has a single active consumer
   */
  public CompletionStage<Session.@Nullable Got> get(Subscriber subscriber, boolean autoAccept) {
    checkThere();
    if (dispatcher.isSingleActive()) {
      throw new BrokerException(
          ErrorCode.RESOURCE_LOCKED,
          "cannot obtain access to " + described() + ": it has a single active consumer");
    }
    queueExpiry.used();
    return head.get(subscriber, consumers, autoAccept);
  }

  // --- life
  // --------------------------------------------------------------------------------------------------------

  /** Its status; counts as use of the queue. */
  public QueueStatus status() {
    checkThere();
    queueExpiry.used();
    dispatch();
    return new QueueStatus(name(), count(ready.size()), consumers.size());
  }

  /** Gives what is ready to whoever can take it. */
  void dispatch() {
    head.dispatch();
  }

  static int count(long messages) {
    return (int) Math.min(Integer.MAX_VALUE, messages);
  }

  /** Starts what runs by itself. On the queue's loop, once, after it can be found by name. */
  public void start() {
    queueExpiry.after(settings.expires());
    dispatch();
  }

  QueueSettings settings() {
    return settings;
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

  /** Has messages leave memory, as far as the pressure wants it and it can be. On the queue's loop. */
  public void relieve() {
    assert loop.inLoop();
    if (!deleted && paging.isPossible()) {
      ready.relieve();
    }
  }

  /** Has nothing happen by itself any more: the broker is about to stop. On the queue's loop. */
  public void retire() {
    assert loop.inLoop();
    queueExpiry.stop();
    departures.stop();
    head.retire();
    retired = true;
  }

  /** Drops all ready messages and returns their number. */
  public int purge() {
    checkThere();
    int count = count(ready.size());
    ready.purge();
    head.loaded();
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
    if (ifUnused && consumers.size() > 0) {
      throw new BrokerException(ErrorCode.PRECONDITION_FAILED, described() + " in use");
    }
    dispatch();
    if (ifEmpty && ready.size() > 0) {
      throw new BrokerException(ErrorCode.PRECONDITION_FAILED, described() + " not empty");
    }
    int count = count(ready.size());
    deleted = true;
    queueExpiry.stop();
    departures.stop();
    consumers.end();
    ready.abandon();
    head.stop(noSuchQueue());
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
      throw noSuchQueue();
    }
  }

  private BrokerException noSuchQueue() {
    return new BrokerException(ErrorCode.NOT_FOUND, "no " + described());
  }

  /** As errors name it. */
  String described() {
    return "queue '" + name() + "' in vhost '" + virtualHost + "'";
  }
}
