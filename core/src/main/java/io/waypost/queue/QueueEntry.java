package io.waypost.queue;

import io.waypost.broker.Delivery;
import io.waypost.broker.PublishOutcome;
import io.waypost.broker.Settlement;
import io.waypost.message.Message;
import io.waypost.store.QueueStore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One message in one queue. The entry is also the task that carries the message to the queue's loop, what the store knows
 * of it, and the delivery that its consumer holds, so that a message costs one object a queue.
 *
 * <p>All fields that change belong to the queue's loop, but for two. {@link #place} is the store's. {@link #message} is
 * dropped by the consumer's loop when the consumer has it and the store has it too ({@link #evicted}); it is set again
 * on the queue's loop, when the entry came back. The consumer's loop also reads {@link #attempts} and
 * {@link #redelivered}, which do not change while it holds the entry.
 */
public final class QueueEntry implements Delivery, Runnable, QueueStore.Entry {
  final Queue queue;
  private final int share;
  private final int bytes;

  @Nullable
  Message message;

  private @Nullable Receipt receipt;

  private final boolean atMostOnce;
  private @Nullable String stamp;

  long position;
  int level;
  /** When it expires, in the loop's nanoseconds, if it {@link #expires}. */
  long expiry;

  long deadline = QueueStore.NEVER;
  boolean expires;
  boolean mayExpire = true;
  int attempts;
  boolean redelivered;

  /** Whether what becomes of it may have become of it before: when the broker stopped without saying so, say. */
  boolean uncertain;

  boolean waits;

  /** Whether it was given to a consumer. Read by the store. */
  boolean handedOut;

  /** Whether nobody is to have it, although it is still among those that are ready, or about to leave. */
  boolean dead;

  /** Whether what the store is at is writing it so that it can leave memory. */
  boolean spilling;

  /** Whether the store is still at it: then its place says nothing, and its message must stay. */
  boolean undecided;

  /** Whether the store was told that its message leaves memory. */
  boolean evicted;

  /** Whether it came from the store. */
  final boolean loaded;

  private long place = QueueStore.NOWHERE;

  // While a consumer has it: that consumer, and the entry's neighbours in its list.
  @Nullable
  ConsumerSlot holder;

  @Nullable
  QueueEntry previous;

  @Nullable
  QueueEntry next;

  /**
   * A message for a queue.
   *
   * @param share in how many queues the message goes with one body
   * @param receipt told what became of it, on the queue's loop; null when nobody asks
   */
  public QueueEntry(Queue queue, Message message, int share, @Nullable Receipt receipt) {
    this(queue, message, share, receipt, false, false);
  }

  /**
   * A message for a queue.
   *
   * @param share in how many queues the message goes with one body
   * @param receipt told what became of it, on the queue's loop; null when nobody asks
   * @param atMostOnce whether this queue may treat it as one that is not persistent
   * @param again whether the queue may have it, or have had it, already: it is to be flagged as redelivered
   */
  public QueueEntry(
      Queue queue,
      Message message,
      int share,
      @Nullable Receipt receipt,
      boolean atMostOnce,
      boolean again) {
    this.atMostOnce = atMostOnce;
    this.queue = queue;
    this.message = message;
    this.bytes = message.body().length;
    this.share = share;
    this.receipt = receipt;
    this.redelivered = again;
    this.loaded = false;
  }

  /** A message that came back from the store. */
  QueueEntry(Queue queue, QueueStore.Loaded from) {
    this.atMostOnce = false;
    this.queue = queue;
    this.message = from.message();
    this.bytes = from.message().body().length;
    this.share = 1;
    this.loaded = true;
    this.position = from.position();
    this.level = from.level();
    this.deadline = from.deadline();
    this.attempts = from.attempts();
    this.redelivered = from.redelivered();
    this.uncertain = from.uncertain();
    this.handedOut = from.redelivered();
    this.place = from.place();
    this.waits = true;
  }

  /** Puts the message into its queue. On the queue's loop. */
  @Override
  public void run() {
    queue.enqueue(this);
  }

  @Override
  public void decided(boolean stored) {
    undecided = false;
    queue.decided(this, stored);
  }

  void report(PublishOutcome outcome) {
    Receipt waiting = receipt;
    if (waiting != null) {
      receipt = null;
      waiting.decided(outcome);
    }
  }

  /** Whether the store has it, so that its message may leave memory. */
  boolean isStored() {
    return !undecided && place > QueueStore.NOWHERE;
  }

  /** Whether the queue of a session does not keep it. */
  boolean passes() {
    return atMostOnce || !message().persistent();
  }

  /** Has the queue note with the message that it has it, and leave it out if it had it before. Before it is sent. */
  public void stamp(@Nullable String known) {
    stamp = known;
  }

  // --- as the store sees it
  // ----------------------------------------------------------------------------------------

  @Override
  public long position() {
    return position;
  }

  @Override
  public @Nullable Message inMemory() {
    return evicted ? null : message;
  }

  @Override
  public int bodyLength() {
    return bytes;
  }

  @Override
  public int share() {
    return share;
  }

  @Override
  public int level() {
    return level;
  }

  @Override
  public long deadline() {
    return deadline;
  }

  @Override
  public @Nullable String stamp() {
    return stamp;
  }

  @Override
  public boolean handedOut() {
    return handedOut || redelivered;
  }

  @Override
  public long place() {
    return place;
  }

  @Override
  public void place(long changed) {
    place = changed;
  }

  // --- as its consumer sees it
  // -------------------------------------------------------------------------------------

  @Override
  public Message message() {
    Message present = message;
    if (present == null) {
      throw new IllegalStateException("a message is asked for when it was delivered, not later");
    }
    return present;
  }

  @Override
  public long timeLeft() {
    if (expires) {
      long left = expiry - queue.loop().clock().nanos();
      return Math.max(0, TimeUnit.NANOSECONDS.toMillis(left));
    }
    Message present = message;
    return present == null ? Message.NO_EXPIRY : present.timeToLive();
  }

  @Override
  public boolean settled() {
    return holder == null;
  }

  @Override
  public boolean redelivered() {
    return redelivered;
  }

  @Override
  public int attempts() {
    return attempts;
  }

  @Override
  public String queue() {
    return queue.name();
  }

  @Override
  public void settle(Settlement how) {
    ConsumerSlot slot = holder;
    if (slot != null) {
      slot.courier().settle(this, how);
    }
  }
}
