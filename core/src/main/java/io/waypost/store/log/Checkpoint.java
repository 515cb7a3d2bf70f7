package io.waypost.store.log;

import io.waypost.store.codec.ByteReader;
import io.waypost.store.codec.ByteWriter;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the log up to a place comes to: recovery begins with it and applies the frames behind.
 *
 * @param clean whether the broker was stopped in order: nothing is under way to a consumer
 * @param index the index of the last frame that it covers
 * @param segment the log's segment in which the next frame stands
 * @param offset where in that segment
 * @param nextSegment the lowest number that no segment has had
 * @param segments the segments that something lives in
 * @param queues durable queues
 */
record Checkpoint(
    boolean clean,
    long index,
    int segment,
    long offset,
    int nextSegment,
    List<SegmentState> segments,
    List<QueueState> queues) {

  /**
   * A segment.
   *
   * @param number its number
   * @param uuid what its file must say
   * @param firstOrder its place in the order of messages, from
   * @param lastOrder to
   * @param length how much of it is part of the log
   * @param dead a bit for each message that is gone
   * @param attempts ordinals and numbers of messages that came back, in turn
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared, and nobody writes to them
  record SegmentState(
      int number,
      long uuid,
      int firstOrder,
      int lastOrder,
      long length,
      long[] dead,
      int[] attempts) {
    @SuppressWarnings("NarrowCalculation") // an index of arrays
    static SegmentState of(Segment segment) {
      long[] dead = segment.deadMarks().clone();
      int[] attempts = new int[0];
      if (segment.hasAttempts()) {
        List<Integer> pairs = new ArrayList<>();
        for (int i = 0; i < segment.attemptsKnown(); i++) {
          if (segment.attempts(i) > 0 && !segment.isDead(i)) {
            pairs.add(i);
            pairs.add(segment.attempts(i));
          }
        }
        attempts = pairs.stream().mapToInt(Integer::intValue).toArray();
      }
      return new SegmentState(
          segment.number(),
          segment.header.uuid(),
          segment.firstOrder,
          segment.lastOrder,
          segment.forcedLength,
          dead,
          attempts);
    }
  }

  /**
   * A queue.
   *
   * @param number its number
   * @param nextPosition where its positions go on
   * @param delivering what it may have delivered, -1 for nothing
   */
  record QueueState(long number, long nextPosition, long delivering) {}

  private ByteWriter encode() {
    ByteWriter out = new ByteWriter(1 << 16);
    out.u32(Format.CHECKPOINT_MAGIC).u32(Format.VERSION);
    out.u8(clean ? 1 : 0).i64(index).u32(segment).i64(offset).u32(nextSegment);
    out.u32(segments.size());
    for (SegmentState each : segments) {
      out.u32(each.number).i64(each.uuid).u32(each.firstOrder).u32(each.lastOrder);
      out.i64(each.length).u32(each.dead.length);
      out.ensure(each.dead.length * Long.BYTES);
      for (long word : each.dead) {
        out.i64(word);
      }
      out.u32(each.attempts.length);
      for (int number : each.attempts) {
        out.u32(number);
      }
    }
    out.u32(queues.size());
    for (QueueState each : queues) {
      out.i64(each.number).i64(each.nextPosition).i64(each.delivering);
    }
    out.u32(Format.checksum(out.buffer().duplicate().flip()));
    return out;
  }

  /** Writes it in place of the one before, in one step; returns its size in bytes. */
  int write(Disk disk) throws IOException {
    String unfinished = Format.CHECKPOINT + Format.UNFINISHED;
    ByteBuffer bytes = encode().buffer().flip();
    int size = bytes.remaining();
    disk.delete(unfinished);
    boolean complete = false;
    try {
      try (DiskFile file = disk.create(unfinished)) {
        file.write(bytes, 0);
        file.force();
      }
      disk.rename(unfinished, Format.CHECKPOINT);
      complete = true;
    } finally {
      if (!complete) {
        // It may be the disk that is full.
        disk.delete(unfinished);
      }
    }
    disk.force();
    return size;
  }

  /**
   * The checkpoint on the disk; null if it is damaged.
   *
   * @throws DamagedStoreException if it is of another version
   */
  static @Nullable Checkpoint read(Disk disk) throws IOException {
    ByteBuffer bytes;
    try (DiskFile file = disk.open(Format.CHECKPOINT)) {
      bytes = ByteBuffer.allocate(Math.toIntExact(file.size()));
      file.read(bytes, 0);
    }
    bytes.flip();
    int body = bytes.remaining() - Integer.BYTES;
    if (body < 2 * Integer.BYTES
        || bytes.getInt(0) != Format.CHECKPOINT_MAGIC
        || Format.checksum(bytes.duplicate().limit(body)) != bytes.getInt(body)) {
      return null;
    }
    int version = bytes.getInt(Integer.BYTES);
    if (version != Format.VERSION) {
      throw new DamagedStoreException(
          "the store has format " + version + ", this release reads format " + Format.VERSION);
    }
    try {
      return decode(new ByteReader(bytes.position(2 * Integer.BYTES).limit(body)));
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      return null;
    }
  }

  private static Checkpoint decode(ByteReader in) {
    boolean clean = in.u8() == 1;
    long index = in.i64();
    int segment = in.u32();
    long offset = in.i64();
    int nextSegment = in.u32();
    List<SegmentState> segments = new ArrayList<>();
    for (int left = in.u32(); left > 0; left--) {
      int number = in.u32();
      long uuid = in.i64();
      int firstOrder = in.u32();
      int lastOrder = in.u32();
      long length = in.i64();
      long[] dead = new long[in.u32()];
      for (int i = 0; i < dead.length; i++) {
        dead[i] = in.i64();
      }
      int[] attempts = new int[in.u32()];
      for (int i = 0; i < attempts.length; i++) {
        attempts[i] = in.u32();
      }
      segments.add(new SegmentState(number, uuid, firstOrder, lastOrder, length, dead, attempts));
    }
    List<QueueState> queues = new ArrayList<>();
    for (int left = in.u32(); left > 0; left--) {
      queues.add(new QueueState(in.i64(), in.i64(), in.i64()));
    }
    return new Checkpoint(clean, index, segment, offset, nextSegment, segments, queues);
  }
}
