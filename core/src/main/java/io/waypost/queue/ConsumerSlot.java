package io.waypost.queue;

import io.waypost.broker.Consumer;
import io.waypost.broker.ConsumerHandle;
import io.waypost.broker.ConsumerSpec;
import io.waypost.broker.ErrorCode;
import org.jspecify.annotations.Nullable;

/**
 * A consumer as its queue sees it: its credit and what it holds. Belongs to the queue's loop; its other half on the
 * session's loop is the {@link Courier}.
 *
 * <p>Where both loops are one, a delivery is a plain call. Otherwise deliveries gather until the turn ends and cross in
 * one batch, and at most {@link #WINDOW} bytes are under way before the other side has said that they were written.
 */
final class ConsumerSlot implements Runnable {
  /** Bytes that may be under way to another loop. */
  private static final int WINDOW = 384 * 1024;

  /** What a message under way weighs besides its body, in bytes. */
  private static final int OVERHEAD = 256;

  private final Queue queue;
  private final ConsumerSpec spec;
  private final Subscriber subscriber;
  private final Courier courier;
  private final boolean local;

  private int credit;
  private int underWay;
  private QueueEntry[] batch = new QueueEntry[0];
  private int batched;
  private int batchedWeight;
  private @Nullable QueueEntry first;
  private int held;

  /** Whether the dispatcher has it in its round of consumers that may be able to take a message. */
  boolean inRound;

  /** Whether it still gets deliveries; a cancelled consumer may still hold some. */
  boolean attached = true;

  ConsumerSlot(Queue queue, ConsumerSpec spec, Consumer consumer, Subscriber subscriber) {
    this.queue = queue;
    this.spec = spec;
    this.subscriber = subscriber;
    this.local = subscriber.loop() == queue.loop();
    this.courier = new Courier(this, consumer, subscriber);
  }

  Queue queue() {
    return queue;
  }

  ConsumerSpec spec() {
    return spec;
  }

  Subscriber subscriber() {
    return subscriber;
  }

  Courier courier() {
    return courier;
  }

  int held() {
    return held;
  }

  boolean canTake() {
    return credit > 0 && isOpen();
  }

  /** Whether its connection takes more, as far as is known here. */
  boolean isOpen() {
    return attached && (local ? subscriber.isWritable() : underWay < WINDOW);
  }

  void addCredit(int deliveries) {
    long sum = (long) credit + deliveries;
    credit = (int) Math.max(0, Math.min(ConsumerHandle.UNLIMITED, sum));
  }

  /** Hands over a message; the caller has asked {@link #canTake()}. */
  void deliver(QueueEntry entry) {
    if (credit != ConsumerHandle.UNLIMITED) {
      credit--;
    }
    pass(entry);
  }

  /** Hands over a message that needs no credit; the caller has asked {@link #isOpen()}. */
  void pass(QueueEntry entry) {
    if (local) {
      courier.arrived(entry);
      return;
    }
    int weight = entry.bodyLength() + OVERHEAD;
    underWay += weight;
    batchedWeight += weight;
    if (batched == 0) {
      queue.loop().atTurnEnd(this);
    }
    if (batched == batch.length) {
      batch = java.util.Arrays.copyOf(batch, Math.max(16, 2 * batched));
    }
    batch[batched++] = entry;
  }

  /** Sends what gathered in this turn. */
  @Override
  public void run() {
    if (batched > 0) {
      courier.send(batch, batched, batchedWeight);
      batch = new QueueEntry[Math.min(batched, 1024)];
      batched = 0;
      batchedWeight = 0;
    }
  }

  /** Takes all credit away and sends what gathered. */
  void drain() {
    credit = 0;
    run();
  }

  /** So many bytes that were under way have been written. */
  void landed(int bytes) {
    underWay -= bytes;
  }

  void hold(QueueEntry entry) {
    entry.holder = this;
    entry.previous = null;
    entry.next = first;
    if (first != null) {
      first.previous = entry;
    }
    first = entry;
    held++;
  }

  void release(QueueEntry entry) {
    QueueEntry before = entry.previous;
    QueueEntry after = entry.next;
    if (before == null) {
      first = after;
    } else {
      before.next = after;
    }
    if (after != null) {
      after.previous = before;
    }
    entry.holder = null;
    entry.previous = null;
    entry.next = null;
    held--;
  }

  /** The last entry that it took and still holds. */
  @Nullable
  QueueEntry anyHeld() {
    return first;
  }

  /** Tells the consumer, behind all deliveries, that there will be no more. */
  void cancelled(ErrorCode why) {
    attached = false;
    run();
    // Never within this call: behind the handle too, which may still be on its way.
    subscriber.loop().execute(() -> courier.cancelled(why));
  }

  /** Tells the consumer that it is now the one that gets messages, or no longer. */
  void active(boolean now) {
    run();
    subscriber.loop().run(() -> courier.active(now));
  }
}
