package io.waypost.store.log;

import org.jspecify.annotations.Nullable;

/**
 * Which rows live: marks them as gone, and counts what is left in each segment and of each queue. Belongs to the writing
 * thread.
 */
final class LiveRows {
  private final Segments segments;
  private final ActiveSegment active;
  private long emptied;

  LiveRows(Segments segments, ActiveSegment active) {
    this.segments = segments;
    this.active = active;
  }

  /** A queue's message is gone; the present frame says so. */
  void kill(LogQueue queue, long place) {
    long now = segments.resolve(place);
    Segment segment = mark(now);
    if (segment == null) {
      return;
    }
    if (!queue.stored.forgotten) {
      segment.live--;
      queue.stored.counts.remove(segment.number(), 1);
    }
    countEmpty(segment);
    active.dead(now);
  }

  /** A definition is gone; the present frame says so. False if it was gone. */
  boolean kill(long place) {
    long now = segments.resolve(place);
    Segment segment = mark(now);
    if (segment == null) {
      return false;
    }
    segment.live--;
    countEmpty(segment);
    active.dead(now);
    return true;
  }

  /** A definition is gone, and that is safe; or it was not written. */
  void forget(long place) {
    Segment segment = mark(segments.resolve(place));
    if (segment != null) {
      segment.live--;
    }
  }

  /** The segment of a row that was alive until now. */
  private @Nullable Segment mark(long now) {
    Segment segment = segments.get(Place.segment(now));
    return segment != null && segment.kill(Place.ordinal(now)) ? segment : null;
  }

  private void countEmpty(Segment segment) {
    if (segment.live == 0 && segment.sealed) {
      emptied++;
    }
  }

  /** How often a complete segment has become empty so far. */
  long emptied() {
    return emptied;
  }

  /**
   * Part of a queue is gone.
   *
   * @param present the segment in which it is now
   * @param noted the segment in which it was once
   * @param ordinals its rows there
   */
  void discard(LogQueue queue, Segment present, int noted, int[] ordinals) {
    int gone = 0;
    for (int ordinal : ordinals) {
      long now = segments.resolve(Place.of(noted, ordinal));
      if (Place.segment(now) == present.number() && present.kill(Place.ordinal(now))) {
        gone++;
      }
    }
    if (gone > 0) {
      present.live -= gone;
      queue.stored.counts.remove(present.number(), gone);
    }
  }

  /** A whole queue is gone: its rows are dead for whoever looks, and are not counted any more. */
  void drop(StoredQueue queue) {
    queue.forgotten = true;
    SegmentCounts counts = queue.counts;
    for (int i = 0; i < counts.size(); i++) {
      Segment segment = segments.get(counts.segment(i));
      if (segment != null) {
        segment.live -= counts.count(i);
      }
    }
    while (counts.size() > 0) {
      counts.remove(counts.segment(0), counts.count(0));
    }
  }
}
