package io.waypost.store.log;

import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A segment file and which of its messages still live. Belongs to the writing thread. Other threads read what does not
 * change, and may look at marks that the writing thread sets: what they are allowed to load cannot die meanwhile.
 */
final class Segment {
  /** The order of two segments is that of the messages in them, whatever their numbers: compaction keeps the order. */
  final int firstOrder;

  final int lastOrder;
  final SegmentHeader header;
  final DiskFile file;

  /** Until where it is part of the log. */
  volatile long length;

  /** Until where it is safe. */
  long forcedLength;

  /** How many messages live. */
  int live;

  /** Bytes of the payloads that lived when somebody last counted, and how many messages did then. */
  volatile long liveBytes;

  volatile int liveWhenCounted = -1;

  /** Whether something in it can't be read: it stays as it is. */
  volatile boolean damaged;

  /** Whether it gets no more frames. */
  volatile boolean sealed;

  /** Whether its file is deleted or will be. */
  volatile boolean gone;

  /** Where its living messages went. */
  volatile @Nullable Forward forward;

  volatile SegmentIndex index;
  private volatile long[] dead = new long[0];
  private volatile short @Nullable [] attempts;

  /**
   * Where compaction moved what lived: nothing but that, so that a segment which is long gone costs no more than what
   * still lives of it.
   *
   * @param to the segment where it is now
   * @param ordinals the old ordinals, rising
   * @param moved the new ordinal of each
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared, and nobody writes to them
  record Forward(Segment to, int[] ordinals, int[] moved) {
    int size() {
      return ordinals.length;
    }

    int from(int number) {
      return ordinals[number];
    }

    int now(int number) {
      return moved[number];
    }

    /** The new ordinal of an old one; -1 for what was dead. */
    int find(int old) {
      int at = Arrays.binarySearch(ordinals, old);
      return at < 0 ? -1 : moved[at];
    }

    /** Where things are after what is there now has moved on. */
    Forward then(Forward next) {
      int[] keptOrdinals = new int[ordinals.length];
      int[] keptMoved = new int[ordinals.length];
      int kept = 0;
      for (int i = 0; i < ordinals.length; i++) {
        int now = next.find(moved[i]);
        if (now >= 0) {
          keptOrdinals[kept] = ordinals[i];
          keptMoved[kept++] = now;
        }
      }
      return new Forward(
          next.to, Arrays.copyOf(keptOrdinals, kept), Arrays.copyOf(keptMoved, kept));
    }
  }

  Segment(SegmentHeader header, DiskFile file, int firstOrder, int lastOrder, SegmentIndex index) {
    this.header = header;
    this.file = file;
    this.firstOrder = firstOrder;
    this.lastOrder = lastOrder;
    this.index = index;
  }

  int number() {
    return header.number();
  }

  /** A frame of so many bytes was written. */
  void grown(int bytes) {
    long before = length;
    length = before + bytes;
  }

  boolean isDead(int ordinal) {
    long[] marks = dead;
    int word = ordinal >>> 6;
    return word < marks.length && (marks[word] & 1L << ordinal) != 0;
  }

  /** Marks a message as gone; false if it was. */
  boolean kill(int ordinal) {
    long[] marks = dead;
    int word = ordinal >>> 6;
    if (word >= marks.length) {
      marks = Arrays.copyOf(marks, Math.max(word + 1, 2 * marks.length));
      dead = marks;
    }
    long bit = 1L << ordinal;
    if ((marks[word] & bit) != 0) {
      return false;
    }
    marks[word] |= bit;
    return true;
  }

  long[] deadMarks() {
    return dead;
  }

  void deadMarks(long[] marks) {
    dead = marks;
  }

  int attempts(int ordinal) {
    short[] all = attempts;
    return all == null || ordinal >= all.length ? 0 : all[ordinal] & 0xffff;
  }

  void attempts(int ordinal, int number) {
    short[] all = attempts;
    if (all == null) {
      all = new short[Math.max(index.count(), ordinal + 1)];
    } else if (ordinal >= all.length) {
      all = Arrays.copyOf(all, Math.max(2 * all.length, ordinal + 1));
    }
    all[ordinal] = (short) Math.min(number, 0xffff);
    attempts = all;
  }

  /** About how many of its bytes are needed. */
  long liveEstimate() {
    int known = liveWhenCounted;
    int all = known < 0 ? index.count() : known;
    long bytes = known < 0 ? length : liveBytes;
    return forward != null || all == 0 ? 0 : (long) ((double) bytes * Math.min(live, all) / all);
  }

  boolean hasAttempts() {
    return attempts != null;
  }

  int attemptsKnown() {
    short[] all = attempts;
    return all == null ? 0 : all.length;
  }

  /** Gives up what is only needed while the file is there. */
  void release() {
    dead = new long[0];
    attempts = null;
  }

  void close() throws IOException {
    file.close();
    index.close();
  }
}
