package io.waypost.store.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Finds a segment's rows: in memory while the segment is young, and from a file beside it, sorted by queue and position,
 * once {@link #write written}. Any thread.
 */
final class SegmentIndex {
  private static final int HEADER = 32;
  private static final int CHUNK = 512;

  private final @Nullable Rows rows;
  private final @Nullable DiskFile file;
  private final int count;

  private SegmentIndex(@Nullable Rows rows, @Nullable DiskFile file, int count) {
    this.rows = rows;
    this.file = file;
    this.count = count;
  }

  /** The index of a segment that is being written. */
  static SegmentIndex of(Rows rows) {
    return new SegmentIndex(rows, null, 0);
  }

  /** Writes the rows of a complete segment to a file and returns the index that reads from there. */
  static SegmentIndex write(Disk disk, int number, long uuid, Rows rows) throws IOException {
    String name = Format.index(number);
    String unfinished = name + Format.UNFINISHED;
    disk.delete(unfinished);
    boolean complete = false;
    try {
      fill(disk, unfinished, uuid, rows);
      disk.rename(unfinished, name);
      complete = true;
    } finally {
      if (!complete) {
        disk.delete(unfinished);
      }
    }
    disk.force();
    return new SegmentIndex(null, disk.open(name), rows.count());
  }

  private static void fill(Disk disk, String name, long uuid, Rows rows) throws IOException {
    int[] order = rows.sorted();
    try (DiskFile out = disk.create(name)) {
      ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK * Row.BYTES);
      CRC32C sum = new CRC32C();
      Row row = new Row();
      long[] longs = new long[Row.LONGS];
      long at = HEADER;
      for (int i = 0; i < order.length; ) {
        chunk.clear();
        for (; i < order.length && chunk.hasRemaining(); i++) {
          rows.get(order[i], row);
          row.write(longs, 0);
          for (long part : longs) {
            chunk.putLong(part);
          }
        }
        sum.update(chunk.duplicate().flip());
        int length = chunk.position();
        out.write(chunk.flip(), at);
        at += length;
      }
      out.write(header(uuid, order.length, (int) sum.getValue()), 0);
      out.force();
    }
  }

  private static ByteBuffer header(long uuid, int count, int rowSum) {
    ByteBuffer header = ByteBuffer.allocateDirect(HEADER);
    header.putInt(Format.INDEX_MAGIC).putInt(Format.VERSION);
    header.putLong(uuid).putInt(count).putInt(rowSum);
    header.position(HEADER - Integer.BYTES);
    header.putInt(Format.checksum(header.duplicate().flip()));
    return header.flip();
  }

  /** The index in a segment's file; null when there is none, or none that is right: it can be made anew. */
  static @Nullable SegmentIndex open(Disk disk, int number, long uuid) throws IOException {
    DiskFile file = disk.open(Format.index(number));
    ByteBuffer header = ByteBuffer.allocate(HEADER);
    file.read(header, 0);
    header.flip();
    boolean right = header.remaining() == HEADER
        && header.getInt() == Format.INDEX_MAGIC
        && header.getInt() == Format.VERSION
        && header.getLong() == uuid;
    if (right) {
      int count = header.getInt();
      int rowSum = header.getInt();
      int headerSum = header.getInt(HEADER - Integer.BYTES);
      SegmentIndex index = new SegmentIndex(null, file, count);
      if (Format.checksum(header.position(0).limit(HEADER - Integer.BYTES)) == headerSum
          && index.isWhole(file, rowSum)) {
        return index;
      }
    }
    file.close();
    return null;
  }

  private boolean isWhole(DiskFile from, int rowSum) throws IOException {
    if (count < 0 || from.size() != HEADER + (long) count * Row.BYTES) {
      return false;
    }
    CRC32C sum = new CRC32C();
    ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK * Row.BYTES);
    for (long at = HEADER; at < from.size(); at += chunk.limit()) {
      chunk.clear();
      from.read(chunk, at);
      chunk.flip();
      sum.update(chunk.duplicate());
    }
    return (int) sum.getValue() == rowSum;
  }

  /** How many rows there are. */
  int count() {
    return rows != null ? rows.count() : count;
  }

  /** The row with that ordinal, which belongs to that queue and position; null if there is none. */
  @Nullable
  Row get(int ordinal, long queue, long position) throws IOException {
    if (rows == null) {
      List<Row> found =
          findInFile(queue, position, position, candidate -> candidate.ordinal == ordinal, 1);
      return found.isEmpty() ? null : found.get(0);
    }
    if (ordinal >= rows.count()) {
      return null;
    }
    Row row = new Row();
    rows.get(ordinal, row);
    return row;
  }

  /** In memory: whether each queue's rows stand in the order of their positions. */
  boolean isInOrder() {
    return rows != null && rows.isInOrder();
  }

  /** Whether it is in a file. */
  boolean isWritten() {
    return file != null;
  }

  /** Sees each row: from a file sorted by queue and position, in memory in the order of the log. */
  void forEach(java.util.function.Consumer<Row> action) throws IOException {
    Row row = new Row();
    if (rows != null) {
      int size = rows.count();
      for (int i = 0; i < size; i++) {
        rows.get(i, row);
        action.accept(row);
      }
      return;
    }
    FileRows reader = new FileRows();
    for (int i = 0; i < count; i++) {
      reader.get(i, row);
      action.accept(row);
    }
  }

  /** As {@link #forEach}, but always sorted; in memory only for a segment that gets no more rows. */
  void forEachSorted(java.util.function.Consumer<Row> action) throws IOException {
    if (rows == null) {
      forEach(action);
      return;
    }
    Row row = new Row();
    for (int ordinal : rows.sorted()) {
      rows.get(ordinal, row);
      action.accept(row);
    }
  }

  /**
   * Rows of a queue from one position to another, both included, sorted by position.
   *
   * @param hint in memory, the ordinal to begin at
   * @param wanted which of them
   * @param most how many at the most
   */
  List<Row> find(long queue, long first, long last, int hint, Predicate<Row> wanted, int most)
      throws IOException {
    return rows != null
        ? findInMemory(rows, queue, first, last, hint, wanted, most)
        : findInFile(queue, first, last, wanted, most);
  }

  private static List<Row> findInMemory(
      Rows rows, long queue, long first, long last, int hint, Predicate<Row> wanted, int most) {
    List<Row> found = new ArrayList<>();
    int size = rows.count();
    Row row = new Row();
    boolean inOrder = true;
    boolean mayStop = rows.isInOrder();
    for (int i = hint; i < size && !(mayStop && found.size() == most); i++) {
      if (rows.queue(i) != queue || rows.position(i) < first || rows.position(i) > last) {
        continue;
      }
      rows.get(i, row);
      if (!wanted.test(row)) {
        continue;
      }
      inOrder &= found.isEmpty() || found.get(found.size() - 1).position < row.position;
      found.add(row.copy());
    }
    if (!inOrder) {
      found.sort((one, other) -> Long.compare(one.position, other.position));
    }
    return found.size() > most ? found.subList(0, most) : found;
  }

  private List<Row> findInFile(long queue, long first, long last, Predicate<Row> wanted, int most)
      throws IOException {
    FileRows reader = new FileRows();
    List<Row> found = new ArrayList<>();
    Row row = new Row();
    for (int i = reader.lowerBound(queue, first); i < count && found.size() < most; i++) {
      reader.get(i, row);
      if (row.queue != queue || row.position > last) {
        break;
      }
      if (wanted.test(row)) {
        found.add(row.copy());
      }
    }
    return found;
  }

  void close() throws IOException {
    if (file != null) {
      file.close();
    }
  }

  /** Reads rows from the file, some at a time. */
  private final class FileRows {
    private final ByteBuffer chunk = ByteBuffer.allocate(CHUNK * Row.BYTES).limit(0);
    private int chunkFirst;

    void get(int number, Row into) throws IOException {
      if (number < chunkFirst || number >= chunkFirst + chunk.limit() / Row.BYTES) {
        fill(number, CHUNK);
      }
      into.read(chunk.duplicate().position((number - chunkFirst) * Row.BYTES));
    }

    /** The first row that is not before this queue and position. */
    int lowerBound(long queue, long position) throws IOException {
      int low = 0;
      int high = count;
      Row row = new Row();
      while (low < high) {
        int middle = (low + high) >>> 1;
        if (middle < chunkFirst || middle >= chunkFirst + chunk.limit() / Row.BYTES) {
          fill(middle, 1);
        }
        get(middle, row);
        boolean before = row.queue < queue || (row.queue == queue && row.position < position);
        if (before) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      return low;
    }

    private void fill(int number, int rowsWanted) throws IOException {
      DiskFile from = file;
      if (from == null) {
        throw new IllegalStateException("an index without a file");
      }
      int size = Math.min(rowsWanted, count - number);
      chunk.clear().limit(size * Row.BYTES);
      from.read(chunk, HEADER + (long) number * Row.BYTES);
      if (chunk.hasRemaining()) {
        throw new java.io.EOFException("an index is shorter than it was");
      }
      chunk.flip();
      chunkFirst = number;
    }
  }
}
