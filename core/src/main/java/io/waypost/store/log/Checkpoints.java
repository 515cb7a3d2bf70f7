package io.waypost.store.log;

import io.waypost.broker.BrokerException;
import io.waypost.broker.ErrorCode;
import io.waypost.loop.Clock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * When it is time for a checkpoint, what is in it, and which segments are not needed any more once it is written. Belongs
 * to the writing thread; {@link Housekeeping} writes what is captured here.
 */
final class Checkpoints {
  /** When so many segments can be deleted, it is time for a checkpoint. */
  private static final int MANY_EMPTY = 4;

  private final StoreSettings settings;
  private final Segments segments;
  private final SegmentNumbers numbers;
  private final StoredQueues queues;
  private final Housekeeping housekeeping;
  private final ActiveSegment active;
  private final LiveRows live;
  private final GroupCommit commit;

  private long last = Clock.SYSTEM.nanos();
  private long writtenAtLast;
  private long emptiedAtLast;
  private boolean runs;
  private boolean wanted;
  private boolean failed;

  Checkpoints(
      StoreSettings settings,
      Recovery.Result found,
      StoredQueues queues,
      Housekeeping housekeeping,
      ActiveSegment active,
      LiveRows live,
      GroupCommit commit) {
    this.settings = settings;
    this.segments = found.segments();
    this.numbers = found.numbers();
    this.queues = queues;
    this.housekeeping = housekeeping;
    this.active = active;
    this.live = live;
    this.commit = commit;
  }

  /** Has a checkpoint made soon. */
  void want() {
    wanted = true;
  }

  /** Whether a checkpoint is being made, or will be very soon. */
  boolean isUnderWay() {
    return runs || wanted;
  }

  /** Whether the last one could not be written, so that it is tried again. */
  boolean hasFailed() {
    return failed;
  }

  boolean isDue() {
    if (runs || !active.isOpen()) {
      return false;
    }
    if (failed && Clock.SYSTEM.nanos() - last < GroupCommit.RETRY) {
      return false;
    }
    long written = active.written() - writtenAtLast;
    return wanted
        || live.emptied() - emptiedAtLast >= MANY_EMPTY
        || written >= settings.checkpointBytes()
        || (written > 0
            && Clock.SYSTEM.nanos() - last >= settings.checkpointInterval().toNanos());
  }

  /** Captures everything that was written, and has it written as a checkpoint. */
  void make() {
    Segment into = active.segment();
    if (into == null) {
      return;
    }
    try {
      if (active.isUnforced()) {
        active.force();
      }
    } catch (IOException e) {
      commit.breakLog("making " + active.path(into) + " safe", e);
      commit.end();
      return;
    }
    wanted = false;
    emptiedAtLast = live.emptied();
    writtenAtLast = active.written();
    last = Clock.SYSTEM.nanos();
    runs = true;
    List<Segment> empty = segments.all().stream()
        .filter(segment -> segment != into && !segment.gone)
        .filter(segment -> segment.forward != null || (segment.sealed && segment.live == 0))
        .toList();
    housekeeping.write(capture(into, false), empty);
  }

  /** A checkpoint was written, or not; these segments are not needed any more if it was. */
  void made(boolean done, List<Segment> empty) {
    runs = false;
    failed = !done;
    if (!done) {
      wanted = true;
      return;
    }
    for (Segment segment : empty) {
      segment.gone = true;
      if (segment.forward == null) {
        segments.remove(segment);
      }
      segment.release();
    }
    housekeeping.delete(empty);
  }

  /** Has everything up to now copied into an empty folder. */
  void backup(Path folder, CompletableFuture<Void> done) {
    commit.flush();
    try {
      if (!active.isOpen()) {
        throw new IOException("unable to write to its disk");
      }
      // Complete segments can be shared; the new one is copied when there is next to nothing in it.
      Segment fresh = commit.roll();
      active.beginFrame();
      housekeeping.copy(capture(fresh, false), folder, done);
    } catch (IOException e) {
      commit.breakLog("a backup", e);
      done.completeExceptionally(new BrokerException(
          ErrorCode.INTERNAL, "the backup in " + folder + " failed: " + e.getMessage()));
    }
  }

  /**
   * What the log comes to, up to the last frame, which is safe.
   *
   * @param into the segment that is open
   * @param clean whether the broker has stopped in order
   */
  Checkpoint capture(Segment into, boolean clean) {
    List<Checkpoint.SegmentState> states = new ArrayList<>();
    for (Segment segment : segments.inOrder()) {
      if (segment == into || segment.live > 0 || !segment.sealed) {
        states.add(Checkpoint.SegmentState.of(segment));
      }
    }
    List<Checkpoint.QueueState> queueStates = new ArrayList<>();
    for (StoredQueue queue : queues.all()) {
      if (queue.durable && queue.freePosition() > 0) {
        queueStates.add(new Checkpoint.QueueState(
            queue.number, queue.freePosition(), clean ? queue.deliveredBefore : queue.delivering));
      }
    }
    return new Checkpoint(
        clean,
        active.index(),
        into.number(),
        into.length,
        numbers.lowestFree(),
        states,
        queueStates);
  }
}
