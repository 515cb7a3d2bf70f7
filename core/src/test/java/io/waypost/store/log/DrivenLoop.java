package io.waypost.store.log;

import io.waypost.loop.Clock;
import io.waypost.loop.Loop;
import io.waypost.loop.LoopGroup;
import io.waypost.loop.Timer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Loops that the test's thread turns by hand, while other threads may send tasks. */
final class DrivenLoop implements Loop {
  private record Sent(DrivenLoop to, Runnable task) {}

  /** Loops of one test. */
  static final class Group {
    private final LinkedBlockingQueue<Sent> sent = new LinkedBlockingQueue<>();
    private final List<DrivenLoop> loops = new ArrayList<>();
    private @Nullable DrivenLoop running;

    Group(int size) {
      for (int i = 0; i < size; i++) {
        loops.add(new DrivenLoop(this, i));
      }
    }

    DrivenLoop loop(int number) {
      return loops.get(number);
    }

    LoopGroup loops() {
      return new LoopGroup(List.copyOf(loops));
    }

    /** Has {@link #await} look at its condition again. Any thread. */
    void nudge() {
      sent.add(new Sent(loops.get(0), () -> {}));
    }

    /** Runs what was sent so far. */
    void settle() {
      for (Sent next = sent.poll(); next != null; next = sent.poll()) {
        next.to.turn(next.task);
      }
    }

    /** Runs what is sent until the condition is true. */
    void await(Supplier<String> what, BooleanSupplier condition) {
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
      while (!condition.getAsBoolean()) {
        Sent next;
        try {
          next = sent.poll(5, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        }
        if (next != null) {
          next.to.turn(next.task);
        } else if (System.nanoTime() > end) {
          throw new AssertionError("did not come: " + what.get());
        }
      }
    }

    void await(String what, BooleanSupplier condition) {
      await(() -> what, condition);
    }
  }

  private final Group group;
  private final int index;
  private List<Runnable> turnEnd = new ArrayList<>();
  private volatile boolean ended;

  private DrivenLoop(Group group, int index) {
    this.group = group;
    this.index = index;
  }

  /** Runs code as if it were this loop's, and the end of the turn. */
  void turn(Runnable code) {
    DrivenLoop before = group.running;
    group.running = this;
    try {
      code.run();
      while (!turnEnd.isEmpty()) {
        List<Runnable> now = turnEnd;
        turnEnd = new ArrayList<>();
        now.forEach(Runnable::run);
      }
    } finally {
      group.running = before;
    }
  }

  @Override
  public boolean inLoop() {
    return group.running == this;
  }

  /** Takes no more tasks. */
  void end() {
    ended = true;
  }

  @Override
  public void execute(Runnable task) {
    if (ended) {
      throw new RejectedExecutionException("the loop has ended");
    }
    group.sent.add(new Sent(this, task));
  }

  @Override
  public void atTurnEnd(Runnable task) {
    turnEnd.add(task);
  }

  @Override
  public Timer schedule(Runnable task, long delayNanos) {
    throw new UnsupportedOperationException("the store needs no timers");
  }

  @Override
  public Clock clock() {
    return Clock.SYSTEM;
  }

  @Override
  public int index() {
    return index;
  }
}
