package io.waypost.transport;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.waypost.loop.Loop;
import io.waypost.loop.LoopGroup;
import io.waypost.loop.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass
@ValueSource(booleans = {true, false})
class NettyLoopTest {
  private static final int LOOPS = 3;

  private final NettyLoops loops;
  private final LoopGroup group;
  private final Loop a;
  private final Loop b;

  NettyLoopTest(boolean nio) {
    loops = nio ? NettyLoops.startNio(LOOPS) : NettyLoops.start(LOOPS);
    group = loops.group();
    a = group.at(0);
    b = group.at(1);
  }

  @AfterEach
  void close() {
    assertThat(loops.close(Duration.ofSeconds(10))).isTrue();
  }

  @Test
  void eachLoopHasItsThreadAndItsPlace() throws Exception {
    for (int i = 0; i < LOOPS; i++) {
      Loop loop = group.at(i);
      assertThat(loop.index()).isEqualTo(i);
      assertThat(loop.inLoop()).isFalse();
      assertThat(on(loop, loop::inLoop)).isTrue();
      assertThat(on(loop, group.at(i + 1)::inLoop)).isFalse();
      assertThat(on(loop, () -> Thread.currentThread().getName())).isEqualTo("waypost-loop-" + i);
    }
  }

  @Test
  void tasksFromOneLoopRunInTheOrderInWhichTheyWereSent() throws Exception {
    List<Integer> order = new ArrayList<>();
    CompletableFuture<Void> done = new CompletableFuture<>();
    sendInTurns(0, 1000, order, done);
    wait(done);
    assertThat(order).hasSize(1000).isSorted();
  }

  private void sendInTurns(int from, int to, List<Integer> order, CompletableFuture<Void> done) {
    a.execute(() -> {
      int end = Math.min(to, from + 1 + from % 7);
      for (int i = from; i < end; i++) {
        int number = i;
        b.execute(() -> order.add(number));
      }
      if (end < to) {
        sendInTurns(end, to, order, done);
      } else {
        b.execute(() -> done.complete(null));
      }
    });
  }

  @Test
  void tasksWaitForTheEndOfTheSendersTurnAndArriveTogether() throws Exception {
    CountDownLatch sent = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    AtomicInteger ran = new AtomicInteger();
    CompletableFuture<Integer> inOneTurn = new CompletableFuture<>();
    a.execute(() -> {
      b.execute(() -> b.atTurnEnd(() -> inOneTurn.complete(ran.get())));
      for (int i = 0; i < 20; i++) {
        b.execute(ran::incrementAndGet);
      }
      sent.countDown();
      awaitQuietly(release);
    });
    assertThat(sent.await(10, SECONDS)).isTrue();
    on(b, () -> 0);
    assertThat(ran).hasValue(0);
    release.countDown();
    assertThat(wait(inOneTurn)).isEqualTo(20);
  }

  @Test
  void aTaskThatALoopSendsToItselfRunsLater() throws Exception {
    CompletableFuture<Boolean> inside = new CompletableFuture<>();
    a.execute(() -> {
      AtomicBoolean returned = new AtomicBoolean();
      a.execute(() -> inside.complete(!returned.get()));
      returned.set(true);
    });
    assertThat(wait(inside)).isFalse();
  }

  @Test
  void aLoopThatIsNeverDoneStillServesOthers() throws Exception {
    AtomicBoolean stop = new AtomicBoolean();
    AtomicLong rounds = new AtomicLong();
    Runnable[] again = new Runnable[1];
    again[0] = () -> {
      rounds.incrementAndGet();
      if (!stop.get()) {
        a.execute(again[0]);
      }
    };
    a.execute(again[0]);
    CompletableFuture<Void> timer = new CompletableFuture<>();
    a.schedule(() -> timer.complete(null), MILLISECONDS.toNanos(1));
    wait(timer);
    assertThat(on(a, () -> 7)).isEqualTo(7);
    CompletableFuture<Void> turnEnd = new CompletableFuture<>();
    a.execute(() -> a.atTurnEnd(() -> turnEnd.complete(null)));
    wait(turnEnd);
    CompletableFuture<Void> fromOtherLoop = new CompletableFuture<>();
    b.execute(() -> a.execute(() -> fromOtherLoop.complete(null)));
    wait(fromOtherLoop);
    stop.set(true);
    assertThat(rounds.get()).isPositive();
  }

  @Test
  void aLongBatchIsSpreadOverTurns() throws Exception {
    int tasks = 100;
    AtomicInteger ran = new AtomicInteger();
    CompletableFuture<Integer> atFirstTurnEnd = new CompletableFuture<>();
    CompletableFuture<Void> done = new CompletableFuture<>();
    a.execute(() -> {
      b.execute(() -> b.atTurnEnd(() -> atFirstTurnEnd.complete(ran.get())));
      for (int i = 0; i < tasks; i++) {
        b.execute(() -> {
          ran.incrementAndGet();
          spin(MILLISECONDS.toNanos(1));
        });
      }
      b.execute(() -> done.complete(null));
    });
    assertThat(wait(atFirstTurnEnd)).isLessThan(tasks);
    wait(done);
    assertThat(ran).hasValue(tasks);
  }

  @Test
  void aTaskThatThrowsHarmsNoOther() throws Exception {
    CompletableFuture<Void> inBatch = new CompletableFuture<>();
    CompletableFuture<Void> atEnd = new CompletableFuture<>();
    a.execute(() -> {
      b.execute(NettyLoopTest::fail);
      b.execute(() -> inBatch.complete(null));
      a.atTurnEnd(NettyLoopTest::fail);
      a.atTurnEnd(() -> atEnd.complete(null));
      fail();
    });
    wait(inBatch);
    wait(atEnd);
    CompletableFuture<Void> later = new CompletableFuture<>();
    b.schedule(NettyLoopTest::fail, 1);
    b.schedule(() -> later.complete(null), 2);
    wait(later);
    assertThat(on(a, () -> 1) + on(b, () -> 1)).isEqualTo(2);
  }

  @Test
  void whatATurnEndTaskSendsIsNotLeftBehind() throws Exception {
    CompletableFuture<Void> arrived = new CompletableFuture<>();
    a.execute(() -> a.atTurnEnd(() -> a.atTurnEnd(() -> b.execute(() -> arrived.complete(null)))));
    wait(arrived);
    CompletableFuture<Void> toItself = new CompletableFuture<>();
    a.execute(() -> a.atTurnEnd(() -> a.execute(() -> toItself.complete(null))));
    wait(toItself);
  }

  @Test
  void turnEndTasksRunOnceAndInOrder() throws Exception {
    List<String> order = new ArrayList<>();
    CompletableFuture<Void> done = new CompletableFuture<>();
    a.execute(() -> {
      a.atTurnEnd(() -> {
        order.add("first");
        a.atTurnEnd(() -> order.add("third"));
      });
      a.atTurnEnd(() -> order.add("second"));
      a.execute(() -> a.execute(() -> done.complete(null)));
    });
    wait(done);
    assertThat(order).containsExactly("first", "second", "third");
  }

  @Test
  void aTurnEndTaskThatAlwaysRegistersAgainDoesNotStopTheLoop() throws Exception {
    AtomicBoolean stop = new AtomicBoolean();
    Runnable[] again = new Runnable[1];
    again[0] = () -> {
      if (!stop.get()) {
        a.atTurnEnd(again[0]);
      }
    };
    a.execute(again[0]);
    CompletableFuture<Void> served = new CompletableFuture<>();
    b.execute(() -> a.execute(() -> served.complete(null)));
    wait(served);
    assertThat(on(a, () -> 1)).isEqualTo(1);
    stop.set(true);
  }

  @Test
  void timersFireNotBeforeTheirTimeAndNotWhenCancelled() throws Exception {
    long start = a.clock().nanos();
    CompletableFuture<Long> fired = new CompletableFuture<>();
    AtomicBoolean cancelled = new AtomicBoolean();
    Timer timer = a.schedule(() -> cancelled.set(true), MILLISECONDS.toNanos(5));
    timer.cancel();
    timer.cancel();
    a.schedule(() -> fired.complete(a.clock().nanos() - start), MILLISECONDS.toNanos(20));
    assertThat(wait(fired)).isGreaterThanOrEqualTo(MILLISECONDS.toNanos(20));
    assertThat(cancelled).isFalse();
    assertThat(on(a, () -> {
              CompletableFuture<Boolean> onLoop = new CompletableFuture<>();
              a.schedule(() -> onLoop.complete(a.inLoop()), 1);
              return onLoop;
            })
            .get(10, SECONDS))
        .isTrue();
  }

  /** Each hop finds its target asleep, so one lost wake-up would end the chain. */
  @Test
  void sleepingLoopsWakeForEachHop() throws Exception {
    CompletableFuture<Void> done = new CompletableFuture<>();
    a.execute(() -> hop(0, 5_000, done));
    wait(done);
    assertThat(done).isCompleted();
  }

  private void hop(int from, int left, CompletableFuture<Void> done) {
    if (left == 0) {
      done.complete(null);
    } else if (left % 2 == 0) {
      group.at(from + 1).execute(() -> hop(from + 1, left - 1, done));
    } else {
      group
          .at(from)
          .atTurnEnd(() -> group.at(from + 2).execute(() -> hop(from + 2, left - 1, done)));
    }
  }

  @Test
  void nothingIsLostOrReorderedUnderCrossFire() throws Exception {
    int chains = 64;
    int hops = 3_000;
    CountDownLatch ended = new CountDownLatch(chains);
    int[][] lastSeen = new int[LOOPS][LOOPS];
    int[][] lastSent = new int[LOOPS][LOOPS];
    AtomicInteger outOfOrder = new AtomicInteger();
    for (int i = 0; i < chains; i++) {
      Random random = new Random(i);
      Loop start = group.at(i);
      start.execute(() -> fire(start, hops, random, lastSent, lastSeen, outOfOrder, ended));
    }
    assertThat(ended.await(60, SECONDS)).isTrue();
    assertThat(outOfOrder).hasValue(0);
  }

  private void fire(
      Loop from,
      int left,
      Random random,
      int[][] lastSent,
      int[][] lastSeen,
      AtomicInteger outOfOrder,
      CountDownLatch ended) {
    if (left == 0) {
      ended.countDown();
      return;
    }
    Loop to = group.at(random.nextInt(LOOPS));
    int number = ++lastSent[from.index()][to.index()];
    to.execute(() -> {
      if (!to.inLoop() || ++lastSeen[from.index()][to.index()] != number) {
        outOfOrder.incrementAndGet();
      }
      fire(to, left - 1, random, lastSent, lastSeen, outOfOrder, ended);
    });
  }

  @Test
  void loopsOfTwoGroupsReachEachOther() throws Exception {
    NettyLoops others = NettyLoops.start(1);
    try {
      Loop other = others.group().at(0);
      CompletableFuture<Boolean> arrived = new CompletableFuture<>();
      a.execute(() -> other.execute(() -> a.execute(() -> arrived.complete(a.inLoop()))));
      assertThat(wait(arrived)).isTrue();
    } finally {
      others.close(Duration.ofSeconds(10));
    }
  }

  @Test
  void whatComesAfterTheEndIsDropped() throws Exception {
    NettyLoops ended = NettyLoops.start(2);
    Loop loop = ended.group().at(0);
    on(loop, () -> 1);
    assertThat(ended.close(Duration.ofSeconds(10))).isTrue();
    AtomicBoolean ran = new AtomicBoolean();
    loop.execute(() -> ran.set(true));
    loop.schedule(() -> ran.set(true), 1).cancel();
    assertThat(ran).isFalse();
  }

  private static void fail() {
    throw new AssertionError("a task that throws, as the test wants it");
  }

  private static void spin(long nanos) {
    long end = System.nanoTime() + nanos;
    while (System.nanoTime() - end < 0) {
      Thread.onSpinWait();
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await(10, SECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static <T> T on(Loop loop, Callable<T> question) throws Exception {
    CompletableFuture<T> answer = new CompletableFuture<>();
    loop.execute(() -> {
      try {
        answer.complete(question.call());
      } catch (Exception failure) {
        answer.completeExceptionally(failure);
      }
    });
    return wait(answer);
  }

  private static <T> T wait(CompletableFuture<T> future) throws Exception {
    return future.get(10, SECONDS);
  }
}
