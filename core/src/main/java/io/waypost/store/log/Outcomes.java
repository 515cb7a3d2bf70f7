package io.waypost.store.log;

import io.waypost.loop.Loop;
import io.waypost.store.QueueStore;
import io.waypost.store.QueueStore.Entry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What of a cycle waits to be safe, and who is to be told what became of it: each loop once, at the end of the cycle.
 * Belongs to the writing thread.
 */
final class Outcomes {
  private static final Logger LOG = LoggerFactory.getLogger(Outcomes.class);

  /** How many messages of a cycle are so few that their publishers seem to wait for one before they send the next. */
  private static final int FEW = 4;

  /** A change of something else than a message, which is told when it is safe and taken back when it failed. */
  interface Change {
    /** Told once, on the writing thread. */
    void decided(boolean stored);
  }

  /** What became of messages, brought to the loop of their queues. */
  private static final class Decisions implements Runnable {
    final List<Entry> stored = new ArrayList<>();
    final List<Entry> failed = new ArrayList<>(0);
    final List<Runnable> others = new ArrayList<>(0);

    @Override
    public void run() {
      for (int i = 0; i < stored.size(); i++) {
        stored.get(i).decided(true);
      }
      for (int i = 0; i < failed.size(); i++) {
        failed.get(i).decided(false);
      }
      for (int i = 0; i < others.size(); i++) {
        others.get(i).run();
      }
    }
  }

  private final LiveRows live;
  private final List<Entry> adds = new ArrayList<>();
  private final List<LogQueue> addQueues = new ArrayList<>();
  private final List<Change> changes = new ArrayList<>();
  private final List<Runnable> afterwards = new ArrayList<>(0);
  private final Map<Loop, Decisions> decisions = new HashMap<>();
  private boolean forceRequired;

  Outcomes(LiveRows live) {
    this.live = live;
  }

  // --- what waits
  // -------------------------------------------------------------------------------------------------

  /** A message is in the present frame. */
  void add(LogQueue queue, Entry entry) {
    adds.add(entry);
    addQueues.add(queue);
  }

  /** A change is in the present frame. */
  void add(Change change) {
    changes.add(change);
  }

  /** Somebody waits for what is in the present frame, so that the cycle must force the disk. */
  void requireForce() {
    forceRequired = true;
  }

  /** Whether somebody waits until the disk is forced. */
  boolean isForceRequired() {
    return forceRequired;
  }

  /** Whether there are messages, but so few that the next ones may come as soon as these are decided. */
  boolean isFew() {
    return !adds.isEmpty() && adds.size() <= FEW;
  }

  /** Tells when everything before this is decided. */
  void whenDecided(Change change) {
    if (changes.isEmpty()) {
      change.decided(true);
    } else {
      changes.add(change);
    }
  }

  /** Calls when everything before this is decided and the loops have been told. */
  void whenTold(Runnable told) {
    afterwards.add(told);
  }

  // --- decisions
  // --------------------------------------------------------------------------------------------------

  /** Tells that a message is stored as well as it needs to be. */
  void accept(LogQueue queue, Entry entry) {
    decisions(queue.loop).stored.add(entry);
  }

  /** Tells that a message is not stored. */
  void refuse(LogQueue queue, Entry entry) {
    long place = entry.place();
    entry.place(QueueStore.NOWHERE);
    if (Place.isStored(place)) {
      live.kill(queue, place);
    }
    decisions(queue.loop).failed.add(entry);
  }

  /** Has the queue's loop do something at the end of the cycle. */
  void tell(LogQueue queue, Runnable task) {
    decisions(queue.loop).others.add(task);
  }

  /** Everything so far is on disk. */
  void acceptAll() {
    for (int i = 0; i < adds.size(); i++) {
      accept(addQueues.get(i), adds.get(i));
    }
    adds.clear();
    addQueues.clear();
    for (int i = 0; i < changes.size(); i++) {
      changes.get(i).decided(true);
    }
    changes.clear();
    forceRequired = false;
  }

  /** Nothing that waits will be on disk. */
  void refuseAll() {
    forceRequired = false;
    for (int i = 0; i < adds.size(); i++) {
      refuse(addQueues.get(i), adds.get(i));
    }
    adds.clear();
    addQueues.clear();
    for (int i = changes.size() - 1; i >= 0; i--) {
      changes.get(i).decided(false);
    }
    changes.clear();
  }

  private Decisions decisions(Loop loop) {
    return decisions.computeIfAbsent(loop, absent -> new Decisions());
  }

  /** Tells everybody. */
  void tell() {
    for (Map.Entry<Loop, Decisions> each : decisions.entrySet()) {
      try {
        each.getKey().execute(each.getValue());
      } catch (RuntimeException ended) {
        LOG.debug("a loop has ended, nobody there waits any more", ended);
      }
    }
    decisions.clear();
    afterwards.forEach(Runnable::run);
    afterwards.clear();
  }
}
