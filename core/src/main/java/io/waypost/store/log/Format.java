package io.waypost.store.log;

import java.nio.ByteBuffer;
import java.util.OptionalInt;
import java.util.zip.CRC32C;

/** The numbers of the file format; docs/storage.md explains them. All numbers are big-endian. */
final class Format {
  /** The version that is written; older ones are migrated at the start, newer ones refused. */
  static final int VERSION = 1;

  static final int SEGMENT_MAGIC = 0x57505347; // WPSG
  static final int FRAME_MAGIC = 0x5750464d; // WPFM
  static final int INDEX_MAGIC = 0x57504958; // WPIX
  static final int CHECKPOINT_MAGIC = 0x57504350; // WPCP

  static final int SEGMENT_HEADER = 64;
  static final int FRAME_HEADER = 32;

  /** A message in a queue; a {@link Row} follows. */
  static final int ADD = 1;

  /** A row that was moved here by compaction: segment and ordinal from where, then the {@link Row}. */
  static final int MOVED = 2;

  /** Messages that are gone: how many, then a segment and an ordinal each. */
  static final int DEAD = 3;

  /** A message came back: segment, ordinal, how often. */
  static final int RETURNED = 4;

  /** What a queue may have delivered: queue, position. */
  static final int DELIVERING = 5;

  /** Part of a queue is gone: queue, level, segment, first and last position. */
  static final int DISCARDED = 6;

  /** The number of the queue under which definitions are stored; message queues have higher ones. */
  static final long DEFINITIONS = 0;

  /** The number of the queue of rows that are lost. */
  static final long NOTHING = 1;

  /** Numbers up to this one are not given to queues. */
  static final long RESERVED_QUEUES = 15;

  private static final String SEGMENT = ".seg";
  private static final String INDEX = ".idx";
  static final String CHECKPOINT = "checkpoint";
  static final String UNFINISHED = ".tmp";
  static final String DAMAGED = ".damaged";

  private Format() {}

  static String segment(int number) {
    return String.format("%010d", number) + SEGMENT;
  }

  static String index(int number) {
    return String.format("%010d", number) + INDEX;
  }

  /** The number in a segment's file name; empty for another kind of file. */
  static OptionalInt segmentNumber(String name) {
    return number(name, SEGMENT);
  }

  /** The number in an index's file name; empty for another kind of file. */
  static OptionalInt indexNumber(String name) {
    return number(name, INDEX);
  }

  private static OptionalInt number(String name, String ending) {
    if (name.length() == 10 + ending.length() && name.endsWith(ending)) {
      try {
        return OptionalInt.of(Integer.parseUnsignedInt(name.substring(0, 10)));
      } catch (NumberFormatException e) {
        return OptionalInt.empty();
      }
    }
    return OptionalInt.empty();
  }

  /**
   * The first bytes of a segment's frames. Nobody who publishes a message can know them, so that a body that is made to
   * look like a frame can't delay the search for one.
   */
  static int frameMagic(long uuid) {
    return FRAME_MAGIC ^ (int) (uuid >>> Integer.SIZE);
  }

  static int checksum(ByteBuffer bytes) {
    CRC32C sum = new CRC32C();
    sum.update(bytes);
    return (int) sum.getValue();
  }

  /** A frame's checksum: of where it stands as well, so that bytes of another place or file never pass. */
  static int frameChecksum(long uuid, long at, ByteBuffer header, ByteBuffer skeleton) {
    CRC32C sum = new CRC32C();
    ByteBuffer seed = ByteBuffer.allocate(2 * Long.BYTES);
    sum.update(seed.putLong(uuid).putLong(at).flip());
    sum.update(header);
    sum.update(skeleton);
    return (int) sum.getValue();
  }
}
