package io.waypost.systemtests.crash;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/** The files in which a broker that has ended keeps messages, and ways to damage them. */
final class StoreFiles {
  /** The folder of the segments, below the data folder. */
  static final String FOLDER = "store";
  /** Which files are segments. */
  static final String SEGMENTS = "*.seg";
  /** The setting that makes a broker start with what is left of a damaged store. */
  static final String SALVAGE = "store.recovery=salvage";

  /** Lengths in bytes, as docs/storage.md tells them. */
  private static final int SEGMENT_HEADER = 64;

  private static final int FRAME_HEADER = 32;

  /**
   * A byte of a file.
   *
   * @param file which file
   * @param offset how many bytes are before it
   */
  record Place(Path file, long offset) {}

  private StoreFiles() {}

  /** The segments, oldest first. */
  static List<Path> segments(Path data) throws IOException {
    List<Path> segments = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(data.resolve(FOLDER), SEGMENTS)) {
      files.forEach(segments::add);
    }
    Collections.sort(segments);
    if (segments.isEmpty()) {
      throw new IOException("there are no segments in " + data.resolve(FOLDER));
    }
    return segments;
  }

  /** Where a message's body begins. */
  static Place find(Path data, MessageId id, int size) throws IOException {
    byte[] head = Arrays.copyOf(Body.of(id, size), 64);
    for (Path file : segments(data)) {
      byte[] all = Files.readAllBytes(file);
      for (int i = 0; i + head.length <= all.length; i++) {
        if (all[i] == head[0] && Arrays.equals(all, i, i + head.length, head, 0, head.length)) {
          return new Place(file, i);
        }
      }
    }
    throw new IOException("the body of " + id + " is in no segment");
  }

  /** Turns one bit. */
  static void flip(Place place) throws IOException {
    try (FileChannel channel = open(place.file)) {
      ByteBuffer one = ByteBuffer.allocate(1);
      channel.read(one, place.offset);
      one.put(0, (byte) (one.get(0) ^ 0x10));
      channel.write(one.flip(), place.offset);
    }
  }

  /** Where the last segment's frames end. */
  static Place end(Path data) throws IOException {
    List<Path> segments = segments(data);
    Path last = segments.get(segments.size() - 1);
    ByteBuffer all = ByteBuffer.wrap(Files.readAllBytes(last));
    int end = SEGMENT_HEADER;
    int magic = all.getInt(end);
    while (end + FRAME_HEADER <= all.capacity() && magic != 0 && all.getInt(end) == magic) {
      end += FRAME_HEADER + all.getInt(end + 8) + all.getInt(end + 12);
    }
    return new Place(last, end);
  }

  /** Writes bytes over what is there, or behind it. */
  static void write(Place place, byte[] bytes) throws IOException {
    try (FileChannel channel = open(place.file)) {
      channel.write(ByteBuffer.wrap(bytes), place.offset);
    }
  }

  /** Cuts off everything from there on. */
  static void cut(Place place) throws IOException {
    try (FileChannel channel = open(place.file)) {
      channel.truncate(place.offset);
    }
  }

  private static FileChannel open(Path file) throws IOException {
    return FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  /** Copies a folder with everything in it. */
  static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
  }
}
