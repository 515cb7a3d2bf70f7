package io.waypost.store.log;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The files of a folder as recovery finds them: segments that say what they are, opened, and which of them have an index.
 * Owns the open files until the store does. On the thread that opens the store.
 */
final class SegmentFiles implements Closeable {
  private final Disk disk;
  private final Damage damage;
  private final Map<Integer, SegmentHeader> headers = new TreeMap<>();
  private final Map<Integer, DiskFile> files = new HashMap<>();
  private final Set<Integer> indexed = new HashSet<>();
  private final List<Integer> empty = new ArrayList<>();
  private int highest;

  SegmentFiles(Disk disk, Damage damage) {
    this.disk = disk;
    this.damage = damage;
  }

  /** Opens the segments, deletes what was never finished, and reads the checkpoint; null if there is none. */
  @Nullable
  Checkpoint list() throws IOException {
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
      damage.found(checkpointPath() + " is damaged");
    }
    return checkpoint;
  }

  private void open(int number) throws IOException {
    DiskFile file = disk.open(Format.segment(number));
    ByteBuffer bytes = ByteBuffer.allocate(Format.SEGMENT_HEADER);
    file.read(bytes, 0);
    SegmentHeader header = SegmentHeader.decode(bytes.flip());
    highest = Math.max(highest, number);
    if (header != null && header.number() == number) {
      headers.put(number, header);
      files.put(number, file);
      return;
    }
    // Its header is safe before anything else is written to a segment.
    if (file.size() > Format.SEGMENT_HEADER) {
      damage.found(path(number) + " is damaged at offset 0: its header is not right");
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

  /** Headers of segments, by their numbers, those that were deleted included. */
  Collection<SegmentHeader> headers() {
    return headers.values();
  }

  @Nullable
  SegmentHeader header(int number) {
    return headers.get(number);
  }

  /** A segment's file; null if it was deleted. */
  @Nullable
  DiskFile file(int number) {
    return files.get(number);
  }

  /** The index of a segment; null if there is none that can be used. */
  @Nullable
  SegmentIndex index(SegmentHeader header) throws IOException {
    return indexed.contains(header.number())
        ? SegmentIndex.open(disk, header.number(), header.uuid())
        : null;
  }

  /** The highest number of a segment; 0 if there is none. */
  int highest() {
    return highest;
  }

  /** Closes and deletes a segment. */
  void delete(int number) throws IOException {
    DiskFile file = files.remove(number);
    if (file != null) {
      file.close();
    }
    disk.delete(Format.segment(number));
    disk.delete(Format.index(number));
  }

  /** Deletes segments in which nothing is. At the end, so that nothing is touched when the start is refused. */
  void deleteEmpty() throws IOException {
    for (int number : empty) {
      disk.delete(Format.segment(number));
    }
  }

  /** The folder, for messages. */
  String folder() {
    return disk.name();
  }

  /** A segment's file, for messages. */
  String path(int number) {
    return disk.name() + "/" + Format.segment(number);
  }

  /** The checkpoint's file, for messages. */
  String checkpointPath() {
    return disk.name() + "/" + Format.CHECKPOINT;
  }

  /** Closes the files, when nobody is going to use them. */
  @Override
  public void close() throws IOException {
    for (DiskFile file : files.values()) {
      file.close();
    }
  }
}
