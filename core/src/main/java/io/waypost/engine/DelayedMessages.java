package io.waypost.engine;

import io.waypost.loop.Loop;
import io.waypost.loop.Timer;
import io.waypost.message.Message;
import io.waypost.message.Properties;
import io.waypost.store.QueueStore;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Messages that an {@code x-delayed-message} exchange keeps back, for all such exchanges of a virtual host: one heap by
 * due time, equal times in the order of their arrival, and one timer for the first. Belongs to the virtual host's loop.
 */
final class DelayedMessages {
  private record Waiting(long due, long position, Exchange exchange, Message message)
      implements Comparable<Waiting> {
    @Override
    public int compareTo(Waiting other) {
      // Differences, since the clock may wrap.
      int byDue = Long.signum(due - other.due);
      return byDue != 0 ? byDue : Long.compare(position, other.position);
    }
  }

  private static final long LONGEST_MILLIS = TimeUnit.NANOSECONDS.toMillis(Long.MAX_VALUE / 4);
  private static final int TURN = 1024;

  private final Loop loop;
  private final QueueStore store;
  private final BiConsumer<Exchange, Message> publish;
  private final PriorityQueue<Waiting> heap = new PriorityQueue<>();
  private long positions;
  private @Nullable Timer timer;
  private long timerDue;

  /**
   * Nothing waits.
   *
   * @param publish what happens to a message when its time has come
   */
  DelayedMessages(Loop loop, QueueStore store, BiConsumer<Exchange, Message> publish) {
    this.loop = loop;
    this.store = store;
    this.publish = publish;
  }

  /** Keeps a message back; {@code safety} is told if the store needs time, the result says whether it does not. */
  boolean add(Exchange exchange, Message message, QueueStore.Safety safety) {
    assert loop.inLoop();
    long millis = Math.min(exchange.delayOf(message), LONGEST_MILLIS);
    long due = loop.clock().nanos() + TimeUnit.MILLISECONDS.toNanos(millis);
    Waiting waiting = new Waiting(due, positions++, exchange, message);
    heap.add(waiting);
    message.compact();
    boolean safe = store.append(waiting.position(), message, 1, safety);
    arm();
    return safe;
  }

  /** How many messages wait. */
  int size() {
    return heap.size();
  }

  /** Forgets the messages of an exchange that is gone. */
  void drop(Exchange exchange) {
    heap.removeIf(waiting -> {
      boolean gone = waiting.exchange() == exchange;
      if (gone) {
        store.remove(waiting.position(), waiting.message(), 1);
      }
      return gone;
    });
    arm();
  }

  private void arm() {
    Waiting first = heap.peek();
    if (timer != null && (first == null || first.due() != timerDue)) {
      timer.cancel();
      timer = null;
    }
    if (first != null && timer == null) {
      timerDue = first.due();
      timer =
          loop.schedule(this::publishDue, Math.max(0, timerDue - loop.clock().nanos()));
    }
  }

  private void publishDue() {
    timer = null;
    long now = loop.clock().nanos();
    int left = TURN;
    Waiting first = heap.peek();
    while (first != null && first.due() - now <= 0 && left-- > 0) {
      heap.poll();
      store.remove(first.position(), first.message(), 1);
      publish.accept(first.exchange(), spent(first.message()));
      first = heap.peek();
    }
    arm();
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
