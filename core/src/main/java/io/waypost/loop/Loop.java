package io.waypost.loop;

import java.util.concurrent.Executor;

/**
 * One thread and everything that it owns. Code on the loop uses plain fields; whoever stands elsewhere sends a task.
 *
 * <p>Order: tasks that one loop sends to another run there in the order in which they were sent. They travel in
 * batches, at the latest when the sender's turn ends. A turn is one round of the loop: the socket events that were
 * ready, then the tasks that were waiting.
 */
public interface Loop extends Executor {
  /** Whether the caller runs on this loop. */
  boolean inLoop();

  /**
   * Runs the task on this loop, later: never inside this call. Any thread. A task that throws is logged and harms no
   * other task.
   */
  @Override
  void execute(Runnable task);

  /** Runs the task once at the end of the running turn: where batches are flushed. Only on this loop. */
  void atTurnEnd(Runnable task);

  /** Runs the task on this loop after so many nanoseconds. Any thread. */
  Timer schedule(Runnable task, long delayNanos);

  /** The clocks that deadlines on this loop are taken from. */
  Clock clock();

  /** This loop's place in its group, 0 to size - 1. */
  int index();

  /** Runs the task now when already on this loop, else sends it. */
  default void run(Runnable task) {
    if (inLoop()) {
      task.run();
    } else {
      execute(task);
    }
  }
}
