package io.waypost.store.log;

import io.waypost.store.Definition;
import java.io.Closeable;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds out what a folder holds: the checkpoint, the frames behind it, and what of it lives. Memory is bounded by the
 * rows of the segments since the checkpoint and some bytes for each queue and segment. On the thread that opens the store.
 */
final class Recovery implements Closeable {
  /**
   * What was found.
   *
   * @param index the index of the last frame
   * @param last the last segment of the log; null in a new folder
   * @param definitions each definition with the place where it is stored
   * @param nextDefinition where the positions of definitions go on
   * @param queues by number
   */
  record Result(
      Segments segments,
      SegmentNumbers numbers,
      long index,
      @Nullable Segment last,
      Map<Definition, Long> definitions,
      long nextDefinition,
      Map<Long, RecoveredQueue> queues) {}

  private final Segments segments = new Segments();
  private final Replay replay = new Replay(segments);
  private final Damage damage;
  private final SegmentFiles files;
  private final RecoveredSegments recovered;

  Recovery(Disk disk, StoreSettings settings) {
    damage = new Damage(settings.recovery());
    files = new SegmentFiles(disk, damage);
    recovered = new RecoveredSegments(files, segments, replay, damage);
  }

  /**
   * Reads the folder.
   *
   * @throws DamagedStoreException if it is damaged, unless it is to be salvaged
   */
  Result run() throws IOException {
    boolean complete = false;
    try {
      Result result = read();
      complete = true;
      return result;
    } finally {
      if (!complete) {
        close();
      }
    }
  }

  private Result read() throws IOException {
    Checkpoint checkpoint = files.list();
    int free = files.highest() + 1;
    if (checkpoint != null) {
      free = Math.max(free, checkpoint.nextSegment());
      replay.begin(checkpoint.queues());
      recovered.take(checkpoint);
    }
    recovered.takeUnfinished(checkpoint);
    LogReplay log = new LogReplay(files, segments, recovered, replay, damage);
    Segment last = log.run(checkpoint);
    RecoveredDefinitions definitions = new RecoveredDefinitions(files, segments, damage);
    definitions.read();
    Map<Long, RecoveredQueue> queues =
        new RecoveredQueues(segments, definitions.places().keySet()).gather(replay);
    files.deleteEmpty();
    return new Result(
        segments,
        new SegmentNumbers(free),
        log.index(),
        last,
        definitions.places(),
        definitions.nextPosition(),
        queues);
  }

  /** The rows of segments that have no index file yet, by number. */
  Map<Integer, Rows> unindexed() {
    return recovered.unindexed();
  }

  /** Closes the files, when nobody is going to use them. */
  @Override
  public void close() throws IOException {
    files.close();
    for (Segment segment : segments.all()) {
      segment.index.close();
    }
  }
}
