package io.waypost.store.log;

import io.waypost.store.codec.ByteWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Builds one frame after another: a header, the payloads, and behind them the skeleton, the records that say what the
 * payloads are and what is gone. The frame's checksum covers header and skeleton, the rows in the skeleton have one for
 * each payload, so that every byte is covered once and a single payload can be checked alone. Used by one thread.
 */
final class FrameWriter {
  /** A buffer that grew beyond this for a large message is given up. */
  private static final int KEEP = 4 << 20;

  private final ByteWriter frame = new ByteWriter(1 << 16);
  private final ByteWriter skeleton = new ByteWriter(1 << 14);
  private long[] dead = new long[256];
  private int deadCount;
  private long at;

  /** Starts a frame that will stand at this place of its file. */
  void begin(long place) {
    at = place;
    frame.clear(KEEP);
    skeleton.clear(KEEP);
    deadCount = 0;
    frame.ensure(Format.FRAME_HEADER);
    frame.buffer().position(Format.FRAME_HEADER);
  }

  boolean isEmpty() {
    return skeleton.size() == 0 && deadCount == 0;
  }

  /** Bytes of the frame so far. */
  int size() {
    return frame.size() + skeleton.size() + deadCount * Long.BYTES;
  }

  /** Where payloads go; what is written there stands in the file at {@link #payloadAt()}. */
  ByteWriter payload() {
    return frame;
  }

  /** Takes back what was written since the next payload was to stand there. */
  void rewind(int payloadAt) {
    frame.buffer().position((int) (payloadAt - at));
  }

  /** Where in the file the next payload will stand. */
  int payloadAt() {
    return Math.toIntExact(at + frame.size());
  }

  /** The checksum of what was written from that place of the file on. */
  int payloadChecksum(int from) {
    ByteBuffer written = frame.buffer().duplicate().flip();
    return Format.checksum(written.position((int) (from - at)));
  }

  void add(Row row) {
    skeleton.u8(Format.ADD);
    row(row);
  }

  void moved(Row row, int fromSegment, int fromOrdinal) {
    skeleton.u8(Format.MOVED).u32(fromSegment).u32(fromOrdinal);
    row(row);
  }

  private void row(Row row) {
    long[] longs = new long[Row.LONGS];
    row.write(longs, 0);
    for (long part : longs) {
      skeleton.i64(part);
    }
  }

  void dead(long place) {
    if (deadCount == dead.length) {
      dead = Arrays.copyOf(dead, 2 * deadCount);
    }
    dead[deadCount++] = place;
  }

  void returned(long place, int attempts) {
    skeleton.u8(Format.RETURNED).i64(place).u32(attempts);
  }

  void delivering(long queue, long position) {
    skeleton.u8(Format.DELIVERING).i64(queue).i64(position);
  }

  void discarded(long queue, int level, int segment, long first, long last) {
    skeleton.u8(Format.DISCARDED).i64(queue).u8(level).u32(segment).i64(first).i64(last);
  }

  /**
   * Ends the frame and writes it.
   *
   * @param index its index
   * @param forced the index of the last frame that is known to be safe
   * @return its length in bytes
   */
  int write(DiskFile file, long uuid, long index, long forced) throws IOException {
    if (deadCount > 0) {
      skeleton.u8(Format.DEAD).u32(deadCount);
      for (int i = 0; i < deadCount; i++) {
        skeleton.i64(dead[i]);
      }
    }
    int payloadLength = frame.size() - Format.FRAME_HEADER;
    ByteBuffer records = skeleton.buffer().duplicate().flip();
    frame.ensure(records.remaining());
    ByteBuffer all = frame.buffer();
    all.put(records.duplicate());
    all.putInt(0, Format.frameMagic(uuid));
    all.putInt(8, payloadLength);
    all.putInt(12, records.remaining());
    all.putLong(16, index);
    all.putLong(24, forced);
    ByteBuffer header = all.duplicate().position(8).limit(Format.FRAME_HEADER);
    all.putInt(4, Format.frameChecksum(uuid, at, header, records));
    int length = all.position();
    file.write(all.duplicate().flip(), at);
    return length;
  }
}
