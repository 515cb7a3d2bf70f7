package io.waypost.queue;

import io.waypost.broker.Delivery;
import io.waypost.broker.PublishOutcome;
import io.waypost.broker.Settlement;
import io.waypost.message.Message;
import io.waypost.store.QueueStore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One message in one queue. The entry is also the task that carries the message to the queue's loop and the delivery
 * that its consumer holds, so that a message costs one object a queue.
 *
 * <p>All fields that change belong to the queue's loop. The consumer's loop reads {@link #attempts} and
 * {@link #redelivered}, which do not change while it holds the entry.
 */
public final class QueueEntry implements Delivery, Runnable, QueueStore.Safety {
  final Queue queue;
  final Message message;
  final int share;
  private @Nullable Receipt receipt;

  private final boolean atMostOnce;

  long position;
  boolean expires;
  boolean mayExpire = true;
  long deadline;
  int attempts;
  boolean redelivered;
  boolean waits;

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
    this(queue, message, share, receipt, false);
  }

  /**
   * A message for a queue.
   *
   * @param share in how many queues the message goes with one body
   * @param receipt told what became of it, on the queue's loop; null when nobody asks
   * @param atMostOnce whether this queue may treat it as one that is not persistent
   */
  public QueueEntry(
      Queue queue, Message message, int share, @Nullable Receipt receipt, boolean atMostOnce) {
    this.atMostOnce = atMostOnce;
    this.queue = queue;
    this.message = message;
    this.share = share;
    this.receipt = receipt;
  }

  /** Puts the message into its queue. On the queue's loop. */
  @Override
  public void run() {
    queue.enqueue(this);
  }

  @Override
  public void decided(boolean stored) {
    report(stored ? PublishOutcome.ROUTED : PublishOutcome.FAILED);
  }

  void report(PublishOutcome outcome) {
    Receipt waiting = receipt;
    if (waiting != null) {
      receipt = null;
      waiting.decided(outcome);
    }
  }

  /** Whether the queue of a session does not keep it. */
  boolean passes() {
    return atMostOnce || !message.persistent();
  }

  @Override
  public long position() {
    return position;
  }

  @Override
  public long timeLeft() {
    return expires
        ? Math.max(
            0, TimeUnit.NANOSECONDS.toMillis(deadline - queue.loop().clock().nanos()))
        : message.timeToLive();
  }

  @Override
  public boolean settled() {
    return holder == null;
  }

  int bytes() {
    return message.body().length;
  }

  @Override
  public Message message() {
    return message;
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
