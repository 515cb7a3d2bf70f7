package io.waypost.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypost.loop.Loop;
import io.waypost.message.Message;
import io.waypost.store.MemoryMeter;
import io.waypost.store.QueueStore;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/**
 * A queue's store whose disk is a map. It takes its time: what is asked for is decided, and what is loaded arrives, when
 * the queue's loop runs its next tasks. Checks that it is asked for nothing that makes no sense.
 */
public final class MapStore implements QueueStore {
  private static final class Row {
    final long position;
    final int level;
    final long deadline;
    final Message message;
    final boolean survives;
    final boolean handedOut;
    int attempts;

    Row(Entry entry, Message message, boolean survives) {
      position = entry.position();
      level = entry.level();
      deadline = entry.deadline();
      this.message = message;
      this.survives = survives;
      handedOut = entry.handedOut();
      attempts = entry.attempts();
    }
  }

  private final class Places implements Run {
    final int level;
    final ArrayDeque<Long> places = new ArrayDeque<>();

    Places(int level) {
      this.level = level;
    }

    @Override
    public int size() {
      return places.size();
    }

    @Override
    public long bytes() {
      return places.stream()
          .mapToLong(place -> row(place).message.body().length)
          .sum();
    }

    @Override
    public long first() {
      return row(places.getFirst()).position;
    }
  }

  private final Map<Long, Row> disk = new HashMap<>();
  private final Set<Entry> undecided = new HashSet<>();
  private final boolean durable;
  private final int longestRun;
  private BooleanSupplier fails = () -> false;
  private BooleanSupplier loses = () -> false;
  private Loop loop;
  private long places;
  private long nextPosition;
  private long marked = -1;
  private long markedBefore = -1;
  private long held;
  private int marks;
  private boolean dropped;
  private int loads;
  private int most;

  /**
   * An empty disk.
   *
   * @param longestRun how many messages a run stands for at most
   */
  public MapStore(Loop loop, boolean durable, int longestRun) {
    this.loop = loop;
    this.durable = durable;
    this.longestRun = longestRun;
  }

  /** Whether the next message can't be written. */
  public void failWhen(BooleanSupplier next) {
    fails = next;
  }

  /** Whether the next message can't be read. */
  public void loseWhen(BooleanSupplier next) {
    loses = next;
  }

  /** The broker is gone, and another begins on that loop. */
  public void restart(Loop on) {
    loop = on;
    held = 0;
    undecided.clear();
    disk.values().removeIf(row -> !row.survives);
    markedBefore = marked;
  }

  /** What the queue holds in memory as the store counts it, in bytes. */
  public long held() {
    return held;
  }

  /** How many messages are on the disk. */
  public int stored() {
    return disk.size();
  }

  /** How often it was asked for messages. */
  public int loads() {
    return loads;
  }

  /** The most messages that it was asked for at once. */
  public int mostLoaded() {
    return most;
  }

  /** Up to which position deliveries were announced. */
  long marked() {
    return marked;
  }

  /** Where the messages of a run are in their queue. */
  List<Long> positions(Run run) {
    return ((Places) run).places.stream().map(place -> row(place).position).toList();
  }

  /** How often. */
  int marks() {
    return marks;
  }

  private Row row(long place) {
    return Objects.requireNonNull(disk.get(place));
  }

  @Override
  public Recovered recovered() {
    TreeMap<Long, Long> byPosition = new TreeMap<>();
    disk.forEach((place, row) -> byPosition.put(row.position, place));
    List<List<Run>> levels = new ArrayList<>();
    byPosition.values().forEach(place -> {
      Row row = row(place);
      while (levels.size() <= row.level) {
        levels.add(new ArrayList<>());
      }
      List<Run> runs = levels.get(row.level);
      if (runs.isEmpty() || runs.get(runs.size() - 1).size() == longestRun) {
        runs.add(new Places(row.level));
      }
      ((Places) runs.get(runs.size() - 1)).places.add(place);
    });
    // Announced positions are not given out again: what has them would be flagged.
    return new Recovered(Math.max(nextPosition, marked + 1), levels);
  }

  @Override
  public boolean append(Entry entry) {
    assertThat(entry.position()).isGreaterThanOrEqualTo(nextPosition);
    nextPosition = entry.position() + 1;
    count(MemoryMeter.cost(entry));
    boolean survives = durable && Objects.requireNonNull(entry.inMemory()).persistent();
    if (survives) {
      write(entry, true);
    }
    return !survives;
  }

  @Override
  public void spill(Entry entry) {
    assertThat(entry.place()).isEqualTo(NOWHERE);
    write(entry, false);
  }

  private void write(Entry entry, boolean survives) {
    assertThat(undecided.add(entry)).isTrue();
    Loop asked = loop;
    loop.execute(() -> {
      if (asked != loop) {
        return;
      }
      if (undecided.remove(entry)) {
        if (fails.getAsBoolean()) {
          entry.decided(false);
          return;
        }
        Message message = entry.inMemory();
        assertThat(message).as("what is to be written").isNotNull();
        entry.place(++places);
        disk.put(places, new Row(entry, Objects.requireNonNull(message), survives));
      }
      entry.decided(true);
    });
  }

  @Override
  public void remove(Entry entry, boolean consumed) {
    assertThat(dropped).isFalse();
    count(-MemoryMeter.cost(entry));
    if (!undecided.remove(entry) && entry.place() != NOWHERE) {
      assertThat(disk.remove(entry.place())).as("removed from the disk").isNotNull();
    }
  }

  @Override
  public void leave(Entry entry) {
    assertThat(entry.inMemory()).as("what can't be read").isNull();
    count(-MemoryMeter.cost(entry));
  }

  @Override
  public void returned(Entry entry) {
    Row row = disk.get(entry.place());
    if (row != null) {
      row.attempts = entry.attempts();
    }
  }

  @Override
  public boolean delivering(long position, Runnable noted) {
    marked = Math.max(marked, position);
    marks++;
    Loop asked = loop;
    if (durable) {
      loop.execute(() -> {
        if (asked == loop) {
          noted.run();
        }
      });
    }
    return !durable;
  }

  @Override
  public boolean canPage() {
    return true;
  }

  @Override
  public void evict(Entry entry) {
    assertThat(undecided).doesNotContain(entry);
    assertThat(disk).containsKey(entry.place());
    assertThat(entry.inMemory()).as("what is evicted").isNotNull();
    count(-MemoryMeter.body(entry));
  }

  @Override
  public Run run(Entry first) {
    Places run = new Places(first.level());
    add(run, first);
    return run;
  }

  @Override
  public boolean extend(Run run, Entry next) {
    Places places = (Places) run;
    assertThat(next.level()).isEqualTo(places.level);
    assertThat(next.position()).isGreaterThan(row(places.places.getLast()).position);
    if (places.size() == longestRun) {
      return false;
    }
    add(places, next);
    return true;
  }

  private void add(Places run, Entry entry) {
    assertThat(entry.inMemory()).as("what goes on into a run").isNull();
    count(-MemoryMeter.ENTRY);
    run.places.addLast(entry.place());
  }

  @Override
  public void load(Run run, int atMost, Loading told) {
    List<Long> taken = new ArrayList<>();
    Places places = (Places) run;
    assertThat(places.size()).isPositive();
    while (taken.size() < atMost && !places.places.isEmpty()) {
      taken.add(places.places.removeFirst());
    }
    read(taken, MemoryMeter.ENTRY, told);
  }

  @Override
  public void fetch(List<? extends Entry> evicted, Loading told) {
    evicted.forEach(entry -> assertThat(entry.inMemory()).isNull());
    read(evicted.stream().map(Entry::place).toList(), 0, told);
  }

  private void read(List<Long> taken, int each, Loading told) {
    loads++;
    most = Math.max(most, taken.size());
    Loop asked = loop;
    List<Row> rows = taken.stream().map(this::row).toList();
    loop.execute(() -> {
      if (asked != loop) {
        return;
      }
      List<Loaded> messages = new ArrayList<>();
      int unreadable = 0;
      long bytes = 0;
      for (int i = 0; i < taken.size(); i++) {
        long place = taken.get(i);
        Row row = rows.get(i);
        if (loses.getAsBoolean()) {
          unreadable++;
          bytes += row.message.body().length;
          continue;
        }
        count(dropped ? 0 : row.message.footprint() + each);
        messages.add(new Loaded(
            row.position,
            place,
            row.level,
            row.deadline,
            row.message,
            row.attempts,
            row.attempts > 0 || row.handedOut || row.position <= markedBefore,
            row.position <= markedBefore));
      }
      told.loaded(messages, unreadable, bytes);
    });
  }

  @Override
  public void discard(Run run) {
    ((Places) run).places.forEach(disk::remove);
  }

  @Override
  public void drop() {
    disk.clear();
    undecided.clear();
    held = 0;
    dropped = true;
  }

  private void count(long bytes) {
    held += bytes;
    assertThat(held).as("bytes in memory").isNotNegative();
  }
}
