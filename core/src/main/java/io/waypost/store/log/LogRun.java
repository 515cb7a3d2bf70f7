package io.waypost.store.log;

import io.waypost.store.QueueStore;
import java.util.List;

/**
 * Consecutive messages of a queue and level in one segment. Its size belongs to the queue's loop; where it begins on disk
 * belongs to the loading thread once something has been loaded.
 */
final class LogRun implements QueueStore.Run {
  final int segment;
  final int level;
  final long first;

  /** In a segment that is not indexed yet, no row of the run that is still to be loaded is before this one. */
  int hint;

  private long last;
  private int size;
  private long bytes;
  private long next;
  private int loading;

  // ---- of the loading thread, once something was loaded; hint too
  /** The position before which everything has been loaded. */
  long cursor;

  LogRun(int segment, int level, long first, long last, int hint, int size, long bytes) {
    this.segment = segment;
    this.level = level;
    this.first = first;
    this.cursor = first;
    this.next = first;
    this.last = last;
    this.hint = hint;
    this.size = size;
    this.bytes = bytes;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public long bytes() {
    return bytes;
  }

  @Override
  public long first() {
    return first;
  }

  long last() {
    return last;
  }

  void add(long position, int bodyLength) {
    last = position;
    size++;
    bytes += bodyLength;
  }

  /** No position before this one is still to be loaded. */
  long next() {
    return next;
  }

  void taken(int number) {
    size -= number;
    loading++;
  }

  /** Takes off what was loaded; returns the bytes of what turned out not to be there when nothing is left to load. */
  long loaded(List<QueueStore.Loaded> messages, long bodyBytes) {
    loading--;
    bytes -= bodyBytes;
    if (!messages.isEmpty()) {
      next = messages.get(messages.size() - 1).position() + 1;
    }
    if (size > 0 || loading > 0) {
      return 0;
    }
    long lost = bytes;
    bytes = 0;
    return lost;
  }
}
