package io.waypost.store.log;

import java.util.Arrays;

/** How many messages a queue has in which segments. Segments rise as messages come, so that the last one is hit most. */
final class SegmentCounts {
  private static final int[] NONE = {};

  private int[] segments = NONE;
  private int[] counts = NONE;
  private int size;

  void add(int segment, int number) {
    if (size > 0 && segments[size - 1] == segment) {
      counts[size - 1] += number;
      return;
    }
    int at = Arrays.binarySearch(segments, 0, size, segment);
    if (at >= 0) {
      counts[at] += number;
      return;
    }
    int place = -at - 1;
    if (size == segments.length) {
      segments = Arrays.copyOf(segments, Math.max(1, 2 * size));
      counts = Arrays.copyOf(counts, Math.max(1, 2 * size));
    }
    System.arraycopy(segments, place, segments, place + 1, size - place);
    System.arraycopy(counts, place, counts, place + 1, size - place);
    segments[place] = segment;
    counts[place] = number;
    size++;
  }

  void remove(int segment, int number) {
    int at =
        size > 0 && segments[0] == segment ? 0 : Arrays.binarySearch(segments, 0, size, segment);
    if (at < 0 || counts[at] < number) {
      throw new IllegalStateException("a queue has no " + number + " messages in " + segment);
    }
    counts[at] -= number;
    if (counts[at] == 0) {
      System.arraycopy(segments, at + 1, segments, at, size - at - 1);
      System.arraycopy(counts, at + 1, counts, at, size - at - 1);
      size--;
    }
  }

  /** Forgets a segment and tells how many messages were in it. */
  int clear(int segment) {
    int at = Arrays.binarySearch(segments, 0, size, segment);
    int number = at < 0 ? 0 : counts[at];
    if (number > 0) {
      remove(segment, number);
    }
    return number;
  }

  int size() {
    return size;
  }

  int segment(int index) {
    return segments[index];
  }

  int count(int index) {
    return counts[index];
  }
}
