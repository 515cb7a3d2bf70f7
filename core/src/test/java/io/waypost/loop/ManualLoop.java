package io.waypost.loop;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A loop that a test turns by hand, with a clock that stands still until the test moves it. */
public final class ManualLoop implements Loop {
  private record Scheduled(long due, long number, Runnable task) {}

  /** A clock that a test moves. */
  public static final class ManualClock implements Clock {
    private long nanos = 1_000;

    @Override
    public long nanos() {
      return nanos;
    }

    @Override
    public long millis() {
      return 1_700_000_000_000L + TimeUnit.NANOSECONDS.toMillis(nanos);
    }
  }

  private final int index;
  private final ManualClock clock;
  private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
  private List<Runnable> turnEnd = new ArrayList<>();
  private final PriorityQueue<Scheduled> timers = new PriorityQueue<>(
      (a, b) -> a.due != b.due ? Long.compare(a.due, b.due) : Long.compare(a.number, b.number));
  private long scheduled;
  private static final ThreadLocal<@Nullable ManualLoop> CURRENT = new ThreadLocal<>();

  public ManualLoop(int index, ManualClock clock) {
    this.index = index;
    this.clock = clock;
  }

  /** A group of loops with one clock. */
  public static List<ManualLoop> group(int size) {
    ManualClock clock = new ManualClock();
    List<ManualLoop> loops = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      loops.add(new ManualLoop(i, clock));
    }
    return loops;
  }

  @Override
  public boolean inLoop() {
    return CURRENT.get() == this;
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
    Scheduled entry = new Scheduled(clock.nanos + delayNanos, scheduled++, task);
    timers.add(entry);
    return () -> timers.remove(entry);
  }

  @Override
  public Clock clock() {
    return clock;
  }

  @Override
  public int index() {
    return index;
  }

  /** Runs code as if it were this loop's, and the end of the turn. */
  public void turn(Runnable code) {
    ManualLoop before = CURRENT.get();
    CURRENT.set(this);
    try {
      code.run();
      while (!turnEnd.isEmpty()) {
        List<Runnable> now = turnEnd;
        turnEnd = new ArrayList<>();
        now.forEach(Runnable::run);
      }
    } finally {
      CURRENT.set(before);
    }
  }

  /** Runs up to so many of the waiting tasks in one turn; whether there were any. */
  public boolean runSome(int most) {
    if (tasks.isEmpty()) {
      return false;
    }
    turn(() -> {
      for (int i = 0; i < most && !tasks.isEmpty(); i++) {
        tasks.remove().run();
      }
    });
    return true;
  }

  /** Runs what waits, on all these loops, until nothing does. */
  public static void settle(List<ManualLoop> loops) {
    boolean ran = true;
    while (ran) {
      ran = false;
      for (ManualLoop loop : loops) {
        for (Runnable task = loop.tasks.poll(); task != null; task = loop.tasks.poll()) {
          loop.turn(task);
          ran = true;
        }
      }
    }
  }

  /** Moves the clock on and runs what is then due, in order, on all these loops. */
  public static void advance(List<ManualLoop> loops, long millis) {
    settle(loops);
    ManualClock clock = loops.get(0).clock;
    long end = clock.nanos + TimeUnit.MILLISECONDS.toNanos(millis);
    while (true) {
      ManualLoop next = null;
      for (ManualLoop loop : loops) {
        Scheduled first = loop.timers.peek();
        if (first != null
            && first.due <= end
            && (next == null || first.due < next.timers.element().due)) {
          next = loop;
        }
      }
      if (next == null) {
        break;
      }
      Scheduled due = next.timers.remove();
      clock.nanos = Math.max(clock.nanos, due.due);
      next.turn(due.task);
      settle(loops);
    }
    clock.nanos = end;
  }
}
