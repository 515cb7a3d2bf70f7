package io.waypost.store.log;

import java.nio.ByteBuffer;

/**
 * What the log knows of one message in one queue without reading the message. Written once, in the frame that adds it and
 * again in the segment's index. Mutable only so that one object can be filled for many rows.
 */
final class Row {
  /** Bytes of a row, in a frame and in an index alike. */
  static final int BYTES = 48;

  /** Longs of a row in memory. */
  static final int LONGS = BYTES / Long.BYTES;

  /** Flag: it may be lost at a restart; it was written to make room in memory. */
  static final int TRANSIENT = 1;

  /** Flag: it may have been delivered before it was written. */
  static final int REDELIVERED = 2;

  long queue;
  long position;
  long deadline;
  int payloadAt;
  int payloadLength;
  int bodyLength;
  int checksum;
  int ordinal;
  int level;
  int flags;
  int attempts;

  void read(ByteBuffer in) {
    set(in.getLong(), in.getLong(), in.getLong(), in.getLong(), in.getLong(), in.getLong());
  }

  void read(long[] from, int at) {
    set(from[at], from[at + 1], from[at + 2], from[at + 3], from[at + 4], from[at + 5]);
  }

  private void set(
      long first, long second, long third, long payload, long lengthAndSum, long rest) {
    queue = first;
    position = second;
    deadline = third;
    payloadAt = (int) (payload >>> 32);
    payloadLength = (int) payload;
    bodyLength = (int) (lengthAndSum >>> 32);
    checksum = (int) lengthAndSum;
    ordinal = (int) (rest >>> 32);
    level = (int) (rest >>> 24) & 0xff;
    flags = (int) (rest >>> 16) & 0xff;
    attempts = (int) rest & 0xffff;
  }

  void write(long[] to, int at) {
    to[at] = queue;
    to[at + 1] = position;
    to[at + 2] = deadline;
    to[at + 3] = pair(payloadAt, payloadLength);
    to[at + 4] = pair(bodyLength, checksum);
    to[at + 5] = pair(ordinal, level << 24 | flags << 16 | attempts);
  }

  private static long pair(int high, int low) {
    return (long) high << 32 | (low & 0xffffffffL);
  }

  Row copy() {
    Row copy = new Row();
    long[] all = new long[LONGS];
    write(all, 0);
    copy.read(all, 0);
    return copy;
  }

  boolean isTransient() {
    return (flags & TRANSIENT) != 0;
  }
}
