package io.waypost.store.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Walks through the frames of a segment, for recovery. Every frame that it stops at has a right checksum; payloads are
 * checked on request. Used by one thread.
 */
final class FrameReader {
  private static final int WINDOW = 1 << 20;

  private final DiskFile file;
  private final long uuid;
  private final int magic;
  private final long end;
  private ByteBuffer window = ByteBuffer.allocateDirect(WINDOW).limit(0);
  private long windowAt;

  private long at;
  private long next;
  private int payloadLength;
  private long index;
  private long forced;
  private ByteBuffer skeleton = ByteBuffer.allocate(0);

  /**
   * A reader before the frame at {@code from}.
   *
   * @param end where the segment ends
   */
  FrameReader(DiskFile file, long uuid, long from, long end) {
    this.file = file;
    this.uuid = uuid;
    this.magic = Format.frameMagic(uuid);
    this.next = from;
    this.end = end;
  }

  /** Goes to the next frame; false when what stands there is none. */
  boolean next() throws IOException {
    if (!read(next)) {
      return false;
    }
    at = next;
    next = at + Format.FRAME_HEADER + payloadLength + skeleton.remaining();
    return true;
  }

  /** Goes to the first frame somewhere behind the place where {@link #next()} found none; false if there is none. */
  boolean skip() throws IOException {
    for (long place = next + 1; place <= end - Format.FRAME_HEADER; ) {
      int length = (int) Math.min(WINDOW, end - place);
      ByteBuffer some = bytes(place, length);
      if (some == null) {
        return false;
      }
      int limit = some.limit() - Integer.BYTES;
      int found = -1;
      for (int i = some.position(); i <= limit; i++) {
        if (some.get(i) == (byte) (magic >>> 24) && some.getInt(i) == magic) {
          found = i - some.position();
          break;
        }
      }
      if (found >= 0 && read(place + found)) {
        at = place + found;
        next = at + Format.FRAME_HEADER + payloadLength + skeleton.remaining();
        return true;
      }
      place += found >= 0 ? found + 1 : Math.max(1, length - Integer.BYTES + 1);
    }
    return false;
  }

  private boolean read(long place) throws IOException {
    if (place > end - Format.FRAME_HEADER) {
      return false;
    }
    ByteBuffer header = bytes(place, Format.FRAME_HEADER);
    if (header == null || header.getInt(header.position()) != magic) {
      return false;
    }
    int start = header.position();
    int sum = header.getInt(start + 4);
    int payload = header.getInt(start + 8);
    int records = header.getInt(start + 12);
    if (payload < 0 || records < 0 || place + Format.FRAME_HEADER + payload + records > end) {
      return false;
    }
    ByteBuffer fixed = ByteBuffer.allocate(Format.FRAME_HEADER - 8);
    fixed.put(header.duplicate().position(start + 8)).flip();
    ByteBuffer part = bytes(place + Format.FRAME_HEADER + payload, records);
    if (part == null
        || Format.frameChecksum(uuid, place, fixed.duplicate(), part.duplicate()) != sum) {
      return false;
    }
    payloadLength = payload;
    index = fixed.getLong(8);
    forced = fixed.getLong(16);
    // A copy: the window moves when payloads are looked at.
    skeleton = ByteBuffer.allocate(records).put(part).flip();
    return true;
  }

  /** The bytes at a place, valid until the next call; null where the file is shorter. */
  @Nullable
  ByteBuffer bytes(long place, int length) throws IOException {
    if (place < windowAt || place + length > windowAt + window.limit()) {
      int size = (int) Math.min(Math.max(WINDOW, length), end - place);
      if (size < length) {
        return null;
      }
      if (window.capacity() < size) {
        window = ByteBuffer.allocateDirect(size);
      }
      window.clear().limit(size);
      file.read(window, place);
      window.flip();
      windowAt = place;
      if (window.limit() < length) {
        return null;
      }
    }
    int start = (int) (place - windowAt);
    ByteBuffer view = window.duplicate();
    return view.position(start).limit(start + length);
  }

  /** Where the frame stands. */
  long at() {
    return at;
  }

  /** Where the next frame must stand. */
  long nextAt() {
    return next;
  }

  long index() {
    return index;
  }

  long forced() {
    return forced;
  }

  /** The frame's records; of nobody else. */
  ByteBuffer skeleton() {
    return skeleton.duplicate();
  }

  /** Whether the payloads that are in the frame are what was written. */
  boolean isWhole() throws IOException {
    Row row = new Row();
    ByteBuffer records = skeleton();
    skipOthers(records);
    while (records.hasRemaining() && records.get(records.position()) == Format.ADD) {
      records.get();
      row.read(records);
      // One that is shared may be in an earlier frame.
      if (row.payloadAt >= at && !isWhole(row)) {
        return false;
      }
      skipOthers(records);
    }
    return true;
  }

  private boolean isWhole(Row row) throws IOException {
    ByteBuffer payload = bytes(row.payloadAt, row.payloadLength);
    return payload != null && Format.checksum(payload) == row.checksum;
  }

  /** Goes on to the next row. */
  private static void skipOthers(ByteBuffer records) {
    while (records.hasRemaining()) {
      int length = switch (records.get(records.position())) {
        case Format.RETURNED -> 1 + Long.BYTES + Integer.BYTES;
        case Format.DELIVERING -> 1 + 2 * Long.BYTES;
        case Format.DISCARDED -> 1 + 3 * Long.BYTES + 1 + Integer.BYTES;
        case Format.DEAD -> 1 + Integer.BYTES + Long.BYTES * records.getInt(records.position() + 1);
        default -> 0;
      };
      if (length == 0) {
        return;
      }
      records.position(records.position() + length);
    }
  }
}
