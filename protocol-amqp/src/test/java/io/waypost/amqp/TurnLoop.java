package io.waypost.amqp;

import io.waypost.loop.Clock;
import io.waypost.loop.Loop;
import io.waypost.loop.Timer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A loop that a test turns by hand; its timers run when the test lets time pass. */
final class TurnLoop implements Loop {
  private static final class Scheduled implements Timer {
    final Runnable task;
    final long due;
    boolean cancelled;

    Scheduled(Runnable task, long due) {
      this.task = task;
      this.due = due;
    }

    @Override
    public void cancel() {
      cancelled = true;
    }
  }

  private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
  private final ArrayDeque<Runnable> turnEnd = new ArrayDeque<>();
  private final List<Scheduled> timers = new ArrayList<>();
  private long nanos;

  /** Ends the turn: what was sent to the loop runs, then what waits for the end. */
  void turn() {
    while (!tasks.isEmpty() || !turnEnd.isEmpty()) {
      (tasks.isEmpty() ? turnEnd : tasks).remove().run();
    }
  }

  /** Lets time pass, in steps of a tenth of a second. */
  void pass(long seconds) {
    long end = nanos + TimeUnit.SECONDS.toNanos(seconds);
    while (nanos < end) {
      nanos += TimeUnit.MILLISECONDS.toNanos(100);
      List<Scheduled> due = timers.stream().filter(timer -> timer.due <= nanos).toList();
      timers.removeAll(due);
      due.stream().filter(timer -> !timer.cancelled).forEach(timer -> timer.task.run());
      turn();
    }
  }

  @Override
  public boolean inLoop() {
    return true;
  }

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
  }

  @Override
  public void atTurnEnd(Runnable task) {
    turnEnd.add(task);
  }

  @Override
  public Timer schedule(Runnable task, long delayNanos) {
    Scheduled timer = new Scheduled(task, nanos + delayNanos);
    timers.add(timer);
    return timer;
  }

  @Override
  public Clock clock() {
    return Clock.SYSTEM;
  }

  @Override
  public int index() {
    return 0;
  }
}
