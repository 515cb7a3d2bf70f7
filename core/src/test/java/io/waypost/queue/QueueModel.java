package io.waypost.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypost.broker.Delivery;
import io.waypost.broker.PublishOutcome;
import io.waypost.broker.Settlement;
import io.waypost.loop.Loop;
import io.waypost.message.Message;
import io.waypost.queue.QueueCounters.Count;
import io.waypost.queue.QueueModel.Known.State;
import io.waypost.queue.QueueSettings.Overflow;
import io.waypost.store.MemoryMeter;
import io.waypost.store.QueueStore;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a queue from outside: everything that was sent to it, handed out by it and reported to its store and
 * its owner. Each event is checked against what came before; {@link #settled} checks the whole when nothing is under
 * way.
 */
final class QueueModel implements QueueStore, QueueOwner {
  /** A message and what should have become of it. */
  static final class Known {
    enum State {
      SENT,
      READY,
      HELD,
      RETURNING,
      LEAVING,
      /** On its way to where dead letters go. */
      DYING,
      GONE
    }

    final int publisher;
    final int number;
    final long ttl;
    final int level;
    final Message message;
    State state = State.SENT;
    long position = -1;
    long deadline = Long.MAX_VALUE;
    int attempts;
    boolean stored;
    boolean rejected;
    boolean explained;
    boolean persistent;
    boolean delivered;
    boolean flaggedNow;

    /** Whether it is flagged when it is delivered, even for the first time; null when either will do. */
    @Nullable
    Boolean flagged = false;

    @Nullable
    PublishOutcome outcome;

    // Since the last time that all was settled.
    boolean wasReady;
    boolean moved;
    boolean mayBePurged;

    Known(int publisher, int number, long ttl, int level, Message message) {
      this.publisher = publisher;
      this.number = number;
      this.ttl = ttl;
      this.level = level;
      this.message = message;
    }

    @Override
    public String toString() {
      return publisher + "/" + number + " at " + position + " level " + level + " " + state;
    }
  }

  static final Comparator<Known> SERVICE_ORDER = Comparator.comparingInt(
          (Known known) -> -known.level)
      .thenComparingLong(known -> known.position);

  private final Map<Long, Known> byPosition = new HashMap<>();
  private final Map<String, Known> byText = new HashMap<>();
  private final Map<Integer, Integer> lastNumbers = new HashMap<>();
  private final List<Known> left = new ArrayList<>();
  private final MapStore disk;
  private final boolean pages;
  private final Function<Receipt, @Nullable PublishOutcome> graves;
  private final QueueSettings settings;
  private final LongSupplier nanos;
  private long lastPosition = -1;
  private boolean purging;
  boolean autoAcceptedMayBeLost;

  /**
   * A queue without messages.
   *
   * @param disk where its messages are stored
   * @param pages whether they may be stored only
   * @param graves says what becomes of a dead letter; when it gives null it tells the receipt later
   */
  QueueModel(
      QueueSettings settings,
      LongSupplier nanos,
      MapStore disk,
      boolean pages,
      Function<Receipt, @Nullable PublishOutcome> graves) {
    this.settings = settings;
    this.nanos = nanos;
    this.disk = disk;
    this.pages = pages;
    this.graves = graves;
  }

  static String text(Message message) {
    return new String(message.body(), StandardCharsets.UTF_8).trim();
  }

  Known known(Message message) {
    Known known = byText.get(text(message));
    assertThat(known).as(text(message)).isNotNull();
    return Objects.requireNonNull(known);
  }

  // --- events
  // ------------------------------------------------------------------------------------------------------

  void sent(Known known) {
    byText.put(text(known.message), known);
  }

  void decided(Known known, PublishOutcome outcome) {
    assertThat(known.outcome).as("second outcome of %s", known).isNull();
    known.outcome = outcome;
    if (outcome == PublishOutcome.OVERFLOWED) {
      assertThat(settings.overflow()).isNotEqualTo(Overflow.DROP_HEAD);
      assertThat(known.state).as("%s", known).isEqualTo(State.SENT);
      known.state = State.GONE;
    }
  }

  @Override
  public Recovered recovered() {
    return disk.recovered();
  }

  @Override
  public boolean append(Entry entry) {
    Message message = Objects.requireNonNull(entry.inMemory());
    long position = entry.position();
    Known known = known(message);
    assertThat(entry.level()).isEqualTo(known.level);
    assertThat(position).isGreaterThan(lastPosition);
    assertThat(known.state).isEqualTo(State.SENT);
    assertThat(known.number)
        .as("order of publisher %s", known.publisher)
        .isGreaterThan(lastNumbers.getOrDefault(known.publisher, -1));
    lastNumbers.put(known.publisher, known.number);
    lastPosition = position;
    known.position = position;
    known.stored = true;
    known.state = State.READY;
    if (known.ttl >= 0) {
      known.deadline = nanos.getAsLong() + known.ttl * 1_000_000;
    }
    byPosition.put(position, known);
    return disk.append(entry);
  }

  @Override
  public void remove(Entry entry, boolean consumed) {
    Known known = at(entry.position());
    disk.remove(entry, consumed);
    assertThat(known.stored).as("removed twice: %s", known).isTrue();
    known.stored = false;
    boolean abandoned = known.mayBePurged && entry.place() > NOWHERE && !consumed;
    boolean failed = known.outcome == PublishOutcome.FAILED && !entry.handedOut();
    if (purging || abandoned || failed || known.state == State.DYING) {
      known.explained = true;
      known.state = State.GONE;
    } else if (known.state == State.LEAVING && !known.rejected) {
      known.explained = true;
      known.state = State.GONE;
    }
    // Anything else is explained by the delivery or the dead letter that follows.
  }

  @Override
  public void leave(Entry entry) {
    at(entry.position()).explained = true;
    disk.leave(entry);
  }

  @Override
  public void returned(Entry entry) {
    Known known = at(entry.position());
    int attempts = entry.attempts();
    disk.returned(entry);
    assertThat(attempts).as("%s", known).isEqualTo(known.attempts + 1);
    assertThat(known.state).as("%s", known).isNotIn(State.GONE, State.LEAVING, State.SENT);
    known.attempts = attempts;
    known.moved = true;
  }

  @Override
  public boolean delivering(long position, Runnable noted) {
    return disk.delivering(position, noted);
  }

  @Override
  public boolean canPage() {
    return pages;
  }

  @Override
  public void spill(Entry entry) {
    disk.spill(entry);
  }

  @Override
  public void evict(Entry entry) {
    disk.evict(entry);
  }

  @Override
  public Run run(Entry first) {
    return disk.run(first);
  }

  @Override
  public boolean extend(Run run, Entry next) {
    return disk.extend(run, next);
  }

  @Override
  public void load(Run run, int most, Loading told) {
    disk.load(run, most, told);
  }

  @Override
  public void fetch(List<? extends Entry> evicted, Loading told) {
    disk.fetch(evicted, told);
  }

  @Override
  public void discard(Run run) {
    assertThat(purging).isTrue();
    disk.positions(run).forEach(position -> {
      Known known = at(position);
      known.state = State.GONE;
      known.explained = true;
      known.stored = false;
    });
    disk.discard(run);
  }

  @Override
  public void drop() {
    byText.clear();
    disk.drop();
  }

  private Known at(long position) {
    return Objects.requireNonNull(byPosition.get(position));
  }

  @Override
  public void deadLetter(
      Queue from, Message message, boolean automatic, boolean again, @Nullable Receipt receipt) {
    Known known = known(message);
    if (known.state == State.DYING) {
      bury(known, receipt);
      return;
    }
    String reason = message.properties().headers().text("x-last-death-reason");
    switch (String.valueOf(reason)) {
      case "rejected" -> {
        assertThat(known.rejected).as("%s", known).isTrue();
        assertThat(known.state).as("%s", known).isEqualTo(State.LEAVING);
      }
      case "expired" -> {
        assertThat(known.state).as("%s", known).isIn(State.READY, State.RETURNING);
        assertThat(known.deadline).as("%s", known).isLessThanOrEqualTo(nanos.getAsLong());
        left.add(known);
      }
      case "maxlen" -> {
        if (settings.overflow() == Overflow.DROP_HEAD) {
          assertThat(known.state).as("%s", known).isIn(State.READY, State.RETURNING);
          left.add(known);
        } else {
          assertThat(settings.overflow()).isEqualTo(Overflow.REJECT_PUBLISH_DLX);
          assertThat(known.state).as("%s", known).isEqualTo(State.SENT);
          return;
        }
      }
      case "delivery_limit" ->
        assertThat((long) known.attempts).isEqualTo(settings.deliveryLimit());
      default -> throw new AssertionError("reason " + reason);
    }
    bury(known, receipt);
  }

  private void bury(Known known, @Nullable Receipt receipt) {
    if (receipt == null) {
      assertThat(known.stored).isFalse();
      known.state = State.GONE;
      known.explained = true;
      return;
    }
    assertThat(known.stored).isTrue();
    known.state = State.DYING;
    PublishOutcome outcome = graves.apply(receipt);
    if (outcome != null) {
      receipt.decided(outcome);
    }
  }

  @Override
  public void disused(Queue queue) {
    throw new AssertionError("nobody asked for the queue to go");
  }

  Known delivered(Delivery delivery, boolean autoAccepted) {
    Known known = known(delivery.message());
    assertThat(known.state).as("delivered: %s", known).isIn(State.READY, State.RETURNING);
    assertThat(delivery.attempts()).as("%s", known).isEqualTo(known.attempts);
    boolean returned = known.attempts > 0;
    if (known.flagged != null || returned) {
      assertThat(delivery.redelivered())
          .as("%s", known)
          .isEqualTo(returned || Boolean.TRUE.equals(known.flagged));
    }
    known.flaggedNow = delivery.redelivered();
    known.delivered = true;
    if (known.ttl != 0) {
      assertThat(known.deadline).as("%s", known).isGreaterThan(nanos.getAsLong());
    }
    left.add(known);
    known.moved = true;
    known.state = autoAccepted ? State.GONE : State.HELD;
    known.explained = autoAccepted;
    return known;
  }

  void settle(Known known, Delivery delivery, Settlement how) {
    assertThat(known.state).as("%s", known).isEqualTo(State.HELD);
    known.rejected = how == Settlement.DEAD_LETTER;
    known.state =
        how == Settlement.ACCEPT || how == Settlement.DEAD_LETTER ? State.LEAVING : State.RETURNING;
    known.moved = true;
    delivery.settle(how);
  }

  /** All that is ready goes, also what the queue does not hold itself. */
  void purge(Queue queue) {
    // Those that are on their way from the disk are forgotten when they arrive.
    in(State.READY).forEach(known -> known.mayBePurged = true);
    in(State.RETURNING).forEach(known -> known.mayBePurged = true);
    long ready = queue.counters().get(Count.READY);
    purging = true;
    assertThat((long) queue.purge()).isEqualTo(ready);
    purging = false;
  }

  /** The broker ends and begins anew, at a moment when nothing is under way. */
  void restart(Loop on) {
    disk.restart(on);
    for (Known known : byText.values()) {
      if (!known.persistent || known.outcome == PublishOutcome.FAILED) {
        known.state = State.GONE;
        known.explained = true;
        known.stored = false;
      } else if (known.delivered) {
        known.flagged = true;
      } else if (known.position <= disk.marked()) {
        known.flagged = null;
      }
      if (known.state == State.DYING || known.state == State.HELD) {
        known.state = State.READY;
      }
    }
    byText.values().removeIf(known -> known.state == State.GONE);
  }

  /** Its session ended. */
  void abandoned(Known known) {
    assertThat(known.state).as("%s", known).isEqualTo(State.HELD);
    known.state = State.RETURNING;
    known.moved = true;
  }

  // --- when nothing is under way
  // -----------------------------------------------------------------------------------

  List<Known> ready() {
    return in(State.READY).sorted(SERVICE_ORDER).toList();
  }

  /** Whether dead letters are on their way. */
  boolean dying() {
    return in(State.DYING).findAny().isPresent();
  }

  private Stream<Known> in(State state) {
    return byText.values().stream().filter(known -> known.state == state);
  }

  void settled(Queue queue) {
    for (Known known : byText.values()) {
      check(known.outcome != null, "has no outcome", known);
      if (known.state == State.RETURNING && known.stored) {
        known.state = State.READY;
      } else if ((known.state == State.READY || known.state == State.RETURNING)
          && !known.stored
          && autoAcceptedMayBeLost) {
        known.state = State.GONE;
        known.explained = true;
      }
      boolean gone = known.state == State.GONE;
      boolean explained = known.explained || known.outcome == PublishOutcome.OVERFLOWED;
      boolean somewhere =
          known.state == State.READY || known.state == State.HELD || known.state == State.DYING;
      check(gone || somewhere, "is nowhere", known);
      check(known.stored != gone, "and the store say something else", known);
      check(gone == explained, "is gone, or is there, for no reason", known);
    }
    checkCounts(queue);
    checkOrder();
    checkHead();
    autoAcceptedMayBeLost = false;
    left.clear();
    for (Known known : byText.values()) {
      known.wasReady = known.state == State.READY;
      known.moved = false;
      known.mayBePurged = false;
    }
    byText.values().removeIf(known -> known.state == State.GONE);
  }

  private static void check(boolean holds, String otherwise, Known known) {
    if (!holds) {
      throw new AssertionError(known + " " + otherwise);
    }
  }

  private void checkCounts(Queue queue) {
    assertThat(queue.counters().get(Count.READY)).isEqualTo(in(State.READY).count());
    assertThat(queue.counters().get(Count.READY_BYTES)).isEqualTo(bytes(State.READY));
    assertThat(queue.counters().get(Count.UNSETTLED)).isEqualTo(in(State.HELD).count());
    assertThat(queue.counters().get(Count.UNSETTLED_BYTES)).isEqualTo(bytes(State.HELD));
    if (!pages) {
      assertThat(disk.held())
          .isEqualTo(byText.values().stream()
              .filter(known -> known.state != State.GONE)
              .mapToLong(known -> known.message.footprint() + MemoryMeter.ENTRY)
              .sum());
    }
    if (settings.overflow() == Overflow.DROP_HEAD) {
      if (settings.maxLength() != QueueSettings.NONE) {
        assertThat(in(State.READY).count()).isLessThanOrEqualTo(settings.maxLength());
      }
      if (settings.maxBytes() != QueueSettings.NONE) {
        assertThat(bytes(State.READY)).isLessThanOrEqualTo(settings.maxBytes());
      }
    }
  }

  private long bytes(State state) {
    return in(state).mapToLong(known -> known.message.body().length).sum();
  }

  /** Whatever left was next: nothing that waited before it and was there in time still waits. */
  private void checkOrder() {
    Set<Known> waiting = new HashSet<>();
    in(State.READY).filter(known -> !known.moved).forEach(waiting::add);
    for (Known gone : left) {
      for (Known known : waiting) {
        boolean before = SERVICE_ORDER.compare(known, gone) < 0;
        boolean inTime = known.wasReady || known.level == gone.level;
        check(!before || !inTime, "still waits, passed by one that went", known);
      }
    }
  }

  private void checkHead() {
    List<Known> ready = ready();
    if (!ready.isEmpty()) {
      assertThat(ready.get(0).deadline)
          .as("due: %s", ready.get(0))
          .isGreaterThan(nanos.getAsLong());
    }
  }
}
