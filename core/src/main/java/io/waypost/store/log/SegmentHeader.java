package io.waypost.store.log;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The first bytes of a segment.
 *
 * @param number its number, from 1
 * @param uuid random; part of every checksum in the file
 * @param moved whether it holds what compaction moved, and is no part of the log's order
 * @param previous the number of the log's segment before it; 0 for the first
 * @param previousLength where the log ends in that segment: what is behind was never confirmed
 * @param firstIndex the index of its first frame
 */
record SegmentHeader(
    int number, long uuid, boolean moved, int previous, long previousLength, long firstIndex) {
  ByteBuffer encode() {
    ByteBuffer out = ByteBuffer.allocateDirect(Format.SEGMENT_HEADER);
    out.putInt(Format.SEGMENT_MAGIC);
    out.putShort((short) Format.VERSION);
    out.putShort((short) (moved ? 1 : 0));
    out.putInt(number);
    out.putInt(previous);
    out.putLong(previousLength);
    out.putLong(uuid);
    out.putLong(firstIndex);
    out.position(Format.SEGMENT_HEADER - Integer.BYTES);
    out.putInt(Format.checksum(out.duplicate().flip()));
    return out.flip();
  }

  /** The header in these bytes; null if they are none. */
  static @Nullable SegmentHeader decode(ByteBuffer in) {
    if (in.remaining() < Format.SEGMENT_HEADER) {
      return null;
    }
    ByteBuffer checked = in.duplicate();
    checked.limit(in.position() + Format.SEGMENT_HEADER - Integer.BYTES);
    int sum = in.getInt(checked.limit());
    if (in.getInt() != Format.SEGMENT_MAGIC || Format.checksum(checked) != sum) {
      return null;
    }
    int version = in.getShort();
    if (version != Format.VERSION) {
      throw new DamagedStoreException(
          "the store has format " + version + ", this release reads format " + Format.VERSION);
    }
    boolean moved = in.getShort() == 1;
    int number = in.getInt();
    int previous = in.getInt();
    long previousLength = in.getLong();
    long uuid = in.getLong();
    return new SegmentHeader(number, uuid, moved, previous, previousLength, in.getLong());
  }
}
