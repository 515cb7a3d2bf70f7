package io.waypost.queue;

import io.waypost.broker.Consumer;
import io.waypost.broker.ConsumerHandle;
import io.waypost.broker.ErrorCode;
import io.waypost.broker.Settlement;
import io.waypost.loop.Loop;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The half of a consumer that lives on its session's loop: brings deliveries in, and takes settlements and credit back.
 * Where the queue lives on another loop, what goes back gathers until the turn ends and crosses as one {@link Report}.
 */
final class Courier implements ConsumerHandle {
  private static final QueueEntry[] NO_ENTRIES = {};
  private static final Settlement[] NO_SETTLEMENTS = {};

  private final ConsumerSlot slot;
  private final Consumer consumer;
  private final Subscriber subscriber;
  private final Loop queueLoop;
  private final boolean local;

  private boolean ended;
  private int owed;
  private Report report = new Report();
  private boolean reporting;

  /** What is being delivered, if its message is not to stay in memory when it was. */
  private @Nullable QueueEntry letsGo;

  Courier(ConsumerSlot slot, Consumer consumer, Subscriber subscriber) {
    this.slot = slot;
    this.consumer = consumer;
    this.subscriber = subscriber;
    this.queueLoop = slot.queue().loop();
    this.local = subscriber.loop() == queueLoop;
  }

  /** What the session's side has to say to the queue's side at the end of a turn. */
  private final class Report implements Runnable {
    private QueueEntry[] entries = NO_ENTRIES;
    private Settlement[] settlements = NO_SETTLEMENTS;
    private int settled;
    private int credit;
    private int landed;

    void add(QueueEntry entry, Settlement how) {
      if (settled == entries.length) {
        int room = Math.max(8, 2 * settled);
        entries = Arrays.copyOf(entries, room);
        settlements = Arrays.copyOf(settlements, room);
      }
      entries[settled] = entry;
      settlements[settled++] = how;
    }

    @Override
    public void run() {
      Queue queue = slot.queue();
      for (int i = 0; i < settled; i++) {
        queue.settle(entries[i], slot, settlements[i]);
      }
      slot.landed(landed);
      queue.addCredit(slot, credit);
    }
  }

  /** A delivery on the loop that queue and session share. */
  void arrived(QueueEntry entry) {
    subscriber.countDelivery();
    if (!entry.evicted) {
      consumer.deliver(entry);
      return;
    }
    letsGo = entry;
    consumer.deliver(entry);
    // Unless it went back meanwhile: then the queue's loop has it, and does this.
    if (letsGo == entry && !ended) {
      entry.message = null;
    }
    letsGo = null;
  }

  /** Sends a batch of so many entries and bytes from the queue's loop to the session's. */
  void send(QueueEntry[] batch, int size, int bytes) {
    subscriber.loop().execute(() -> arrived(batch, size, bytes));
  }

  private void arrived(QueueEntry[] batch, int size, int bytes) {
    for (int i = 0; i < size && !ended; i++) {
      arrived(batch[i]);
    }
    owed += bytes;
    if (subscriber.isWritable()) {
      resume();
    }
  }

  /** The connection takes output (again). */
  void resume() {
    if (local) {
      slot.queue().addCredit(slot, 0);
    } else if (owed > 0) {
      report.landed += owed;
      owed = 0;
      reportAtTurnEnd();
    }
  }

  void settle(QueueEntry entry, Settlement how) {
    assert subscriber.loop().inLoop();
    if (entry == letsGo) {
      letsGo = null;
    }
    if (local) {
      slot.queue().settle(entry, slot, how);
    } else {
      report.add(entry, how);
      reportAtTurnEnd();
    }
  }

  @Override
  public void addCredit(int deliveries) {
    assert subscriber.loop().inLoop();
    if (local) {
      slot.queue().addCredit(slot, deliveries);
      return;
    }
    long sum = (long) report.credit + deliveries;
    report.credit =
        deliveries == UNLIMITED ? UNLIMITED : (int) Math.max(-UNLIMITED, Math.min(UNLIMITED, sum));
    reportAtTurnEnd();
  }

  private void reportAtTurnEnd() {
    if (!reporting) {
      reporting = true;
      subscriber.reportAtTurnEnd(this);
    }
  }

  /** Sends what gathered to the queue's loop. */
  void sendReport() {
    if (reporting) {
      reporting = false;
      Report full = report;
      report = new Report();
      queueLoop.execute(full);
    }
  }

  /** The store gets a turn's commands when the turn ends, before the turn's tasks go to other loops. */
  @Override
  public CompletionStage<Void> settled() {
    return behindDeliveries(() -> {}, () -> {});
  }

  @Override
  public CompletionStage<Void> drain() {
    return behindDeliveries(slot::drain, () -> {});
  }

  @Override
  public CompletionStage<Void> cancel() {
    return behindDeliveries(() -> slot.queue().detach(slot), this::end);
  }

  /** Has the queue's side stop sending, and goes on when everything that it had sent has arrived. */
  private CompletionStage<Void> behindDeliveries(Runnable stop, Runnable arrived) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    sendReport();
    queueLoop.run(() -> {
      stop.run();
      subscriber.loop().run(() -> {
        arrived.run();
        done.complete(null);
      });
    });
    return done;
  }

  /** No delivery is passed on any more: the session is closing. */
  void end() {
    ended = true;
    subscriber.remove(this);
  }

  void cancelled(ErrorCode why) {
    if (!ended) {
      end();
      consumer.cancelled(why);
    }
  }

  void active(boolean now) {
    if (!ended) {
      consumer.active(now);
    }
  }
}
