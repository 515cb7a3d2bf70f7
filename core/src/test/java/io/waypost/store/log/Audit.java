package io.waypost.store.log;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What lives in a store, by its rows and marks, and whether everything that is counted along the way agrees with it.
 * Taken on the writing thread.
 */
final class Audit {
  /** A message of a queue that survives a restart. */
  record Living(long queue, long position, int level, int attempts, long deadline, int checksum) {}

  private final Segments segments;
  private final StoredQueues queues;
  private final List<Living> living = new ArrayList<>();
  private final Map<Long, Map<Integer, Integer>> perQueue = new HashMap<>();

  private Audit(Segments segments, StoredQueues queues) {
    this.segments = segments;
    this.queues = queues;
  }

  /** Everything that lives, by queue and position. */
  static List<Living> of(StoreRig rig) {
    return rig.ask(on -> new Audit(rig.store.segments, rig.store.queues).take());
  }

  private List<Living> take() {
    for (Segment segment : segments.inOrder()) {
      int[] live = new int[1];
      try {
        segment.index.forEach(row -> see(segment, row, live));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      if (live[0] != segment.live) {
        throw new AssertionError("segment " + segment.number() + " counts " + segment.live
            + " living messages and has " + live[0]);
      }
    }
    queues.all().forEach(queue -> {
      Map<Integer, Integer> counted = new TreeMap<>();
      for (int i = 0; i < queue.counts.size(); i++) {
        counted.put(queue.counts.segment(i), queue.counts.count(i));
      }
      Map<Integer, Integer> there = perQueue.getOrDefault(queue.number, Map.of());
      if (!counted.equals(there)) {
        throw new AssertionError(
            "queue " + queue.number + " counts " + counted + " and has " + there);
      }
    });
    living.sort(Comparator.comparingLong(Living::queue).thenComparingLong(Living::position));
    return living;
  }

  private void see(Segment segment, Row row, int[] live) {
    if (segment.isDead(row.ordinal) || !queues.isOpen(row.queue)) {
      return;
    }
    live[0]++;
    if (row.queue > Format.RESERVED_QUEUES) {
      perQueue
          .computeIfAbsent(row.queue, absent -> new TreeMap<>())
          .merge(segment.number(), 1, Integer::sum);
    }
    if (!row.isTransient()) {
      living.add(new Living(
          row.queue,
          row.position,
          row.level,
          Math.max(row.attempts, segment.attempts(row.ordinal)),
          row.deadline,
          row.checksum));
    }
  }
}
