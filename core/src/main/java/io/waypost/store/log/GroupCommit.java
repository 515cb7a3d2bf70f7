package io.waypost.store.log;

import io.waypost.loop.Clock;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the frames of a cycle to the disk and decides about everything in them at once. Belongs to the writing thread.
 *
 * <p>Only messages and definitions that somebody waits for make a cycle force the disk. Acknowledgements and what was
 * spilled ride along.
 *
 * <p>When writing or forcing fails, everything of the cycle that was to be safe is refused, and the file is never written
 * again: the log goes on in a new segment as soon as one can be made.
 */
final class GroupCommit {
  private static final Logger LOG = LoggerFactory.getLogger(GroupCommit.class);

  /** After how long without work the log says that its last frame is safe, in nanoseconds. */
  static final long QUIET = TimeUnit.MILLISECONDS.toNanos(100);

  /** How often a broken log tries to go on, and what else failed is tried again, in nanoseconds. */
  static final long RETRY = TimeUnit.MILLISECONDS.toNanos(500);

  private final ActiveSegment active;
  private final Outcomes outcomes;
  private final Housekeeping housekeeping;
  private long retryAt;
  private boolean few;
  private volatile @Nullable String broken;

  GroupCommit(ActiveSegment active, Outcomes outcomes, Housekeeping housekeeping) {
    this.active = active;
    this.outcomes = outcomes;
    this.housekeeping = housekeeping;
  }

  /** Why nothing can be written at the moment, or null. Any thread. */
  @Nullable
  String broken() {
    return broken;
  }

  // --- the frames of a cycle
  // --------------------------------------------------------------------------------------

  /** After a command: a frame does not grow for ever. */
  void flushIfFull() {
    if (active.isFrameFull()) {
      flush();
      active.beginFrame();
    }
  }

  /** Writes the present frame, and goes on in a new segment when this one is complete. */
  void flush() {
    Segment into = active.segment();
    if (into == null || active.frame.isEmpty()) {
      return;
    }
    try {
      active.write();
      if (active.isFull()) {
        roll();
      }
    } catch (IOException e) {
      breakLog("writing " + active.path(into), e);
    }
  }

  /** Makes everything safe and begins a new segment. */
  Segment roll() throws IOException {
    active.force();
    outcomes.acceptAll();
    active.seal();
    return active.open();
  }

  /** Makes what was written safe if somebody waits for it. */
  void force() {
    Segment into = active.segment();
    // Acknowledgements make nobody force the disk, but they don't wait for ever in an endless
    // stream
    // of their kind.
    if (into == null || !(outcomes.isForceRequired() || active.isUnforcedFor(QUIET))) {
      return;
    }
    try {
      active.force();
      few = outcomes.isFew();
      outcomes.acceptAll();
    } catch (IOException e) {
      breakLog("making " + active.path(into) + " safe", e);
    }
  }

  /** Whether a few messages were made safe alone, whose publishers may send the next ones now; asked once. */
  boolean tookFew() {
    boolean took = few;
    few = false;
    return took;
  }

  /** Has the log say that its last frame is safe. */
  void mark() {
    Segment into = active.segment();
    if (into == null) {
      return;
    }
    try {
      active.mark();
    } catch (IOException e) {
      breakLog("writing " + active.path(into), e);
      end();
    }
  }

  /** Tells everybody what became of what they handed over. */
  void end() {
    outcomes.acceptAll();
    active.payloads.forgetIfMany();
    outcomes.tell();
  }

  // --- when writing fails
  // -----------------------------------------------------------------------------------------

  /** Nothing of the present cycle may happen; whoever waits for a confirmation must not get one. */
  void breakLog(String doing, Throwable why) {
    LOG.error(
        "The store has a problem with {}: {}. What was to be confirmed is refused, publishers are blocked until it is over",
        doing,
        String.valueOf(why.getMessage()));
    Segment bad = active.leave();
    broken = "unable to write to its disk";
    retryAt = Clock.SYSTEM.nanos() + RETRY;
    outcomes.refuseAll();
    if (bad != null && !bad.sealed) {
      active.abandon(bad);
    }
    housekeeping.changed();
  }

  /** Whether the log is broken and it is time to try to go on. */
  boolean isRetryDue() {
    return !active.isOpen() && Clock.SYSTEM.nanos() - retryAt >= 0;
  }

  /** Tries to go on in a new segment; whether that was possible. */
  boolean repair() {
    try {
      active.reopen();
      broken = null;
      LOG.info("The store can write again");
      housekeeping.changed();
      return true;
    } catch (IOException e) {
      retryAt = Clock.SYSTEM.nanos() + RETRY;
      return false;
    }
  }
}
