package io.waypost.store.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes segments of files: of those that a checkpoint knows, and of what compaction left behind. Owns the rows of segments
 * that have no index file. On the thread that opens the store.
 */
final class RecoveredSegments {
  private final SegmentFiles files;
  private final Segments segments;
  private final Replay replay;
  private final Damage damage;
  private final Map<Integer, Rows> unindexed = new HashMap<>();

  RecoveredSegments(SegmentFiles files, Segments segments, Replay replay, Damage damage) {
    this.files = files;
    this.segments = segments;
    this.replay = replay;
    this.damage = damage;
  }

  /** Takes in the segments that a checkpoint speaks of. */
  void take(Checkpoint checkpoint) throws IOException {
    for (Checkpoint.SegmentState state : checkpoint.segments()) {
      SegmentHeader header = files.header(state.number());
      if (header == null || header.uuid() != state.uuid()) {
        damage.found(files.path(state.number()) + " is missing, or is another file");
        continue;
      }
      Segment segment = add(header, state.firstOrder(), state.lastOrder(), state.length());
      segment.deadMarks(state.dead());
      if (state.number() != checkpoint.segment()) {
        SegmentIndex written = files.index(header);
        if (written != null) {
          segment.index = written;
        } else {
          readRows(segment);
        }
      }
      for (int i = 0; i + 1 < state.attempts().length; i += 2) {
        segment.attempts(state.attempts()[i], state.attempts()[i + 1]);
      }
    }
  }

  /** Compaction may have ended between its work and the checkpoint that makes it valid: its sources are still there. */
  void takeUnfinished(@Nullable Checkpoint checkpoint) throws IOException {
    for (SegmentHeader header : files.headers()) {
      if (!header.moved() || segments.get(header.number()) != null) {
        continue;
      }
      DiskFile file = files.file(header.number());
      if (file == null) {
        continue;
      }
      if (checkpoint == null && damage.isSalvaged()) {
        // Nothing says what is valid: take it all.
        readRows(add(header, file.size()));
        continue;
      }
      if (checkpoint == null) {
        damage.found(files.checkpointPath() + " is missing");
      }
      replay.unfinished(header.number(), origins(header, file));
      // Without a living message it goes with the next checkpoint.
      add(header, file.size());
    }
  }

  /** From where the rows of a segment were moved. */
  private static long[] origins(SegmentHeader header, DiskFile file) throws IOException {
    List<Long> places = new ArrayList<>();
    FrameReader frames = new FrameReader(file, header.uuid(), Format.SEGMENT_HEADER, file.size());
    while (frames.next()) {
      ByteBuffer skeleton = frames.skeleton();
      while (skeleton.hasRemaining() && skeleton.get() == Format.MOVED) {
        places.add(skeleton.getLong());
        skeleton.position(skeleton.position() + Row.BYTES);
      }
    }
    return places.stream().mapToLong(Long::longValue).toArray();
  }

  /** Adds a segment without rows, which has its own place in the order of messages. */
  Segment add(SegmentHeader header, long length) {
    return add(header, header.number(), header.number(), length);
  }

  private Segment add(SegmentHeader header, int firstOrder, int lastOrder, long length) {
    DiskFile file = files.file(header.number());
    if (file == null) {
      throw new IllegalStateException("a segment without a file");
    }
    Rows rows = new Rows();
    unindexed.put(header.number(), rows);
    Segment segment = new Segment(header, file, firstOrder, lastOrder, SegmentIndex.of(rows));
    segment.length = length;
    segment.forcedLength = length;
    segment.sealed = true;
    segments.add(segment);
    return segment;
  }

  /** The rows of a segment that has no index file. */
  Rows rows(Segment segment) {
    Rows rows = unindexed.get(segment.number());
    if (rows == null) {
      throw new IllegalStateException("segment " + segment.number() + " is indexed");
    }
    return rows;
  }

  /** Makes the index of a segment whose messages a checkpoint knows, from its frames. */
  private void readRows(Segment segment) throws IOException {
    FrameReader frames =
        new FrameReader(segment.file, segment.header.uuid(), Format.SEGMENT_HEADER, segment.length);
    Rows rows = rows(segment);
    while (frames.nextAt() < segment.length) {
      if (!frames.next()) {
        damage.found(files.path(segment.number()) + " is damaged at offset " + frames.nextAt());
        if (!frames.skip()) {
          return;
        }
      }
      replay.apply(frames.skeleton(), segment, rows, true);
    }
  }

  /** The rows of segments that have no index file yet, by number. */
  Map<Integer, Rows> unindexed() {
    unindexed.keySet().removeIf(number -> {
      Segment segment = segments.get(number);
      return segment == null || segment.index.isWritten();
    });
    return unindexed;
  }
}
