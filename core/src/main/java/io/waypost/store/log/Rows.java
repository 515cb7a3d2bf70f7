package io.waypost.store.log;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The rows of a segment whose index is not on disk yet, in the order of the log. One thread adds, any thread reads what
 * was added: the count is published behind the rows, and an array that is outgrown stays as it is for whoever reads it.
 */
final class Rows {
  private volatile long[] data = new long[64 * Row.LONGS];
  private volatile boolean inOrder = true;
  private volatile int count;

  int count() {
    return count;
  }

  /** Adds a row, which gets the next ordinal. */
  void add(Row row) {
    int next = count;
    row.ordinal = next;
    long[] all = data;
    if ((next + 1) * Row.LONGS > all.length) {
      all = Arrays.copyOf(all, 2 * all.length);
      data = all;
    }
    row.write(all, next * Row.LONGS);
    if (row.isTransient()) {
      inOrder = false;
    }
    count = next + 1;
  }

  void get(int ordinal, Row into) {
    into.read(data, ordinal * Row.LONGS);
  }

  long queue(int ordinal) {
    return data[ordinal * Row.LONGS];
  }

  long position(int ordinal) {
    return data[ordinal * Row.LONGS + 1];
  }

  /** Whether each queue's rows stand in the order of their positions: nothing was spilled late. */
  boolean isInOrder() {
    return inOrder;
  }

  /** Ordinals by queue and then by position. For a segment that gets no more rows. */
  int[] sorted() {
    int size = count;
    Groups groups = new Groups();
    int[] group = new int[size];
    for (int i = 0; i < size; i++) {
      group[i] = groups.of(queue(i));
    }
    int[] next = groups.starts();
    int[] order = new int[size];
    for (int i = 0; i < size; i++) {
      order[next[group[i]]++] = i;
    }
    // A queue's rows are in the order of positions already, but for what was spilled late.
    for (int from = 0; from < size; ) {
      int to = from + 1;
      boolean inOrder = true;
      while (to < size && queue(order[to]) == queue(order[from])) {
        inOrder &= position(order[to - 1]) < position(order[to]);
        to++;
      }
      if (!inOrder) {
        Integer[] part = Arrays.stream(order, from, to).boxed().toArray(Integer[]::new);
        Arrays.sort(part, (one, other) -> Long.compare(position(one), position(other)));
        for (int i = 0; i < part.length; i++) {
          order[from + i] = part[i];
        }
      }
      from = to;
    }
    return order;
  }

  /**
   * Numbers the queues as they are met and counts the rows of each. A segment's rows come in runs or in rounds over few
   * queues, so most are found in the small table before the map.
   */
  private static final class Groups {
    private static final int RECENT = 256;

    private final Map<Long, Integer> numbers = new HashMap<>();
    private final int[] recent = new int[RECENT];
    private long[] queues = new long[16];
    private int[] sizes = new int[16];
    private int count;

    int of(long queue) {
      int slot = (int) queue & RECENT - 1;
      int number = recent[slot];
      if (number >= count || queues[number] != queue) {
        number = numbers.computeIfAbsent(queue, this::create);
        recent[slot] = number;
      }
      sizes[number]++;
      return number;
    }

    private int create(long queue) {
      if (count == queues.length) {
        queues = Arrays.copyOf(queues, 2 * count);
        sizes = Arrays.copyOf(sizes, 2 * count);
      }
      queues[count] = queue;
      return count++;
    }

    /** Where each queue's rows begin when queues stand in the order of their numbers in the log. */
    int[] starts() {
      int[] starts = new int[count];
      int next = 0;
      for (long queue : Arrays.stream(queues, 0, count).sorted().toArray()) {
        int number = numbers.getOrDefault(queue, 0);
        starts[number] = next;
        next += sizes[number];
      }
      return starts;
    }
  }
}
