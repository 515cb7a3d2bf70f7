package io.waypost.store.log;

import io.waypost.broker.QueueSpec;
import io.waypost.message.Headers;
import io.waypost.message.Message;
import io.waypost.store.Definition;
import io.waypost.store.QueueStore;
import io.waypost.store.QueueStore.Loaded;
import io.waypost.store.QueueStore.Run;
import java.util.ArrayList;
import java.util.List;

/** A queue as a test has it: entries that it holds, and its part of the store. */
final class Lane {
  final String name;
  final long number;
  final DrivenLoop loop;
  final QueueStore store;
  private final StoreRig rig;
  long next;

  Lane(StoreRig rig, String name, long number, boolean durable, DrivenLoop loop) {
    this.rig = rig;
    this.name = name;
    this.number = number;
    this.loop = loop;
    this.store = rig.store.open(number, durable, loop);
    this.next = store.recovered().nextPosition();
  }

  Definition.Queue definition() {
    return new Definition.Queue(
        "/", new QueueSpec(name, true, false, false, Headers.empty()), number);
  }

  /** Runs code on the loop of the queue, as a turn. */
  void turn(Runnable code) {
    loop.turn(code);
  }

  /** Adds a message; within a turn. */
  Kept add(Message message) {
    return add(message, 1, 0);
  }

  Kept add(Message message, int share, int level) {
    Kept kept = new Kept(next++, message, share, level, QueueStore.NEVER);
    if (store.append(kept)) {
      kept.decided(true);
    }
    return kept;
  }

  /** Adds a message that its publisher knows by a stamp; within a turn. */
  Kept add(Message message, String stamp) {
    Kept kept = new Kept(next++, message, 1, 0, QueueStore.NEVER).stamped(stamp);
    if (store.append(kept)) {
      kept.decided(true);
    }
    return kept;
  }

  /** Adds a message in a turn of its own and waits until it is stored. */
  Kept put(Message message) {
    return put(List.of(message)).get(0);
  }

  /** Adds messages in one turn and waits until they are stored. */
  List<Kept> put(List<Message> messages) {
    List<Kept> added = new ArrayList<>();
    turn(() -> messages.forEach(each -> added.add(add(each))));
    rig.loops.await("decisions", () -> added.stream().allMatch(Kept::isDecided));
    return added;
  }

  void remove(Kept kept) {
    turn(() -> store.remove(kept, true));
  }

  /** Evicts an entry and makes a run of it, or makes an earlier run longer. */
  Run evict(Kept kept, List<Run> runs) {
    store.evict(kept);
    kept.leave();
    Run last = runs.isEmpty() ? null : runs.get(runs.size() - 1);
    if (last == null || !store.extend(last, kept)) {
      last = store.run(kept);
      runs.add(last);
    }
    return last;
  }

  /** Has the message of a stored entry leave memory. */
  void evict(Kept kept) {
    store.evict(kept);
    kept.leave();
  }

  /** Fetches what was evicted and waits for it. */
  List<Loaded> fetch(List<Kept> evicted) {
    List<List<Loaded>> got = new ArrayList<>();
    turn(() -> store.fetch(evicted, (messages, unreadable, bytes) -> {
      rig.unreadable += unreadable;
      got.add(messages);
    }));
    rig.loops.await("fetched messages", () -> !got.isEmpty());
    return got.get(0);
  }

  /** Loads up to so many from a run and waits for them. */
  List<Loaded> load(Run run, int most) {
    List<List<Loaded>> got = new ArrayList<>();
    turn(() -> store.load(run, most, (messages, unreadable, bytes) -> {
      rig.unreadable += unreadable;
      rig.unreadableBytes += bytes;
      got.add(messages);
    }));
    rig.loops.await("loaded messages", () -> !got.isEmpty());
    return got.get(0);
  }

  /** All that was there at the start, as entries, lowest level first. */
  List<Loaded> loadRecovered() {
    List<Loaded> all = new ArrayList<>();
    for (List<Run> level : store.recovered().levels()) {
      for (Run run : level) {
        while (run.size() > 0) {
          all.addAll(load(run, 100));
        }
        if (run.bytes() != 0) {
          throw new AssertionError("a run without messages has " + run.bytes() + " bytes");
        }
      }
    }
    return all;
  }

  /** All that was there at the start, as entries that the queue holds now. */
  List<Kept> takeRecovered() {
    return loadRecovered().stream().map(Kept::of).toList();
  }
}
