package io.waypost.store.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds where the log ends in its last segment. On the thread that opens the store.
 *
 * <p>A frame that is not right is one of two things. If a later frame says that it was safe, something happened to the
 * file: damage, which is never passed over silently. Otherwise the broker ended while it was being written, nobody was
 * told that it is safe, and the log ends before it.
 */
final class LogEnd {
  private static final Logger LOG = LoggerFactory.getLogger(LogEnd.class);

  private final SegmentFiles files;
  private final Damage damage;

  LogEnd(SegmentFiles files, Damage damage) {
    this.files = files;
    this.damage = damage;
  }

  /**
   * Where the log ends.
   *
   * @param from where a frame begins that is behind everything else that was read
   * @param index the index of the last frame before that
   */
  long find(Segment segment, long from, long index) throws IOException {
    FrameReader frames = new FrameReader(segment.file, segment.header.uuid(), from, segment.length);
    long expected = index;
    long forced = expected;
    while (frames.next()) {
      expected = frames.index();
      forced = Math.max(forced, frames.forced());
    }
    long end = frames.nextAt();
    if (end >= segment.length) {
      return checkedEnd(segment, from, end, forced);
    }
    while (frames.skip()) {
      if (frames.forced() > expected) {
        damage.found(files.path(segment.number()) + " is damaged at offset " + end);
        // The rest is salvaged.
        return segment.length;
      }
    }
    if (!isPrepared(segment, end)) {
      LOG.warn(
          "{} ends with {} bytes of a write that was not completed; nothing in them was confirmed",
          files.path(segment.number()),
          segment.length - end);
    }
    return checkedEnd(segment, from, end, forced);
  }

  /** Whether nothing but zeros follows: the writer prepares the place of its next frames. */
  private static boolean isPrepared(Segment segment, long end) throws IOException {
    ByteBuffer rest = ByteBuffer.allocate((int) Math.min(segment.length - end, 1 << 20));
    segment.file.read(rest, end);
    rest.flip();
    while (rest.hasRemaining()) {
      if (rest.get() != 0) {
        return false;
      }
    }
    return true;
  }

  /** Payloads of frames that nobody called safe may be torn although their frames are whole. */
  private long checkedEnd(Segment segment, long from, long end, long forced) throws IOException {
    FrameReader frames = new FrameReader(segment.file, segment.header.uuid(), from, end);
    while (frames.next()) {
      if (frames.index() > forced && !frames.isWhole()) {
        LOG.warn(
            "{} ends with a write that was not completed, at offset {}; it was not confirmed",
            files.path(segment.number()),
            frames.at());
        return frames.at();
      }
    }
    return end;
  }
}
