package io.waypost.store.log;

import io.waypost.store.QueueStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Applies the records of frames to segments: the same as the writer did when it wrote them, without its clock and its
 * threads. What comes out depends on nothing but the frames.
 */
final class Replay {
  private final Segments segments;

  /** Segments that compaction had made when the broker ended, and no checkpoint knows: from where their rows came. */
  private final Map<Integer, long[]> unfinished = new HashMap<>();

  final Map<Long, Long> nextPositions = new HashMap<>();
  final Map<Long, Long> delivering = new HashMap<>();
  private final Row row = new Row();

  Replay(Segments segments) {
    this.segments = segments;
  }

  /** Begins with what a checkpoint says of queues. */
  void begin(List<Checkpoint.QueueState> queues) {
    for (Checkpoint.QueueState queue : queues) {
      nextPositions.put(queue.number(), queue.nextPosition());
      if (queue.delivering() >= 0) {
        delivering.put(queue.number(), queue.delivering());
      }
    }
  }

  /** Learns where the rows of a segment came from that no checkpoint knows. */
  void unfinished(int number, long[] places) {
    unfinished.put(number, places);
  }

  /**
   * Applies a frame.
   *
   * @param segment in which it is
   * @param into where its rows go
   * @param rowsOnly whether a checkpoint covers everything else in it
   */
  void apply(ByteBuffer skeleton, Segment segment, Rows into, boolean rowsOnly) throws IOException {
    while (skeleton.hasRemaining()) {
      int kind = skeleton.get();
      switch (kind) {
        case Format.ADD -> add(skeleton, segment, into);
        case Format.MOVED -> {
          skeleton.getLong();
          add(skeleton, segment, into);
        }
        case Format.DEAD -> {
          for (int left = skeleton.getInt(); left > 0; left--) {
            long place = skeleton.getLong();
            if (!rowsOnly) {
              kill(place);
            }
          }
        }
        case Format.RETURNED -> returned(skeleton.getLong(), skeleton.getInt(), rowsOnly);
        case Format.DELIVERING -> {
          long queue = skeleton.getLong();
          long position = skeleton.getLong();
          if (!rowsOnly) {
            delivering.merge(queue, position, Math::max);
          }
        }
        case Format.DISCARDED -> discarded(skeleton, rowsOnly);
        default -> throw new DamagedStoreException("a record of the unknown kind " + kind);
      }
    }
  }

  private void add(ByteBuffer skeleton, Segment segment, Rows into) {
    row.read(skeleton);
    int ordinal = row.ordinal;
    if (ordinal < into.count()) {
      throw new DamagedStoreException(
          Format.segment(segment.number()) + " has row " + ordinal + " twice");
    }
    if (ordinal > into.count()) {
      // Frames before this one are lost, and the store is being salvaged: the others keep their
      // numbers.
      Row missing = new Row();
      missing.queue = Format.NOTHING;
      while (into.count() < ordinal) {
        into.add(missing);
        segment.kill(missing.ordinal);
      }
    }
    into.add(row);
    nextPositions.merge(row.queue, row.position + 1, Math::max);
  }

  private void kill(long place) {
    long now = present(place);
    Segment segment = segments.get(Place.segment(now));
    if (segment != null) {
      segment.kill(Place.ordinal(now));
    }
  }

  private void returned(long place, int attempts, boolean rowsOnly) {
    long now = present(place);
    Segment segment = segments.get(Place.segment(now));
    if (segment != null && !rowsOnly) {
      segment.attempts(Place.ordinal(now), attempts);
    }
  }

  private void discarded(ByteBuffer skeleton, boolean rowsOnly) throws IOException {
    long queue = skeleton.getLong();
    int level = skeleton.get() & 0xff;
    int number = skeleton.getInt();
    long first = skeleton.getLong();
    long last = skeleton.getLong();
    if (rowsOnly) {
      return;
    }
    discard(number, queue, level, first, last);
  }

  private void discard(int number, long queue, int level, long first, long last)
      throws IOException {
    long[] origins = unfinished.get(number);
    if (origins == null) {
      discard(segments.get(number), queue, level, first, last);
      return;
    }
    Set<Integer> from = new HashSet<>();
    for (long origin : origins) {
      if (from.add(Place.segment(origin))) {
        discard(Place.segment(origin), queue, level, first, last);
      }
    }
  }

  private static void discard(
      @Nullable Segment segment, long queue, int level, long first, long last) throws IOException {
    if (segment != null) {
      segment
          .index
          .find(queue, first, last, 0, each -> each.level == level, Integer.MAX_VALUE)
          .forEach(each -> segment.kill(each.ordinal));
    }
  }

  private long present(long place) {
    long now = place;
    while (true) {
      long[] origins = unfinished.get(Place.segment(now));
      if (origins == null) {
        return now;
      }
      int ordinal = Place.ordinal(now);
      now = ordinal < origins.length ? origins[ordinal] : QueueStore.NOWHERE;
    }
  }
}
