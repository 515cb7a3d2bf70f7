package io.waypost.transport;

import io.netty.channel.Channel;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.RejectedExecutionHandlers;
import io.waypost.loop.Clock;
import io.waypost.loop.Loop;
import io.waypost.loop.Timer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A loop that is driven by a Netty event loop.
 *
 * <p>One turn is: the socket events that were ready; Netty's own tasks, timers, what other threads sent; the batches
 * that arrived from loops of the group; the tasks for the turn's end; and last, one batch to each loop that tasks were
 * sent to meanwhile, this loop included. Outboxes are plain fields of the sender, so sending costs an array store, and
 * a turn costs each receiver one entry in its queue and at most one wake-up, whatever the number of tasks.
 *
 * <p>Nothing waits while the loop sleeps: the turn's end comes after everything else in each round of the event loop,
 * and the event loop does not block while {@link Driver#hasTasks()}. Both kinds of queue are worked for about
 * {@link #SLICE_NANOS} a turn, so that sockets are served however many tasks there are.
 */
public final class NettyLoop implements Loop {
  private static final Logger LOG = LoggerFactory.getLogger(NettyLoop.class);

  private static final long SLICE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final int TASKS_BETWEEN_LOOKS_AT_THE_CLOCK = 32;

  /** Turn-end tasks that register again run in the same turn, but not for ever. */
  private static final int TURN_END_ROUNDS = 16;

  private final int index;
  private final List<NettyLoop> siblings;
  private final Driver driver;

  private final @Nullable Batch[] outboxes;
  private final ArrayDeque<Batch> inbox = new ArrayDeque<>();
  private List<Runnable> turnEnd = new ArrayList<>();
  private List<Runnable> turnEndSpare = new ArrayList<>();

  /**
   * A loop of a group.
   *
   * @param siblings the group's loops, complete before the first of them runs
   * @param size the number of loops that the group will have
   */
  NettyLoop(
      IoEventLoopGroup parent, IoHandlerFactory io, List<NettyLoop> siblings, int index, int size) {
    this.index = index;
    this.siblings = siblings;
    this.outboxes = new Batch[size];
    this.driver = new Driver(parent, io, this);
  }

  /**
   * The loop that serves a channel.
   *
   * @throws IllegalStateException if the channel is registered with an event loop that is none of {@link NettyLoops}
   */
  public static NettyLoop of(Channel channel) {
    if (channel.eventLoop() instanceof Driver driver) {
      return driver.loop;
    }
    throw new IllegalStateException("the channel is not served by a loop of the broker");
  }

  @Override
  public boolean inLoop() {
    return Thread.currentThread() instanceof LoopThread thread && thread.loop() == this;
  }

  @Override
  public void execute(Runnable task) {
    if (Thread.currentThread() instanceof LoopThread thread && thread.loop().siblings == siblings) {
      thread.loop().outbox(this).add(task);
    } else {
      hand(() -> runSafely(task));
    }
  }

  @Override
  public void atTurnEnd(Runnable task) {
    assert inLoop();
    turnEnd.add(task);
  }

  @Override
  public Timer schedule(Runnable task, long delayNanos) {
    try {
      Future<?> future = driver.schedule(() -> runSafely(task), delayNanos, TimeUnit.NANOSECONDS);
      return () -> future.cancel(false);
    } catch (RejectedExecutionException shutDown) {
      LOG.debug("loop {} is shut down, a timer is dropped", index);
      return () -> {};
    }
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
  public String toString() {
    return "loop " + index;
  }

  IoEventLoop eventLoop() {
    return driver;
  }

  /** Takes a batch that another loop sent; on this loop. */
  void received(Batch batch) {
    inbox.add(batch);
  }

  /** Runs a task at the border where nothing may pass: a loop that dies takes its connections with it. */
  static void runSafely(Runnable task) {
    try {
      task.run();
    } catch (Throwable failure) {
      LOG.error("a task failed", failure);
    }
  }

  private Batch outbox(NettyLoop receiver) {
    Batch batch = outboxes[receiver.index];
    if (batch == null) {
      batch = new Batch(receiver);
      outboxes[receiver.index] = batch;
    }
    return batch;
  }

  private boolean hasWork() {
    return !inbox.isEmpty() || !turnEnd.isEmpty();
  }

  private void endTurn() {
    runInbox();
    runTurnEnd();
    sendOutboxes();
  }

  private void runInbox() {
    if (inbox.isEmpty()) {
      return;
    }
    long end = System.nanoTime() + SLICE_NANOS;
    do {
      Batch batch = inbox.element();
      batch.runSome(TASKS_BETWEEN_LOOKS_AT_THE_CLOCK);
      if (batch.remaining() == 0) {
        inbox.remove();
      }
    } while (!inbox.isEmpty() && System.nanoTime() - end < 0);
  }

  private void runTurnEnd() {
    for (int round = 0; round < TURN_END_ROUNDS && !turnEnd.isEmpty(); round++) {
      List<Runnable> tasks = turnEnd;
      turnEnd = turnEndSpare;
      for (int i = 0; i < tasks.size(); i++) {
        runSafely(tasks.get(i));
      }
      tasks.clear();
      turnEndSpare = tasks;
    }
  }

  private void sendOutboxes() {
    for (int i = 0; i < outboxes.length; i++) {
      Batch batch = outboxes[i];
      if (batch != null) {
        outboxes[i] = null;
        if (i == index) {
          inbox.add(batch);
        } else {
          siblings.get(i).hand(batch);
        }
      }
    }
  }

  private void hand(Runnable task) {
    try {
      driver.execute(task);
    } catch (RejectedExecutionException shutDown) {
      LOG.debug("loop {} is shut down, a task is dropped", index);
    }
  }

  /** The event loop, with the turn's end added to each of its rounds. */
  private static final class Driver extends SingleThreadIoEventLoop {
    private final NettyLoop loop;

    Driver(IoEventLoopGroup parent, IoHandlerFactory io, NettyLoop loop) {
      super(
          parent,
          (ThreadFactory) task -> new LoopThread(task, loop),
          io,
          DEFAULT_MAX_PENDING_TASKS,
          RejectedExecutionHandlers.reject(),
          TimeUnit.NANOSECONDS.toMillis(SLICE_NANOS));
      this.loop = loop;
    }

    @Override
    protected void afterRunningAllTasks() {
      super.afterRunningAllTasks();
      loop.endTurn();
    }

    @Override
    protected boolean hasTasks() {
      return super.hasTasks() || loop.hasWork();
    }
  }
}
