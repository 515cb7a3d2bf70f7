package io.waypost.store.log;

import io.waypost.loop.Loop;
import io.waypost.message.Message;
import io.waypost.store.MemoryMeter;
import io.waypost.store.QueueStore;
import java.util.List;

/** A queue's part of the log. The methods belong to the queue's loop, the fields below the line to the writing thread. */
final class LogQueue implements QueueStore {
  final long number;
  final boolean durable;
  final Loop loop;
  private final LoopPart part;
  private final Loader loader;
  private final Recovered recovered;

  private long held;

  /** What was last removed from the middle, or came back: the highest position of which the writer may not know yet. */
  private long highestTouched = -1;

  // ---- of the writing thread
  final StoredQueue stored;

  /** Set by the loop at once, while its last commands are still on their way. */
  volatile boolean dropped;

  LogQueue(StoredQueue stored, Loop loop, LoopPart part, Loader loader, RecoveredQueue before) {
    this.number = stored.number;
    this.durable = stored.durable;
    this.stored = stored;
    this.loop = loop;
    this.part = part;
    this.loader = loader;
    this.recovered = before.recovered();
  }

  @Override
  public Recovered recovered() {
    return recovered;
  }

  @Override
  public boolean append(Entry entry) {
    Message message = present(entry);
    count(MemoryMeter.cost(entry));
    if (!durable || !message.persistent()) {
      return true;
    }
    entry.place(Place.PENDING);
    part.turn().append(this, entry, message);
    return false;
  }

  @Override
  public void spill(Entry entry) {
    entry.place(Place.PENDING);
    part.turn().spill(this, entry, present(entry));
  }

  private static Message present(Entry entry) {
    Message message = entry.inMemory();
    if (message == null) {
      throw new IllegalStateException("an evicted entry can't be written");
    }
    return message;
  }

  @Override
  public void remove(Entry entry, boolean consumed) {
    count(-MemoryMeter.cost(entry));
    long place = entry.place();
    highestTouched = Math.max(highestTouched, entry.position());
    if (place == Place.PENDING) {
      part.turn().remove(this, entry, consumed);
    } else if (Place.isStored(place)) {
      part.turn().remove(this, place);
    }
  }

  @Override
  public void leave(Entry entry) {
    count(-MemoryMeter.cost(entry));
  }

  @Override
  public void returned(Entry entry) {
    if (entry.place() != NOWHERE) {
      highestTouched = Math.max(highestTouched, entry.position());
      part.turn().returned(this, entry, entry.attempts());
    }
  }

  @Override
  public boolean delivering(long position, Runnable noted) {
    if (durable) {
      part.turn().delivering(this, position, noted);
    }
    return !durable;
  }

  @Override
  public boolean canPage() {
    return true;
  }

  @Override
  public void evict(Entry entry) {
    if (!Place.isStored(entry.place())) {
      throw new IllegalStateException("an entry that is not stored can't be evicted");
    }
    count(-MemoryMeter.body(entry));
  }

  @Override
  public Run run(Entry first) {
    count(-MemoryMeter.ENTRY);
    long place = first.place();
    return new LogRun(
        Place.segment(place),
        first.level(),
        first.position(),
        first.position(),
        Place.ordinal(place),
        1,
        first.bodyLength());
  }

  @Override
  public boolean extend(Run run, Entry next) {
    LogRun into = (LogRun) run;
    if (into.segment != Place.segment(next.place())
        || into.level != next.level()
        || into.last() >= next.position()
        || into.hint > Place.ordinal(next.place())) {
      return false;
    }
    count(-MemoryMeter.ENTRY);
    into.add(next.position(), next.bodyLength());
    return true;
  }

  @Override
  public void load(Run run, int most, Loading told) {
    LogRun from = (LogRun) run;
    int number = Math.min(most, from.size());
    long last = from.last();
    from.taken(number);
    Loading here = (messages, unreadable, unreadableBytes) -> {
      long bytes = unreadableBytes;
      long memory = 0;
      for (Loaded each : messages) {
        bytes += each.message().body().length;
        memory += MemoryMeter.ENTRY + each.message().footprint();
      }
      long lost = from.loaded(messages, bytes);
      arrived(memory);
      told.loaded(messages, unreadable, unreadableBytes + lost);
    };
    if (highestTouched >= from.next() && part.isBehind()) {
      // Something in the middle of the run went or came back, and the writer may not have noted it
      // yet.
      part.turn().call(this, () -> loader.load(this, from, last, number, here));
    } else {
      loader.load(this, from, last, number, here);
    }
  }

  @Override
  public void fetch(List<? extends Entry> evicted, Loading told) {
    long[] positions = evicted.stream().mapToLong(Entry::position).toArray();
    int[] shares = evicted.stream().mapToInt(Entry::share).toArray();
    loader.fetch(this, evicted, (messages, unreadable, unreadableBytes) -> {
      long memory = 0;
      int at = 0;
      for (Loaded each : messages) {
        while (positions[at] != each.position()) {
          at++;
        }
        // As much as it will give back when it goes.
        memory += each.message().footprint() / shares[at++];
      }
      arrived(memory);
      told.loaded(messages, unreadable, unreadableBytes);
    });
  }

  private void arrived(long bytes) {
    if (!dropped) {
      count(bytes);
    }
  }

  @Override
  public void discard(Run run) {
    loader.discard(this, (LogRun) run);
  }

  @Override
  public void drop() {
    count(-held);
    dropped = true;
    part.turn().drop(this);
  }

  private void count(long bytes) {
    held += bytes;
    part.meter.add(bytes);
  }
}
