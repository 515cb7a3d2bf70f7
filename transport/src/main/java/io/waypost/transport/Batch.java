package io.waypost.transport;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Tasks on their way from one loop to another. The sender alone fills it, then hands it over; from then on the receiver
 * alone touches it.
 */
final class Batch implements Runnable {
  private static final int INITIAL_CAPACITY = 16;

  private final NettyLoop receiver;
  private @Nullable Runnable[] tasks = new Runnable[INITIAL_CAPACITY];
  private int size;
  private int next;

  Batch(NettyLoop receiver) {
    this.receiver = receiver;
  }

  void add(Runnable task) {
    if (size == tasks.length) {
      tasks = Arrays.copyOf(tasks, size * 2);
    }
    tasks[size++] = task;
  }

  /** How many tasks have not run yet. */
  int remaining() {
    return size - next;
  }

  /** Arrives: queues up at the receiver, behind what arrived earlier. */
  @Override
  public void run() {
    receiver.received(this);
  }

  /** Runs up to so many of the tasks. */
  void runSome(int limit) {
    int end = Math.min(size, next + limit);
    while (next < end) {
      Runnable task = tasks[next];
      tasks[next++] = null;
      if (task != null) {
        NettyLoop.runSafely(task);
      }
    }
  }
}
