package io.waypost.queue;

import static io.waypost.queue.QueueFixture.body;
import static io.waypost.queue.QueueFixture.persistent;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waypost.broker.BrokerException;
import io.waypost.broker.ErrorCode;
import io.waypost.broker.PublishOutcome;
import io.waypost.broker.QueueStatus;
import io.waypost.broker.Session.Got;
import io.waypost.broker.Settlement;
import io.waypost.loop.ManualLoop;
import io.waypost.message.Properties;
import io.waypost.queue.QueueCounters.Count;
import io.waypost.queue.QueueFixture.Receiver;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Queues whose messages are stored, and whose store has more of them than memory. */
class PagingTest {
  private static final int LONG = 20_000;

  private final MapStore disk = new MapStore(new QueueFixture(Map.of()).queueLoop, true, 1000);

  private QueueFixture queue(Map<String, ?> arguments) {
    return new QueueFixture(arguments, disk, new MemoryPressure());
  }

  private static void publish(QueueFixture fixture, int from, int to, Properties properties) {
    for (int i = from; i < to; i++) {
      fixture.publish(Integer.toString(i), properties);
    }
  }

  private static List<String> numbers(int from, int to) {
    return IntStream.range(from, to).mapToObj(Integer::toString).toList();
  }

  @Test
  void aShortQueueNeverReadsWhatItWrote() {
    QueueFixture fixture = queue(Map.of());
    publish(fixture, 0, 4000, persistent());
    Receiver receiver = fixture.consume(fixture.session(1, 0), 4000);

    assertThat(receiver.bodies()).isEqualTo(numbers(0, 4000));
    assertThat(disk.loads()).isZero();
    assertThat(disk.stored()).isEqualTo(4000);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void aLongQueueCostsNoMoreMemoryThanALongerOneAndKeepsItsOrder(int consumersLoop) {
    QueueFixture fixture = queue(Map.of());
    publish(fixture, 0, LONG / 2, persistent());
    long half = disk.held();
    publish(fixture, LONG / 2, LONG, persistent());

    assertThat(disk.held()).isBetween(half / 2, half + half / 2);
    assertThat(fixture.count(Count.READY)).isEqualTo(LONG);
    Receiver receiver = fixture.consume(fixture.session(1, consumersLoop), LONG / 2);
    assertThat(receiver.deliveries).hasSize(LONG / 2);
    publish(fixture, LONG, LONG + 100, persistent());
    receiver.credit(LONG);
    assertThat(receiver.deliveries).hasSize(LONG + 100);
    assertThat(receiver.read).isEqualTo(numbers(0, LONG + 100));
    assertThat(disk.mostLoaded()).isLessThanOrEqualTo(1024);
  }

  @Test
  void largeMessagesPageSooner() {
    QueueFixture fixture = queue(Map.of());
    String large = "x".repeat(1 << 20);
    for (int i = 0; i < 50; i++) {
      fixture.publish(large, persistent());
    }

    assertThat(disk.held()).isLessThan(12 << 20);
    Receiver receiver = fixture.consume(fixture.session(1, 0), 50);
    assertThat(receiver.deliveries).hasSize(50);
    assertThat(disk.mostLoaded()).isLessThanOrEqualTo(4);
  }

  @Test
  void whatIsPagedCountsForLengthAndPurgeAndDelete() {
    QueueFixture fixture = queue(Map.of());
    publish(fixture, 0, LONG, persistent());

    fixture.queueLoop.turn(() -> {
      assertThat(fixture.queue.status()).isEqualTo(new QueueStatus("q", LONG, 0));
      assertThatThrownBy(() -> fixture.queue.delete(false, true))
          .isInstanceOfSatisfying(
              BrokerException.class,
              refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.PRECONDITION_FAILED));
      assertThat(fixture.queue.purge()).isEqualTo(LONG);
    });

    assertThat(disk.stored()).isZero();
    assertThat(disk.held()).isZero();
    assertThat(fixture.count(Count.READY)).isZero();
    assertThat(fixture.count(Count.READY_BYTES)).isZero();
    publish(fixture, 0, LONG, persistent());
    fixture.queueLoop.turn(() -> assertThat(fixture.queue.delete(false, false)).isEqualTo(LONG));
    assertThat(disk.stored()).isZero();
  }

  @Test
  void aPurgeForgetsWhatIsOnItsWayFromTheDisk() {
    QueueFixture fixture = queue(Map.of());
    publish(fixture, 0, LONG, persistent());
    Receiver receiver = fixture.consume(fixture.session(1, 0), 0);

    fixture.queueLoop.turn(() -> {
      receiver.addCredit(5000);
      fixture.queue.purge();
    });
    ManualLoop.settle(fixture.loops);
    fixture.publish("new", persistent());

    assertThat(fixture.count(Count.READY)).isZero();
    assertThat(receiver.bodies().get(receiver.bodies().size() - 1)).isEqualTo("new");
    assertThat(disk.stored()).isEqualTo(receiver.deliveries.size());
  }

  @Test
  void aQueueThatIsDeletedForgetsWhatIsOnItsWayFromTheDisk() {
    QueueFixture fixture = queue(Map.of());
    publish(fixture, 0, LONG, persistent());
    Receiver receiver = fixture.consume(fixture.session(1, 0), LONG / 2);
    receiver.onLoop(() -> {
      receiver.deliveries.forEach(delivery -> delivery.settle(Settlement.REQUEUE));
      receiver.deliveries.get(LONG / 2 - 1).settle(Settlement.DEAD_LETTER);
    });

    fixture.queueLoop.turn(() -> {
      receiver.addCredit(5000);
      assertThat(fixture.queue.delete(false, false)).isPositive();
    });
    ManualLoop.settle(fixture.loops);

    assertThat(disk.held()).isZero();
  }

  @Test
  void aLimitDropsTheOldestAlsoWhereTheyAreOnTheDisk() {
    QueueFixture fixture = queue(Map.of("x-max-length", 10_000, "x-dead-letter-exchange", "dlx"));
    publish(fixture, 0, LONG, persistent());
    fixture.receipts.forEach(
        receipt -> fixture.queueLoop.turn(() -> receipt.decided(PublishOutcome.ROUTED)));

    assertThat(fixture.count(Count.READY)).isEqualTo(10_000);
    assertThat(fixture.dead).hasSize(LONG - 10_000);
    assertThat(disk.stored()).isEqualTo(10_000);
    Receiver receiver = fixture.consume(fixture.session(1, 0), 1);
    assertThat(receiver.read).containsExactly("10000");
  }

  @Test
  void aGetWaitsForTheDiskAndOthersWaitBehindIt() {
    QueueFixture fixture = queue(Map.of());
    publish(fixture, 0, 10, persistent());
    QueueFixture again = queue(Map.of());
    again.queueLoop.turn(() -> again.queue.purge());
    again.publish("0", persistent());
    again.publish("1", persistent());
    QueueFixture third = new QueueFixture(Map.of(), disk, new MemoryPressure());
    Subscriber session = third.session(1, 0);
    List<CompletableFuture<@Nullable Got>> gets = new ArrayList<>();

    third.queueLoop.turn(() -> {
      for (int i = 0; i < 3; i++) {
        gets.add(third.queue.get(session, false).toCompletableFuture());
      }
      // The first message is there since the start, for its deadline, and waits for the mark of
      // deliveries.
      assertThat(gets).noneMatch(CompletableFuture::isDone);
    });
    ManualLoop.settle(third.loops);

    assertThat(gets).allMatch(CompletableFuture::isDone);
    assertThat(gets.stream()
            .map(CompletableFuture::join)
            .map(got -> got == null ? "none" : body(got.delivery()) + " of " + got.remaining()))
        .containsExactly("0 of 1", "1 of 0", "none");
  }

  @Test
  void nobodyWaitsForAQueueThatIsGone() {
    publish(queue(Map.of()), 0, 3, persistent());
    QueueFixture fixture = queue(Map.of());
    Subscriber leaving = fixture.session(1, 0);
    List<CompletableFuture<@Nullable Got>> gets = new ArrayList<>();

    fixture.queueLoop.turn(() -> {
      gets.add(fixture.queue.get(leaving, true).toCompletableFuture());
      gets.add(fixture.queue.get(leaving, true).toCompletableFuture());
      gets.add(fixture.queue.get(fixture.session(2, 0), true).toCompletableFuture());
      fixture.queue.release(leaving);
      fixture.queue.delete(false, false);
    });
    ManualLoop.settle(fixture.loops);

    assertThat(gets.get(1)).isCompletedWithValue(null);
    assertThat(gets.get(2)).isCompletedExceptionally();
  }

  @Test
  void whatCannotBeReadIsLeftOutAndNotCounted() {
    QueueFixture fixture = queue(Map.of());
    publish(fixture, 0, LONG, persistent());
    AtomicBoolean damaged = new AtomicBoolean();
    disk.loseWhen(() -> damaged.getAndSet(false));
    damaged.set(true);
    Receiver receiver = fixture.consume(fixture.session(1, 0), LONG);

    assertThat(receiver.deliveries).hasSize(LONG - 1);
    assertThat(fixture.count(Count.READY)).isZero();
    assertThat(fixture.count(Count.READY_BYTES)).isZero();
    receiver.onLoop(() -> receiver.deliveries.forEach(each -> each.settle(Settlement.ACCEPT)));
    assertThat(disk.stored()).as("what is kept until it can be read again").isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void whatAConsumerHoldsIsNotHeldInMemoryAndComesBackFromTheDisk(int consumersLoop) {
    QueueFixture fixture = queue(Map.of("x-dead-letter-exchange", "dlx"));
    publish(fixture, 0, LONG, persistent());
    Receiver receiver = fixture.consume(fixture.session(1, consumersLoop), LONG);
    int first = LONG / 2;
    assertThatThrownBy(() -> receiver.deliveries.get(first).message())
        .isInstanceOf(IllegalStateException.class);
    assertThat(disk.held()).isLessThan(LONG * 300L);

    receiver.onLoop(() -> {
      receiver.deliveries.get(first).settle(Settlement.DEAD_LETTER);
      receiver.deliveries.get(first + 2).settle(Settlement.RELEASE);
      receiver.deliveries.get(first + 1).settle(Settlement.REQUEUE);
    });
    Receiver next = fixture.consume(fixture.session(2, consumersLoop), 10);

    assertThat(fixture.dead.get(0).body()).asString().isEqualTo(Integer.toString(first));
    assertThat(next.read).containsExactly(Integer.toString(first + 1), Integer.toString(first + 2));
    assertThat(next.deliveries.get(0).redelivered()).isTrue();
    assertThat(next.deliveries.get(1).redelivered()).isFalse();
  }

  @Test
  void underPressureTransientMessagesGoToTheDiskToo() {
    QueueFixture fixture = queue(Map.of());
    publish(fixture, 0, 5000, Properties.EMPTY);
    assertThat(disk.stored()).isZero();
    long before = disk.held();

    fixture.pressure.set(true);
    fixture.queueLoop.turn(fixture.queue::relieve);
    ManualLoop.settle(fixture.loops);
    publish(fixture, 5000, 5500, Properties.EMPTY);

    assertThat(disk.held()).isLessThan(before / 20);
    assertThat(disk.stored()).isGreaterThan(5000);
    Receiver receiver = fixture.consume(fixture.session(1, 0), 5500);
    assertThat(receiver.read).isEqualTo(numbers(0, 5500));
    receiver.onLoop(
        () -> receiver.deliveries.forEach(delivery -> delivery.settle(Settlement.ACCEPT)));
    assertThat(disk.stored()).isZero();
    assertThat(disk.held()).isZero();
  }

  @Test
  void underPressureADiskThatFailsIsNotAskedAgainAndAgain() {
    QueueFixture fixture = queue(Map.of());
    int[] tries = new int[1];
    disk.failWhen(() -> {
      tries[0]++;
      return true;
    });
    fixture.pressure.set(true);
    publish(fixture, 0, 5000, Properties.EMPTY);

    assertThat(tries[0]).isBetween(1, 200);
    assertThat(fixture.outcomes).hasSize(5000).containsOnly(PublishOutcome.ROUTED);
    disk.failWhen(() -> false);
    fixture.queueLoop.turn(fixture.queue::relieve);
    ManualLoop.settle(fixture.loops);
    assertThat(disk.held()).isLessThan(100_000);
    Receiver receiver = fixture.consume(fixture.session(1, 0), 5000);
    assertThat(receiver.read).isEqualTo(numbers(0, 5000));
  }

  @Test
  void whatComesBackUnderPressureDoesNotStayInMemory() {
    QueueFixture fixture = queue(Map.of());
    publish(fixture, 0, 4000, persistent());
    Receiver leaving = fixture.consume(fixture.session(1, 0), 4000);
    leaving.onLoop(() -> fixture.end(leaving.session));
    assertThat(disk.held()).isGreaterThan(4000 * 200);

    fixture.pressure.set(true);
    fixture.queueLoop.turn(fixture.queue::relieve);

    assertThat(disk.held()).isLessThan(4000 * 100);
    Receiver receiver = fixture.consume(fixture.session(2, 0), 4000);
    assertThat(receiver.read).isEqualTo(numbers(0, 4000));
    assertThat(receiver.deliveries).allMatch(delivery -> delivery.attempts() == 1);
  }
}
