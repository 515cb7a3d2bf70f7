package io.waypost.store.log;

import io.waypost.store.Definition;
import io.waypost.store.QueueStore.Recovered;
import io.waypost.store.QueueStore.Run;
import io.waypost.store.codec.ByteReader;
import io.waypost.store.codec.DefinitionCodec;
import io.waypost.store.log.StoreSettings.RecoveryMode;
import java.io.Closeable;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out what a folder holds: the checkpoint, the frames behind it, and what of it lives. Memory is bounded by the
 * rows of the segments since the checkpoint and some bytes for each queue and segment.
 *
 * <p>A frame that is not right is one of two things. If a later frame says that it was safe, something happened to the
 * file: damage, which is never passed over silently. Otherwise the broker ended while it was being written, nobody was
 * told that it is safe, and the log ends before it.
 */
final class Recovery implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

  /**
   * What was found.
   *
   * @param index the index of the last frame
   * @param last the last segment of the log; null in a new folder
   * @param definitions each definition with the place where it is stored
   * @param nextDefinition where the positions of definitions go on
   * @param queues by number
   */
  record Result(
      Segments segments,
      SegmentNumbers numbers,
      long index,
      @Nullable Segment last,
      Map<Definition, Long> definitions,
      long nextDefinition,
      Map<Long, RecoveredQueue> queues) {}

  private final Disk disk;
  private final boolean salvage;
  private final Segments segments = new Segments();
  private final Replay replay = new Replay(segments);
  private final Map<Integer, SegmentHeader> headers = new TreeMap<>();
  private final Map<Integer, DiskFile> files = new HashMap<>();
  private final Set<Integer> indexed = new java.util.HashSet<>();
  private final Map<Integer, Rows> unindexed = new HashMap<>();
  private long index;
  private int highestSegment;
  private long nextDefinition;
  private final List<Integer> empty = new ArrayList<>();

  Recovery(Disk disk, StoreSettings settings) {
    this.disk = disk;
    this.salvage = settings.recovery() == RecoveryMode.SALVAGE;
  }

  /**
   * Reads the folder.
   *
   * @throws DamagedStoreException if it is damaged, unless it is to be salvaged
   */
  Result run() throws IOException {
    boolean complete = false;
    try {
      Result result = read();
      complete = true;
      return result;
    } finally {
      if (!complete) {
        close();
      }
    }
  }

  private Result read() throws IOException {
    Checkpoint checkpoint = list();
    if (checkpoint != null) {
      index = checkpoint.index();
      highestSegment = Math.max(highestSegment, checkpoint.nextSegment() - 1);
      for (Checkpoint.QueueState queue : checkpoint.queues()) {
        replay.nextPositions.put(queue.number(), queue.nextPosition());
        if (queue.delivering() >= 0) {
          replay.delivering.put(queue.number(), queue.delivering());
        }
      }
      take(checkpoint);
    }
    findUnfinished(checkpoint);
    Segment last = replayLog(checkpoint);
    Map<Definition, Long> definitions = definitions();
    Map<Long, RecoveredQueue> queues = queues(definitions.keySet());
    deleteNeedless();
    return new Result(
        segments,
        new SegmentNumbers(highestSegment + 1),
        index,
        last,
        definitions,
        nextDefinition,
        queues);
  }

  /** Closes the files, when nobody is going to use them. */
  @Override
  public void close() throws IOException {
    for (DiskFile file : files.values()) {
      file.close();
    }
    for (Segment segment : segments.all()) {
      segment.index.close();
    }
  }

  private void damaged(String what) {
    if (!salvage) {
      throw new DamagedStoreException(what);
    }
    LOG.error("{}; going on with everything else", what);
  }

  private String path(int number) {
    return disk.name() + "/" + Format.segment(number);
  }

  // --- what is there
  // ----------------------------------------------------------------------------------------------

  private @Nullable Checkpoint list() throws IOException {
    boolean checkpointed = false;
    for (String name : disk.names()) {
      OptionalInt segment = Format.segmentNumber(name);
      if (segment.isPresent()) {
        open(segment.getAsInt());
      }
      Format.indexNumber(name).ifPresent(indexed::add);
      checkpointed |= name.equals(Format.CHECKPOINT);
      if (name.endsWith(Format.UNFINISHED)) {
        disk.delete(name);
      }
    }
    for (int number : indexed) {
      if (!headers.containsKey(number)) {
        disk.delete(Format.index(number));
      }
    }
    Checkpoint checkpoint = checkpointed ? Checkpoint.read(disk) : null;
    if (checkpointed && checkpoint == null) {
      damaged(disk.name() + "/" + Format.CHECKPOINT + " is damaged");
    }
    return checkpoint;
  }

  private void open(int number) throws IOException {
    DiskFile file = disk.open(Format.segment(number));
    ByteBuffer bytes = ByteBuffer.allocate(Format.SEGMENT_HEADER);
    file.read(bytes, 0);
    SegmentHeader header = SegmentHeader.decode(bytes.flip());
    highestSegment = Math.max(highestSegment, number);
    if (header != null && header.number() == number) {
      headers.put(number, header);
      files.put(number, file);
      return;
    }
    // Its header is safe before anything else is written to a segment.
    if (file.size() > Format.SEGMENT_HEADER) {
      damaged(path(number) + " is damaged at offset 0: its header is not right");
    }
    long size = file.size();
    file.close();
    if (size <= Format.SEGMENT_HEADER) {
      empty.add(number);
    } else {
      // So that the next start does not stumble over it again.
      disk.rename(Format.segment(number), Format.segment(number) + Format.DAMAGED);
    }
  }

  /** At the end, so that nothing is touched when the start is refused. */
  private void deleteNeedless() throws IOException {
    for (int number : empty) {
      disk.delete(Format.segment(number));
    }
  }

  private void take(Checkpoint checkpoint) throws IOException {
    for (Checkpoint.SegmentState state : checkpoint.segments()) {
      SegmentHeader header = headers.get(state.number());
      if (header == null || header.uuid() != state.uuid()) {
        damaged(path(state.number()) + " is missing, or is another file");
        continue;
      }
      Segment segment = segment(header, state.firstOrder(), state.lastOrder(), state.length());
      segment.deadMarks(state.dead());
      if (state.number() != checkpoint.segment()) {
        SegmentIndex written = indexed.contains(state.number())
            ? SegmentIndex.open(disk, state.number(), state.uuid())
            : null;
        if (written != null) {
          segment.index = written;
        } else {
          readRows(segment);
        }
      }
      for (int i = 0; i + 1 < state.attempts().length; i += 2) {
        segment.attempts(state.attempts()[i], state.attempts()[i + 1]);
      }
    }
  }

  private Segment segment(SegmentHeader header, int firstOrder, int lastOrder, long length) {
    DiskFile file = files.get(header.number());
    if (file == null) {
      throw new IllegalStateException("a segment without a file");
    }
    Rows rows = new Rows();
    unindexed.put(header.number(), rows);
    Segment segment = new Segment(header, file, firstOrder, lastOrder, SegmentIndex.of(rows));
    segment.length = length;
    segment.forcedLength = length;
    segment.sealed = true;
    segments.add(segment);
    return segment;
  }

  private Rows rows(int number) {
    Rows rows = unindexed.get(number);
    if (rows == null) {
      throw new IllegalStateException("segment " + number + " is indexed");
    }
    return rows;
  }

  /** Makes the index of a segment whose messages a checkpoint knows, from its frames. */
  private void readRows(Segment segment) throws IOException {
    FrameReader frames =
        new FrameReader(segment.file, segment.header.uuid(), Format.SEGMENT_HEADER, segment.length);
    Rows rows = rows(segment.number());
    while (frames.nextAt() < segment.length) {
      if (!frames.next()) {
        damaged(path(segment.number()) + " is damaged at offset " + frames.nextAt());
        if (!frames.skip()) {
          return;
        }
      }
      replay.apply(frames.skeleton(), segment, rows, true);
    }
  }

  /** Compaction may have ended between its work and the checkpoint that makes it valid: its sources are still there. */
  private void findUnfinished(@Nullable Checkpoint checkpoint) throws IOException {
    for (SegmentHeader header : headers.values()) {
      if (!header.moved() || segments.get(header.number()) != null) {
        continue;
      }
      if (checkpoint == null && salvage) {
        // Nothing says what is valid: take it all.
        adopt(header);
        continue;
      }
      if (checkpoint == null) {
        damaged(disk.name() + "/" + Format.CHECKPOINT + " is missing");
      }
      DiskFile file = files.get(header.number());
      if (file == null) {
        continue;
      }
      List<Long> places = new ArrayList<>();
      FrameReader frames = new FrameReader(file, header.uuid(), Format.SEGMENT_HEADER, file.size());
      while (frames.next()) {
        ByteBuffer skeleton = frames.skeleton();
        while (skeleton.hasRemaining() && skeleton.get() == Format.MOVED) {
          places.add(skeleton.getLong());
          skeleton.position(skeleton.position() + Row.BYTES);
        }
      }
      replay.unfinished(
          header.number(), places.stream().mapToLong(Long::longValue).toArray());
      // Without a living message it goes with the next checkpoint.
      segment(header, header.number(), header.number(), file.size());
    }
  }

  private void adopt(SegmentHeader header) throws IOException {
    DiskFile file = files.get(header.number());
    if (file != null) {
      readRows(segment(header, header.number(), header.number(), file.size()));
    }
  }

  // --- the log
  // ----------------------------------------------------------------------------------------------------

  /** Applies what is behind the checkpoint and returns the last segment. */
  private @Nullable Segment replayLog(@Nullable Checkpoint checkpoint) throws IOException {
    List<SegmentHeader> chain = chain(checkpoint);
    Segment last = null;
    for (int i = 0; i < chain.size(); i++) {
      SegmentHeader header = chain.get(i);
      boolean first = checkpoint != null && header.number() == checkpoint.segment();
      Segment segment = segments.get(header.number());
      DiskFile file = files.get(header.number());
      if (file == null) {
        continue;
      }
      SegmentHeader after = i + 1 < chain.size() ? chain.get(i + 1) : null;
      boolean ends = after == null || after.previous() != header.number();
      long end = after == null || ends ? file.size() : after.previousLength();
      if (segment == null) {
        segment = segment(header, header.number(), header.number(), end);
      }
      segment.length = end;
      long from = first && checkpoint != null ? checkpoint.offset() : Format.SEGMENT_HEADER;
      if (ends) {
        segment.length = endOfLog(segment, from);
      }
      replaySegment(segment, from);
      segment.forcedLength = segment.length;
      last = segment;
    }
    if (last != null) {
      // What was found is taken for true from now on.
      last.file.force();
    }
    return last;
  }

  /** The segments of the log from the checkpoint on, each saying which is before it. */
  private List<SegmentHeader> chain(@Nullable Checkpoint checkpoint) throws IOException {
    Map<Integer, SegmentHeader> byPrevious = new HashMap<>();
    SegmentHeader next = null;
    for (SegmentHeader header : headers.values()) {
      if (header.moved()) {
        continue;
      }
      // Of two that say so the later one: the other could not be brought into use.
      byPrevious.put(header.previous(), header);
      if (checkpoint == null ? header.previous() == 0 : header.number() == checkpoint.segment()) {
        next = header;
      }
    }
    if (next == null && !headers.isEmpty()) {
      damaged(disk.name() + ": the log's " + (checkpoint == null ? "first" : "last")
          + " segment is missing");
      next = headers.values().stream().filter(each -> !each.moved()).findFirst().orElse(null);
    }
    List<SegmentHeader> chain = new ArrayList<>();
    while (next != null) {
      chain.add(next);
      SegmentHeader after = byPrevious.get(next.number());
      if (after == null && salvage) {
        int number = next.number();
        after = headers.values().stream()
            .filter(each -> !each.moved() && each.number() > number)
            .findFirst()
            .orElse(null);
      }
      next = after;
    }
    deleteLeftovers(checkpoint, chain);
    return chain;
  }

  private void deleteLeftovers(@Nullable Checkpoint checkpoint, List<SegmentHeader> chain)
      throws IOException {
    for (SegmentHeader header : headers.values()) {
      boolean needed =
          header.moved() || segments.get(header.number()) != null || chain.contains(header);
      if (needed || salvage) {
        continue;
      }
      boolean deleted = checkpoint != null && header.number() < checkpoint.segment();
      if (!deleted && !byLaterStart(header, chain)) {
        damaged(path(header.number()) + " does not follow any other segment");
        continue;
      }
      DiskFile file = files.remove(header.number());
      if (file != null) {
        file.close();
      }
      disk.delete(Format.segment(header.number()));
      disk.delete(Format.index(header.number()));
    }
  }

  /** Whether it was made in vain: another one took its place. */
  private static boolean byLaterStart(SegmentHeader header, List<SegmentHeader> chain) {
    return chain.stream()
        .anyMatch(each -> each.previous() == header.previous() && each.number() > header.number());
  }

  /** Where the log ends in its last segment. */
  private long endOfLog(Segment segment, long from) throws IOException {
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
        damaged(path(segment.number()) + " is damaged at offset " + end);
        if (salvage) {
          return segment.length;
        }
      }
    }
    if (!isPrepared(segment, end)) {
      LOG.warn(
          "{} ends with {} bytes of a write that was not completed; nothing in them was confirmed",
          path(segment.number()),
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
      if (frames.index() > forced && !isWhole(frames)) {
        LOG.warn(
            "{} ends with a write that was not completed, at offset {}; it was not confirmed",
            path(segment.number()),
            frames.at());
        return frames.at();
      }
    }
    return end;
  }

  private static boolean isWhole(FrameReader frames) throws IOException {
    for (Row row : added(frames)) {
      if (!frames.isWhole(row)) {
        return false;
      }
    }
    return true;
  }

  /** The rows of a frame whose payloads are in it. */
  private static List<Row> added(FrameReader frames) {
    Rows rows = new Rows();
    ByteBuffer skeleton = frames.skeleton();
    skipOthers(skeleton);
    while (skeleton.hasRemaining() && skeleton.get(skeleton.position()) == Format.ADD) {
      skeleton.get();
      Row row = new Row();
      row.read(skeleton);
      rows.add(row);
      skipOthers(skeleton);
    }
    List<Row> added = new ArrayList<>();
    for (int i = 0; i < rows.count(); i++) {
      Row row = new Row();
      rows.get(i, row);
      if (row.payloadAt >= frames.at()) {
        added.add(row);
      }
    }
    return added;
  }

  /** Goes on to the next row. */
  private static void skipOthers(ByteBuffer skeleton) {
    while (skeleton.hasRemaining()) {
      int length = switch (skeleton.get(skeleton.position())) {
        case Format.RETURNED -> 1 + Long.BYTES + Integer.BYTES;
        case Format.DELIVERING -> 1 + 2 * Long.BYTES;
        case Format.DISCARDED -> 1 + 3 * Long.BYTES + 1 + Integer.BYTES;
        case Format.DEAD ->
          1 + Integer.BYTES + Long.BYTES * skeleton.getInt(skeleton.position() + 1);
        default -> 0;
      };
      if (length == 0) {
        return;
      }
      skeleton.position(skeleton.position() + length);
    }
  }

  private void replaySegment(Segment segment, long from) throws IOException {
    FrameReader frames =
        new FrameReader(segment.file, segment.header.uuid(), Format.SEGMENT_HEADER, segment.length);
    Rows rows = rows(segment.number());
    while (frames.nextAt() < segment.length) {
      if (!frames.next()) {
        damaged(path(segment.number()) + " is damaged at offset " + frames.nextAt());
        if (!frames.skip()) {
          return;
        }
      }
      boolean covered = frames.at() < from;
      ByteBuffer skeleton = frames.skeleton();
      if (!covered) {
        index = Math.max(index, frames.index());
        if (!isWhole(frames)) {
          damaged(path(segment.number()) + " is damaged in the frame at offset " + frames.at());
        }
      }
      replay.apply(skeleton, segment, rows, covered);
    }
  }

  // --- what lives
  // -------------------------------------------------------------------------------------------------

  private Map<Definition, Long> definitions() throws IOException {
    Map<List<?>, Definition> byId = new HashMap<>();
    Map<Definition, Long> found = new LinkedHashMap<>();
    for (Segment segment : segments.inOrder()) {
      List<Row> rows = segment.index.find(
          Format.DEFINITIONS,
          0,
          Long.MAX_VALUE,
          0,
          row -> !segment.isDead(row.ordinal),
          Integer.MAX_VALUE);
      for (Row row : rows) {
        Definition definition = definition(segment, row);
        nextDefinition = Math.max(nextDefinition, row.position + 1);
        if (definition == null) {
          // Once it is reported, it is gone.
          segment.kill(row.ordinal);
        } else {
          segment.live++;
          // Two that are alive are there only when the record of the replacement was lost and the
          // rest is salvaged.
          Definition older = byId.put(List.of(definition.getClass(), definition.id()), definition);
          Long place = older == null ? null : found.remove(older);
          Segment holder = place == null ? null : segments.get(Place.segment(place));
          if (place != null && holder != null && holder.kill(Place.ordinal(place))) {
            holder.live--;
          }
          found.put(definition, Place.of(segment.number(), row.ordinal));
        }
      }
    }
    return found;
  }

  private @Nullable Definition definition(Segment segment, Row row) throws IOException {
    ByteBuffer payload = ByteBuffer.allocate(row.payloadLength);
    segment.file.read(payload, row.payloadAt);
    payload.flip();
    if (Format.checksum(payload.duplicate()) == row.checksum) {
      try {
        return DefinitionCodec.read(new ByteReader(payload));
      } catch (IllegalArgumentException | BufferUnderflowException e) {
        damaged(path(segment.number()) + " has an unknown definition at offset " + row.payloadAt);
        return null;
      }
    }
    damaged(path(segment.number()) + " is damaged at offset " + row.payloadAt);
    return null;
  }

  /** Gathers a queue's messages, segment by segment. */
  private static final class Gathering {
    final SegmentCounts counts = new SegmentCounts();
    final List<List<Run>> levels = new ArrayList<>();
    long nextPosition;

    void add(Segment segment, Row row) {
      counts.add(segment.number(), 1);
      nextPosition = Math.max(nextPosition, row.position + 1);
      while (levels.size() <= row.level) {
        levels.add(new ArrayList<>(1));
      }
      List<Run> runs = levels.get(row.level);
      LogRun last = runs.isEmpty() ? null : (LogRun) runs.get(runs.size() - 1);
      if (last != null && last.segment == segment.number()) {
        last.add(row.position, row.bodyLength);
        last.hint = Math.min(last.hint, row.ordinal);
      } else {
        runs.add(new LogRun(
            segment.number(),
            row.level,
            row.position,
            row.position,
            row.ordinal,
            1,
            row.bodyLength));
      }
    }

    RecoveredQueue finish(long positions, long delivered) {
      for (List<Run> runs : levels) {
        runs.sort(Comparator.comparingLong(Run::first));
      }
      List<List<Run>> found = levels.stream().map(Collections::unmodifiableList).toList();
      return new RecoveredQueue(
          new Recovered(Math.max(Math.max(nextPosition, positions), delivered + 1), found),
          counts,
          delivered);
    }
  }

  private Map<Long, RecoveredQueue> queues(Set<Definition> definitions) throws IOException {
    Map<Long, Gathering> gatherings = new HashMap<>();
    for (Definition definition : definitions) {
      long number = number(definition);
      if (number > Format.RESERVED_QUEUES) {
        gatherings.put(number, new Gathering());
      }
    }
    for (Segment segment : segments.inOrder()) {
      gather(segment, gatherings);
    }
    Map<Long, RecoveredQueue> queues = new HashMap<>();
    gatherings.forEach((number, gathering) -> {
      long delivering = replay.delivering.getOrDefault(number, -1L);
      // What comes now was not delivered before: it is not to be flagged for the mark that ran
      // ahead.
      long next = Math.max(replay.nextPositions.getOrDefault(number, 0L), delivering + 1);
      queues.put(number, gathering.finish(next, delivering));
    });
    return queues;
  }

  private static long number(Definition definition) {
    if (definition instanceof Definition.Queue queue) {
      return queue.number();
    }
    if (definition instanceof Definition.Exchange exchange) {
      return exchange.number();
    }
    return definition instanceof Definition.Retained retained ? retained.number() : 0;
  }

  private void gather(Segment segment, Map<Long, Gathering> gatherings) throws IOException {
    segment.index.forEachSorted(row -> {
      if (row.queue <= Format.RESERVED_QUEUES || segment.isDead(row.ordinal)) {
        return;
      }
      Gathering gathering = row.isTransient() ? null : gatherings.get(row.queue);
      if (gathering == null) {
        segment.kill(row.ordinal);
      } else {
        segment.live++;
        gathering.add(segment, row);
      }
    });
  }

  /** The rows of segments that have no index file yet. */
  Map<Integer, Rows> unindexed() {
    unindexed.keySet().removeIf(number -> {
      Segment segment = segments.get(number);
      return segment == null || segment.index.isWritten();
    });
    return unindexed;
  }
}
