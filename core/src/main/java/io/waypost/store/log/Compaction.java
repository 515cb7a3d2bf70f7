package io.waypost.store.log;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongPredicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives back the space of segments in which little lives: copies what does into a new segment. Only neighbours are put
 * together, so that the order of segments stays the order of messages. Belongs to the housekeeping thread.
 *
 * <p>Space: a segment that is complete and less than {@link StoreSettings#compactBelow()} alive is moved, so that used
 * bytes stay below {@code live / compactBelow} plus the log since the last checkpoint. What lives is payloads and the
 * rows that speak of them. Work: a moved segment gave back at
 * least {@code 1 - compactBelow} of its bytes, so that moving writes at most {@code compactBelow / (1 - compactBelow)}
 * bytes for each byte that was written to the log.
 */
final class Compaction {
  private static final Logger LOG = LoggerFactory.getLogger(Compaction.class);
  private static final int FRAME = 1 << 20;

  /** Small segments, which restarts leave behind, are put together when there are so many in a row. */
  private static final int MANY_SMALL = 8;

  /** Bytes of a row in the segment that it is moved to. */
  private static final int MOVED_ROW = 1 + Long.BYTES + Row.BYTES;

  private static final int OVERHEAD = Format.SEGMENT_HEADER + Format.FRAME_HEADER;

  private final Disk disk;
  private final StoreSettings settings;
  private final Segments segments;
  private final SegmentNumbers numbers;

  Compaction(Disk disk, StoreSettings settings, Segments segments, SegmentNumbers numbers) {
    this.disk = disk;
    this.settings = settings;
    this.segments = segments;
    this.numbers = numbers;
  }

  /**
   * Neighbours that are worth moving together; empty if there are none.
   *
   * @param isOpen whether messages of a queue may live
   */
  List<Segment> candidates(LongPredicate isOpen) {
    List<Segment> best = List.of();
    List<Segment> some = new ArrayList<>();
    long bytes = 0;
    for (Segment segment : segments.inOrder()) {
      if (segment.live == 0 && segment.sealed) {
        // It is as good as gone, and nothing of it can come between its neighbours.
        continue;
      }
      boolean movable =
          segment.sealed && segment.index.isWritten() && !segment.damaged && count(segment, isOpen);
      boolean small = movable && segment.length < settings.segmentBytes() / MANY_SMALL;
      boolean poor = movable && isPoor(segment);
      if ((!small && !poor) || bytes + segment.liveBytes > settings.segmentBytes()) {
        best = better(best, some);
        some = new ArrayList<>();
        bytes = 0;
      }
      if (small || poor) {
        some.add(segment);
        bytes += segment.liveBytes;
      }
    }
    return better(best, some);
  }

  private List<Segment> better(List<Segment> one, List<Segment> other) {
    boolean worth = other.size() >= MANY_SMALL || other.stream().anyMatch(this::isPoor);
    return worth && gain(other) > gain(one) ? other : one;
  }

  /** Not true of anything that compaction has just made. */
  private boolean isPoor(Segment segment) {
    return segment.liveBytes < settings.compactBelow() * (segment.length - OVERHEAD);
  }

  private static long gain(List<Segment> some) {
    return some.stream().mapToLong(each -> each.length - each.liveBytes).sum() + some.size();
  }

  /** Counts the living bytes of a segment, unless little has changed since the last time; false if that fails. */
  private static boolean count(Segment segment, LongPredicate isOpen) {
    int live = segment.live;
    int known = segment.liveWhenCounted;
    if (known >= 0 && known - live < Math.max(1, segment.index.count() / 16)) {
      return true;
    }
    Map<Integer, Integer> payloads = new HashMap<>();
    int[] rows = new int[1];
    try {
      segment.index.forEach(row -> {
        if (!segment.isDead(row.ordinal) && isOpen.test(row.queue)) {
          payloads.put(row.payloadAt, row.payloadLength);
          rows[0]++;
        }
      });
    } catch (IOException e) {
      LOG.warn("{} can't be read: {}", Format.index(segment.number()), e.getMessage());
      return false;
    }
    segment.liveBytes =
        payloads.values().stream().mapToLong(Integer::longValue).sum() + (long) rows[0] * MOVED_ROW;
    segment.liveWhenCounted = live;
    return true;
  }

  /**
   * Copies what lives.
   *
   * @param isOpen whether messages of a queue may live
   * @return null if a file is damaged, which is then left as it is
   */
  @Nullable
  Moved move(List<Segment> victims, LongPredicate isOpen) throws IOException {
    int number = numbers.next();
    SegmentHeader header = new SegmentHeader(number, numbers.uuid(), true, 0, 0, 1);
    String name = Format.segment(number);
    DiskFile file = disk.create(name + Format.UNFINISHED);
    boolean complete = false;
    try {
      file.write(header.encode(), 0);
      Copy copy = new Copy(header, file);
      List<int[]> ordinals = new ArrayList<>();
      List<Integer> firsts = new ArrayList<>();
      for (Segment victim : victims) {
        firsts.add(copy.rows.count());
        int[] moved = copy.all(victim, isOpen);
        if (moved == null) {
          victim.damaged = true;
          return null;
        }
        ordinals.add(moved);
      }
      copy.flush();
      file.force();
      // It has its name only when all of it is there.
      disk.rename(name + Format.UNFINISHED, name);
      SegmentIndex index = SegmentIndex.write(disk, number, header.uuid(), copy.rows);
      Segment target = new Segment(
          header,
          file,
          victims.get(0).firstOrder,
          victims.get(victims.size() - 1).lastOrder,
          index);
      target.length = copy.at;
      target.forcedLength = copy.at;
      target.sealed = true;
      List<Segment.Forward> forwards = new ArrayList<>();
      for (int i = 0; i < victims.size(); i++) {
        int first = firsts.get(i);
        int[] old = ordinals.get(i);
        forwards.add(new Segment.Forward(
            target, old, IntStream.range(first, first + old.length).toArray()));
      }
      complete = true;
      return new Moved(target, victims, forwards, copy.rows);
    } finally {
      if (!complete) {
        file.close();
        disk.delete(name + Format.UNFINISHED);
        disk.delete(name);
        disk.delete(Format.index(number));
      }
    }
  }

  private final class Copy {
    final SegmentHeader header;
    final DiskFile file;
    final Rows rows = new Rows();
    final FrameWriter frame = new FrameWriter();
    long at = Format.SEGMENT_HEADER;
    long index;

    Copy(SegmentHeader header, DiskFile file) {
      this.header = header;
      this.file = file;
      frame.begin(at);
    }

    /** Copies what lives of a segment; returns its ordinals there, or null if the segment is damaged. */
    int @Nullable [] all(Segment victim, LongPredicate isOpen) throws IOException {
      List<Row> living = new ArrayList<>();
      victim.index.forEach(row -> {
        if (!victim.isDead(row.ordinal) && isOpen.test(row.queue)) {
          living.add(row.copy());
        }
      });
      // As they lie, so that the file is read from one end to the other.
      living.sort((one, other) -> Integer.compare(one.ordinal, other.ordinal));
      int[] ordinals = new int[living.size()];
      int next = 0;
      Map<Integer, Integer> payloads = new HashMap<>();
      for (Row row : living) {
        Integer known = payloads.get(row.payloadAt);
        if (known == null) {
          ByteBuffer payload = ByteBuffer.allocate(row.payloadLength);
          victim.file.read(payload, row.payloadAt);
          if (payload.hasRemaining()) {
            throw new EOFException(Format.segment(victim.number()) + " is too short");
          }
          payload.flip();
          if (Format.checksum(payload.duplicate()) != row.checksum) {
            LOG.error(
                "{}/{} is damaged at offset {}",
                disk.name(),
                Format.segment(victim.number()),
                row.payloadAt);
            return null;
          }
          known = frame.payloadAt();
          frame.payload().raw(payload.array());
          payloads.put(row.payloadAt, known);
        }
        int before = row.ordinal;
        row.payloadAt = known;
        rows.add(row);
        ordinals[next++] = before;
        frame.moved(row, victim.number(), before);
        if (frame.size() >= FRAME) {
          flush();
        }
      }
      return ordinals;
    }

    void flush() throws IOException {
      if (!frame.isEmpty()) {
        at += frame.write(file, header.uuid(), ++index, 0);
      }
      frame.begin(at);
    }
  }
}
