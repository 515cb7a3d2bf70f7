package io.waypost.store.log;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What compaction has moved. Made on the housekeeping thread, taken into use on the writing thread; what died between
 * these two is dead in the new segment as well.
 *
 * @param target the new segment
 * @param victims from where
 * @param forwards for each of them, where its messages are now
 * @param rows the rows of the new segment
 */
record Moved(Segment target, List<Segment> victims, List<Segment.Forward> forwards, Rows rows) {
  /** Has the new segment stand for the others. On the writing thread. */
  void takeInto(Segments segments, StoredQueues queues) {
    segments.add(target);
    for (int i = 0; i < victims.size(); i++) {
      take(victims.get(i), forwards.get(i));
    }
    countPerQueue(queues);
    for (int i = 0; i < victims.size(); i++) {
      Segment victim = victims.get(i);
      victim.live = 0;
      segments.forward(victim, forwards.get(i));
    }
  }

  private void take(Segment victim, Segment.Forward forward) {
    for (int i = 0; i < forward.size(); i++) {
      int old = forward.from(i);
      int now = forward.now(i);
      if (victim.isDead(old)) {
        target.kill(now);
      } else {
        target.live++;
        if (victim.attempts(old) > 0) {
          target.attempts(now, victim.attempts(old));
        }
      }
    }
  }

  private void countPerQueue(StoredQueues queues) {
    Map<Long, int[]> perQueue = new HashMap<>();
    for (int i = 0; i < rows.count(); i++) {
      if (!target.isDead(i)) {
        perQueue.computeIfAbsent(rows.queue(i), absent -> new int[1])[0]++;
      }
    }
    perQueue.forEach((number, count) -> {
      StoredQueue queue = queues.get(number);
      if (queue != null) {
        for (Segment victim : victims) {
          queue.counts.clear(victim.number());
        }
        queue.counts.add(target.number(), count[0]);
      } else if (number != Format.DEFINITIONS) {
        // Dropped meanwhile; its rows are dead for whoever looks, but were counted just now.
        target.live -= count[0];
      }
    });
  }
}
