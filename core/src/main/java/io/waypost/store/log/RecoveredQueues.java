package io.waypost.store.log;

import io.waypost.store.Definition;
import io.waypost.store.QueueStore.Recovered;
import io.waypost.store.QueueStore.Run;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Gathers the messages that live, for each queue that is defined; what belongs to no queue is dead. On the thread that
 * opens the store.
 */
final class RecoveredQueues {
  private final Segments segments;
  private final Map<Long, Gathering> gatherings = new HashMap<>();

  /** A queue's messages, segment by segment. */
  private static final class Gathering {
    final SegmentCounts counts = new SegmentCounts();
    final List<List<Run>> levels = new ArrayList<>();
    long nextPosition;

    void add(Segment segment, Row row) {
      counts.add(segment.number(), 1);
      nextPosition = Math.max(nextPosition, row.position + 1);
      while (levels.size() <= row.level) {
        levels.add(new ArrayList<>(1));
      }
      List<Run> runs = levels.get(row.level);
      LogRun last = runs.isEmpty() ? null : (LogRun) runs.get(runs.size() - 1);
      if (last != null && last.segment == segment.number()) {
        last.add(row.position, row.bodyLength);
        last.hint = Math.min(last.hint, row.ordinal);
      } else {
        runs.add(new LogRun(
            segment.number(),
            row.level,
            row.position,
            row.position,
            row.ordinal,
            1,
            row.bodyLength));
      }
    }

    RecoveredQueue finish(long positions, long delivered) {
      for (List<Run> runs : levels) {
        runs.sort(Comparator.comparingLong(Run::first));
      }
      List<List<Run>> found = levels.stream().map(Collections::unmodifiableList).toList();
      return new RecoveredQueue(
          new Recovered(Math.max(Math.max(nextPosition, positions), delivered + 1), found),
          counts,
          delivered);
    }
  }

  RecoveredQueues(Segments segments, Collection<Definition> definitions) {
    this.segments = segments;
    for (Definition definition : definitions) {
      long number = number(definition);
      if (number > Format.RESERVED_QUEUES) {
        gatherings.put(number, new Gathering());
      }
    }
  }

  private static long number(Definition definition) {
    if (definition instanceof Definition.Queue queue) {
      return queue.number();
    }
    if (definition instanceof Definition.Exchange exchange) {
      return exchange.number();
    }
    return definition instanceof Definition.Retained retained ? retained.number() : 0;
  }

  /** All queues by number. */
  Map<Long, RecoveredQueue> gather(Replay replay) throws IOException {
    for (Segment segment : segments.inOrder()) {
      gather(segment);
    }
    Map<Long, RecoveredQueue> queues = new HashMap<>();
    gatherings.forEach((number, gathering) -> {
      long delivering = replay.delivering.getOrDefault(number, -1L);
      // What comes now was not delivered before: it is not to be flagged for the mark that ran
      // ahead.
      long next = Math.max(replay.nextPositions.getOrDefault(number, 0L), delivering + 1);
      queues.put(number, gathering.finish(next, delivering));
    });
    return queues;
  }

  private void gather(Segment segment) throws IOException {
    segment.index.forEachSorted(row -> {
      if (row.queue <= Format.RESERVED_QUEUES || segment.isDead(row.ordinal)) {
        return;
      }
      Gathering gathering = row.isTransient() ? null : gatherings.get(row.queue);
      if (gathering == null) {
        segment.kill(row.ordinal);
      } else {
        segment.live++;
        gathering.add(segment, row);
      }
    });
  }
}
