package io.waypost.store.log;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Applies the frames behind the checkpoint, segment by segment. On the thread that opens the store. */
final class LogReplay {
  private final SegmentFiles files;
  private final Segments segments;
  private final RecoveredSegments recovered;
  private final Replay replay;
  private final Damage damage;
  private final LogChain chain;
  private final LogEnd logEnd;
  private long index;

  LogReplay(
      SegmentFiles files,
      Segments segments,
      RecoveredSegments recovered,
      Replay replay,
      Damage damage) {
    this.files = files;
    this.segments = segments;
    this.recovered = recovered;
    this.replay = replay;
    this.damage = damage;
    this.chain = new LogChain(files, segments, damage);
    this.logEnd = new LogEnd(files, damage);
  }

  /** The index of the last frame. */
  long index() {
    return index;
  }

  /** Applies what is behind the checkpoint and returns the last segment; null in a new folder. */
  @Nullable
  Segment run(@Nullable Checkpoint checkpoint) throws IOException {
    index = checkpoint == null ? 0 : checkpoint.index();
    List<SegmentHeader> log = chain.find(checkpoint);
    Segment last = null;
    for (int i = 0; i < log.size(); i++) {
      SegmentHeader header = log.get(i);
      DiskFile file = files.file(header.number());
      if (file == null) {
        continue;
      }
      SegmentHeader after = i + 1 < log.size() ? log.get(i + 1) : null;
      boolean goesOn = after != null && after.previous() == header.number();
      long end = after != null && goesOn ? after.previousLength() : file.size();
      Segment known = segments.get(header.number());
      Segment segment = known == null ? recovered.add(header, end) : known;
      segment.length = end;
      long from = checkpoint != null && header.number() == checkpoint.segment()
          ? checkpoint.offset()
          : Format.SEGMENT_HEADER;
      if (!goesOn) {
        segment.length = logEnd.find(segment, from, index);
      }
      apply(segment, from);
      segment.forcedLength = segment.length;
      last = segment;
    }
    if (last != null) {
      // What was found is taken for true from now on.
      last.file.force();
    }
    return last;
  }

  private void apply(Segment segment, long from) throws IOException {
    FrameReader frames =
        new FrameReader(segment.file, segment.header.uuid(), Format.SEGMENT_HEADER, segment.length);
    Rows rows = recovered.rows(segment);
    while (frames.nextAt() < segment.length) {
      if (!frames.next()) {
        damage.found(files.path(segment.number()) + " is damaged at offset " + frames.nextAt());
        if (!frames.skip()) {
          return;
        }
      }
      boolean covered = frames.at() < from;
      if (!covered) {
        index = Math.max(index, frames.index());
        if (!frames.isWhole()) {
          damage.found(
              files.path(segment.number()) + " is damaged in the frame at offset " + frames.at());
        }
      }
      replay.apply(frames.skeleton(), segment, rows, covered);
    }
  }
}
