package io.waypost.engine;

import io.waypost.loop.Loop;
import io.waypost.loop.LoopGroup;
import io.waypost.queue.MemoryPressure;
import io.waypost.queue.Queue;
import io.waypost.queue.QueueCounters.Count;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * While there is pressure, goes round all queues once a second and has each give memory back; queues that are published
 * to look for themselves. Each queue is relieved on its loop, some at a time.
 */
final class Relief {
  private static final long ROUND_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final int SLICE = 128;

  private final LoopGroup loops;
  private final Collection<VirtualHost> virtualHosts;
  private final MemoryPressure pressure;
  private final AtomicBoolean going = new AtomicBoolean();

  /**
   * Idle.
   *
   * @param virtualHosts those that there are at any moment
   */
  Relief(LoopGroup loops, Collection<VirtualHost> virtualHosts, MemoryPressure pressure) {
    this.loops = loops;
    this.virtualHosts = virtualHosts;
    this.pressure = pressure;
  }

  /** There is pressure. Any thread. */
  void begin() {
    if (going.compareAndSet(false, true)) {
      loops.at(0).execute(this::round);
    }
  }

  private void round() {
    if (!pressure.isHigh()) {
      going.set(false);
      if (pressure.isHigh()) {
        begin();
      }
      return;
    }
    List<List<Queue>> byLoop = new ArrayList<>();
    loops.loops().forEach(loop -> byLoop.add(new ArrayList<>()));
    for (VirtualHost host : virtualHosts) {
      host.loop().execute(host::relieveDelayed);
      for (Queue queue : host.queues()) {
        if (queue.counters().get(Count.READY) > 1) {
          byLoop.get(queue.loop().index()).add(queue);
        }
      }
    }
    for (Loop loop : loops.loops()) {
      List<Queue> queues = byLoop.get(loop.index());
      if (!queues.isEmpty()) {
        loop.execute(() -> relieve(loop, queues, 0));
      }
    }
    loops.at(0).schedule(this::round, ROUND_NANOS);
  }

  private static void relieve(Loop loop, List<Queue> queues, int from) {
    int end = Math.min(queues.size(), from + SLICE);
    for (int i = from; i < end; i++) {
      queues.get(i).relieve();
    }
    if (end < queues.size()) {
      loop.execute(() -> relieve(loop, queues, end));
    }
  }
}
