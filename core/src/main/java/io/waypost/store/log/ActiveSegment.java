package io.waypost.store.log;

import io.waypost.loop.Clock;
import io.waypost.store.codec.MessageCodec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The segment that is being written, and the frame that will stand at its end; one segment after another. It is not open
 * while nothing can be written. What fails here is left as it is: whoever called {@link #leave()}s the segment, and the
 * log goes on in a new one, whose header says where the old one ends. Belongs to the writing thread.
 */
final class ActiveSegment {
  /** A frame is ended when it has so many bytes. */
  private static final int FRAME = 1 << 20;

  /** Rows of a segment are in memory until it is complete. */
  private static final int MAX_ROWS = 1 << 18;

  /** Frames up to this size are prepared for. */
  private static final int SMALL = 16 << 10;

  /** So many bytes at a time. */
  private static final int AHEAD = 256 << 10;

  private final Disk disk;
  private final StoreSettings settings;
  private final Segments segments;
  private final SegmentNumbers numbers;
  private final Housekeeping housekeeping;
  private final StoreCounters counters;

  final FrameWriter frame = new FrameWriter();
  final Payloads payloads;
  private final ByteBuffer zeros = ByteBuffer.allocateDirect(AHEAD);
  private @Nullable Segment present;
  private Rows rows = new Rows();
  private @Nullable Segment last;
  private @Nullable Segment beforeLast;
  private long prepared;
  private long index;
  private long forcedIndex;
  private long markIndex;
  private long unforcedSince;
  private long written;
  private long sinceLook;

  /** Not open yet; the log will go on behind what recovery found. */
  ActiveSegment(
      Disk disk,
      StoreSettings settings,
      Recovery.Result found,
      MessageCodec codec,
      Housekeeping housekeeping,
      StoreCounters counters) {
    this.disk = disk;
    this.settings = settings;
    this.segments = found.segments();
    this.numbers = found.numbers();
    this.housekeeping = housekeeping;
    this.counters = counters;
    this.payloads = new Payloads(codec, frame, counters.received);
    this.index = found.index();
    this.forcedIndex = index;
    this.markIndex = index;
    this.last = found.last();
  }

  /** The segment; null while nothing can be written. */
  @Nullable
  Segment segment() {
    return present;
  }

  boolean isOpen() {
    return present != null;
  }

  private Segment opened() {
    Segment into = present;
    if (into == null) {
      throw new IllegalStateException("no segment is open");
    }
    return into;
  }

  /** The index of the last frame. */
  long index() {
    return index;
  }

  /** Bytes of all frames so far. */
  long written() {
    return written;
  }

  // --- the frame that is being made
  // -------------------------------------------------------------------------------

  /** Starts a frame, if the segment is open. */
  void beginFrame() {
    Segment into = present;
    if (into != null) {
      frame.begin(into.length);
    }
  }

  boolean isFrameFull() {
    return present != null && frame.size() >= FRAME;
  }

  /** Adds a row, whose payload is in the segment, and tells its place. */
  long add(Row row) {
    Segment into = opened();
    rows.add(row);
    frame.add(row);
    into.live++;
    return Place.of(into.number(), row.ordinal);
  }

  /** Says that the row at a place is gone, if the segment is open. */
  void dead(long place) {
    if (present != null) {
      frame.dead(place);
    }
  }

  // --- writing
  // ----------------------------------------------------------------------------------------------------

  /** Writes the frame behind the others. */
  void write() throws IOException {
    Segment into = opened();
    prepare(into);
    int length = frame.write(into.file, into.header.uuid(), index + 1, forcedIndex);
    index++;
    if (!isUnforced()) {
      unforcedSince = Clock.SYSTEM.nanos();
    }
    into.grown(length);
    counters.written.add(length);
    written += length;
    sinceLook += length;
    if (sinceLook > FRAME) {
      sinceLook = 0;
      housekeeping.look();
    }
  }

  /**
   * Writes zeros where the next small frames will stand: to overwrite bytes that a file has already is made safe in about
   * half the time of making it longer. Large batches do without, it would only be one more copy of them.
   */
  private void prepare(Segment into) throws IOException {
    long end = into.length + frame.size();
    if (frame.size() > SMALL || end <= prepared || end + AHEAD > settings.segmentBytes()) {
      return;
    }
    zeros.clear();
    into.file.write(zeros, end);
    prepared = end + AHEAD;
    counters.written.add(AHEAD);
  }

  /** Makes everything that was written safe. */
  void force() throws IOException {
    Segment into = opened();
    into.file.force();
    counters.forces.increment();
    forcedIndex = index;
    into.forcedLength = into.length;
  }

  /** Whether something was written that is not safe yet. */
  boolean isUnforced() {
    Segment into = present;
    return into != null && into.forcedLength < into.length;
  }

  /** Whether something has been written for longer than that and is not safe yet. */
  boolean isUnforcedFor(long nanos) {
    return isUnforced() && Clock.SYSTEM.nanos() - unforcedSince > nanos;
  }

  /** Whether no frame says yet that the last one is safe. */
  boolean isUnmarked() {
    return present != null && index > markIndex;
  }

  /** An empty frame that says that the ones before are safe: damage to them can't pass for a torn end from now on. */
  void mark() throws IOException {
    if (isUnforced()) {
      force();
    }
    beginFrame();
    write();
    // The mark itself need not be safe.
    markIndex = index;
  }

  // --- from one segment to the next
  // -------------------------------------------------------------------------------

  /** Whether the segment is complete. */
  boolean isFull() {
    return opened().length >= settings.segmentBytes() || rows.count() >= MAX_ROWS;
  }

  /** Ends the segment, all of which is safe. */
  void seal() {
    Segment full = opened();
    full.sealed = true;
    payloads.forget();
    housekeeping.index(full, rows);
  }

  /** Begins a new segment. */
  Segment open() throws IOException {
    int number = numbers.next();
    Segment before = last;
    SegmentHeader header = new SegmentHeader(
        number,
        numbers.uuid(),
        false,
        before == null ? 0 : before.number(),
        before == null ? 0 : before.forcedLength,
        index + 1);
    DiskFile file = create(header);
    counters.forces.increment();
    prepared = 0;
    rows = new Rows();
    Segment fresh = new Segment(header, file, number, number, SegmentIndex.of(rows));
    fresh.length = Format.SEGMENT_HEADER;
    fresh.forcedLength = Format.SEGMENT_HEADER;
    segments.add(fresh);
    present = fresh;
    beforeLast = before;
    last = fresh;
    return fresh;
  }

  private DiskFile create(SegmentHeader header) throws IOException {
    String name = Format.segment(header.number());
    DiskFile file = disk.create(name);
    boolean complete = false;
    try {
      file.write(header.encode(), 0);
      file.force();
      disk.force();
      complete = true;
      return file;
    } finally {
      if (!complete) {
        file.close();
        disk.delete(name);
      }
    }
  }

  // --- when writing fails
  // -----------------------------------------------------------------------------------------

  /** Closes it and tells the segment that was open: nothing is ever written there again. */
  @Nullable
  Segment leave() {
    Segment bad = present;
    present = null;
    return bad;
  }

  /** Ends a segment that was left, where the last safe frame ends. */
  void abandon(Segment bad) {
    payloads.forget();
    bad.sealed = true;
    if (bad.live > 0 || bad.forcedLength > Format.SEGMENT_HEADER) {
      housekeeping.index(bad, rows);
      return;
    }
    // Nothing in it counts: the next segment takes its place, so that they don't pile up while the
    // disk is full.
    bad.gone = true;
    segments.remove(bad);
    last = beforeLast;
    housekeeping.delete(List.of(bad));
  }

  /** Begins a new segment after the log was left. */
  void reopen() throws IOException {
    if (disk.usable() < FRAME) {
      throw new IOException("too little space");
    }
    open();
  }

  /** A segment's file, for the broker's log. */
  String path(Segment segment) {
    return disk.name() + "/" + Format.segment(segment.number());
  }
}
