package io.waypost.engine;

import io.waypost.broker.PublishOutcome;
import io.waypost.loop.Clock;
import io.waypost.loop.Loop;
import io.waypost.loop.Timer;
import io.waypost.message.Message;
import io.waypost.message.Properties;
import io.waypost.queue.MemoryPressure;
import io.waypost.queue.Receipt;
import io.waypost.store.QueueStore;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Messages that an {@code x-delayed-message} exchange keeps back: a heap by due time and one timer for the first. Belongs
 * to the virtual host's loop.
 *
 * <p>Of many messages only the places in the store are in memory: what is stored beyond a window is evicted at once, and
 * fetched when it is due. A message leaves the store only when every queue that it then goes to has it; after a crash it may
 * be published again, and whoever gets it then is told that it may not be the first.
 *
 * <p>The store knows when a message is due as its deadline. After a restart all are read once, in the order of their
 * positions; what was due meanwhile is published when the last is known, so that the order of due times holds.
 */
final class DelayedMessages {
  /** Publishes a message whose time has come, perhaps not for the first time, and tells the receipt what became of it. */
  @FunctionalInterface
  interface Target {
    void publish(Exchange from, Message message, boolean again, @Nullable Receipt receipt);
  }

  private static final Logger LOG = LoggerFactory.getLogger(DelayedMessages.class);
  private static final long LONGEST_MILLIS = TimeUnit.NANOSECONDS.toMillis(Long.MAX_VALUE / 4);
  private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final int TURN = 1024;

  /** Messages that stay in memory although they are stored. */
  private static final int WINDOW = 4096;

  private final Exchange exchange;
  private final Loop loop;
  private final QueueStore store;
  private final MemoryPressure pressure;
  private final Target target;
  private final PriorityQueue<DelayedMessage> heap = new PriorityQueue<>();
  private final ArrayDeque<QueueStore.Run> recovering = new ArrayDeque<>();
  private long positions;
  private int inMemory;
  private long noted = -1;
  private boolean loading;
  private boolean failureLogged;
  private boolean dropped;
  private boolean retired;
  private @Nullable Timer timer;
  private long timerDue;

  /** What the store kept for the exchange; {@link #start} goes on with it. */
  DelayedMessages(
      Exchange exchange, Loop loop, QueueStore store, MemoryPressure pressure, Target target) {
    this.exchange = exchange;
    this.loop = loop;
    this.store = store;
    this.pressure = pressure;
    this.target = target;
    QueueStore.Recovered recovered = store.recovered();
    positions = recovered.nextPosition();
    recovered.levels().forEach(recovering::addAll);
  }

  /** Reads what the store kept. On the loop, once. */
  void start() {
    assert loop.inLoop();
    recover();
  }

  private void recover() {
    QueueStore.Run run = recovering.peek();
    if (run == null) {
      loading = false;
      arm();
      return;
    }
    loading = true;
    store.load(run, TURN, (messages, unreadable, unreadableBytes) -> {
      if (dropped) {
        return;
      }
      messages.forEach(this::recovered);
      if (run.size() == 0) {
        recovering.remove();
      }
      recover();
    });
  }

  private void recovered(QueueStore.Loaded loaded) {
    Clock clock = loop.clock();
    long millis = Math.min(loaded.deadline() - clock.millis(), LONGEST_MILLIS);
    long due = clock.nanos() + TimeUnit.MILLISECONDS.toNanos(millis);
    DelayedMessage waiting = new DelayedMessage(
        this,
        loaded.position(),
        loaded.deadline(),
        due,
        loaded.message(),
        loaded.redelivered(),
        loaded.place());
    heap.add(waiting);
    inMemory++;
    evictIfMany(waiting);
  }

  /** Keeps a message back; the receipt is told when it is as safe as it will be. */
  void add(Message message, boolean again, @Nullable Receipt receipt) {
    assert loop.inLoop();
    Clock clock = loop.clock();
    long millis = Math.min(exchange.delayOf(message), LONGEST_MILLIS);
    DelayedMessage waiting = new DelayedMessage(
        this,
        positions++,
        clock.millis() + millis,
        clock.nanos() + TimeUnit.MILLISECONDS.toNanos(millis),
        message,
        again,
        QueueStore.NOWHERE);
    waiting.receipt = receipt;
    heap.add(waiting);
    inMemory++;
    message.compact();
    if (store.append(waiting)) {
      waiting.report(PublishOutcome.ROUTED);
      if (pressure.isHigh()) {
        spill(waiting);
      }
    } else {
      waiting.undecided = true;
    }
    arm();
  }

  /** The store is done with a message. */
  void decided(DelayedMessage waiting, boolean stored) {
    boolean failed = !stored && waiting.receipt != null;
    waiting.report(stored ? PublishOutcome.ROUTED : PublishOutcome.FAILED);
    if (waiting.gone || dropped) {
      return;
    }
    if (failed) {
      // What is left of it in the heap is skipped when it would have been due.
      forget(waiting);
      waiting.message = null;
    } else if (stored) {
      evictIfMany(waiting);
    }
  }

  /** Has what can leave memory leave it. */
  void relieve() {
    assert loop.inLoop();
    if (!store.canPage() || inMemory == 0) {
      return;
    }
    for (DelayedMessage waiting : heap) {
      if (waiting.isStored()) {
        evictIfMany(waiting);
      } else if (!waiting.gone) {
        spill(waiting);
      }
    }
  }

  private void spill(DelayedMessage waiting) {
    if (store.canPage() && !waiting.undecided) {
      waiting.undecided = true;
      store.spill(waiting);
    }
  }

  private void evictIfMany(DelayedMessage waiting) {
    if (waiting.message != null && (inMemory > WINDOW || pressure.isHigh())) {
      store.evict(waiting);
      waiting.message = null;
      inMemory--;
    }
  }

  /** Publishes nothing any more: the broker is about to stop. */
  void retire() {
    retired = true;
    stopTimer();
  }

  /** The exchange is gone. */
  void drop() {
    dropped = true;
    heap.clear();
    recovering.clear();
    stopTimer();
    store.drop();
  }

  // --- when they are due
  // -------------------------------------------------------------------------------------------

  private void arm() {
    DelayedMessage first = loading || dropped || retired ? null : heap.peek();
    if (timer != null && (first == null || first.due != timerDue)) {
      stopTimer();
    }
    if (first != null && timer == null) {
      timerDue = first.due;
      timer =
          loop.schedule(this::publishDue, Math.max(0, timerDue - loop.clock().nanos()));
    }
  }

  private void stopTimer() {
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
  }

  private void publishDue() {
    timer = null;
    long now = loop.clock().nanos();
    List<DelayedMessage> due = new ArrayList<>();
    List<DelayedMessage> evicted = new ArrayList<>(0);
    DelayedMessage first = heap.peek();
    while (first != null && first.due - now <= 0 && due.size() < TURN) {
      heap.poll();
      if (!first.gone) {
        due.add(first);
        if (first.message == null) {
          evicted.add(first);
        }
      }
      first = heap.peek();
    }
    if (evicted.isEmpty()) {
      pass(due);
      return;
    }
    loading = true;
    store.fetch(evicted, (messages, unreadable, unreadableBytes) -> {
      if (!dropped) {
        loading = false;
        fetched(evicted, messages);
        pass(due);
      }
    });
  }

  /** Publishes when it would be known after a crash that this may have happened. */
  private void pass(List<DelayedMessage> due) {
    long last = due.stream()
        .filter(each -> each.undecided || each.isStored())
        .mapToLong(DelayedMessage::position)
        .max()
        .orElse(-1);
    if (last <= noted || store.delivering(last, () -> noted(last, due))) {
      due.forEach(this::publish);
      arm();
    } else {
      loading = true;
    }
  }

  private void noted(long upTo, List<DelayedMessage> due) {
    noted = upTo;
    if (!dropped && !retired) {
      loading = false;
      due.forEach(this::publish);
      arm();
    }
  }

  private void fetched(List<DelayedMessage> asked, List<QueueStore.Loaded> found) {
    Map<Long, Message> byPosition = new HashMap<>();
    found.forEach(loaded -> byPosition.put(loaded.position(), loaded.message()));
    for (DelayedMessage waiting : asked) {
      waiting.message = byPosition.get(waiting.position());
      if (waiting.message != null) {
        inMemory++;
      }
    }
  }

  private void publish(DelayedMessage waiting) {
    if (waiting.gone) {
      return;
    }
    Message message = waiting.message;
    if (message == null) {
      // The store has reported that it can't be read, and keeps it.
      waiting.gone = true;
      store.leave(waiting);
    } else if (waiting.undecided || waiting.isStored()) {
      target.publish(exchange, spent(message), waiting.again, outcome -> arrived(waiting, outcome));
    } else {
      forget(waiting);
      target.publish(exchange, spent(message), false, null);
    }
  }

  private void arrived(DelayedMessage waiting, PublishOutcome outcome) {
    if (dropped || waiting.gone) {
      return;
    }
    if (outcome != PublishOutcome.FAILED) {
      forget(waiting);
      failureLogged = false;
      return;
    }
    if (!failureLogged) {
      failureLogged = true;
      LOG.warn(
          "Exchange '{}' keeps messages that are due: a queue could not store them",
          exchange.name());
    }
    waiting.again = true;
    waiting.due = loop.clock().nanos() + RETRY_NANOS;
    heap.add(waiting);
    arm();
  }

  private void forget(DelayedMessage waiting) {
    waiting.gone = true;
    inMemory -= waiting.message == null ? 0 : 1;
    store.remove(waiting, false);
  }

  /** The delay is negated, so that it shows what happened and no further exchange delays the message again. */
  private static Message spent(Message message) {
    Properties properties = message.properties();
    Object delay = properties.headers().get(Exchange.DELAY);
    Object negated = delay instanceof Integer number
        ? (Object) Math.negateExact(number)
        : delay instanceof Long number ? (Object) Math.negateExact(number) : "-" + delay;
    return message.withProperties(
        properties.withHeaders(properties.headers().with(Exchange.DELAY, negated)));
  }
}
