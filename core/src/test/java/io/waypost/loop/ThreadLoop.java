package io.waypost.loop;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** A loop with a thread of its own and nothing else: no sockets, no batches. */
public final class ThreadLoop implements Loop, AutoCloseable {
  private final int index;
  private final LinkedBlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
  private final ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
  private final ScheduledExecutorService timers;
  private final Thread thread;
  private List<Runnable> turnEnd = new ArrayList<>();
  private volatile boolean closed;

  private ThreadLoop(int index) {
    this.index = index;
    this.timers =
        Executors.newSingleThreadScheduledExecutor(task -> daemon(task, "timers " + index));
    this.thread = daemon(this::turns, "loop " + index);
  }

  /** Loops that run. */
  public static List<ThreadLoop> group(int size) {
    List<ThreadLoop> loops = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      ThreadLoop loop = new ThreadLoop(i);
      loop.thread.start();
      loops.add(loop);
    }
    return loops;
  }

  private static Thread daemon(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }

  private void turns() {
    List<Runnable> turn = new ArrayList<>();
    while (!closed) {
      try {
        turn.add(tasks.take());
      } catch (InterruptedException e) {
        return;
      }
      tasks.drainTo(turn);
      turn.forEach(this::runSafely);
      turn.clear();
      while (!turnEnd.isEmpty()) {
        List<Runnable> now = turnEnd;
        turnEnd = new ArrayList<>();
        now.forEach(this::runSafely);
      }
    }
  }

  private void runSafely(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | AssertionError e) {
      failures.add(e);
    }
  }

  /** What tasks threw so far. */
  public List<Throwable> failures() {
    return List.copyOf(failures);
  }

  @Override
  public boolean inLoop() {
    return Thread.currentThread() == thread;
  }

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
  }

  @Override
  public void atTurnEnd(Runnable task) {
    assert inLoop();
    turnEnd.add(task);
  }

  @Override
  public Timer schedule(Runnable task, long delayNanos) {
    Future<?> timer = timers.schedule(() -> execute(task), delayNanos, TimeUnit.NANOSECONDS);
    return () -> timer.cancel(false);
  }

  @Override
  public Clock clock() {
    return Clock.SYSTEM;
  }

  @Override
  public int index() {
    return index;
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    timers.shutdownNow();
  }
}
