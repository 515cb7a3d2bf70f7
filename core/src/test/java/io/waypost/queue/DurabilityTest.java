package io.waypost.queue;

import static io.waypost.queue.QueueFixture.persistent;
import static io.waypost.queue.QueueFixture.spec;
import static org.assertj.core.api.Assertions.assertThat;

import io.waypost.broker.ConsumerHandle;
import io.waypost.broker.PublishOutcome;
import io.waypost.broker.Settlement;
import io.waypost.loop.ManualLoop;
import io.waypost.message.Properties;
import io.waypost.queue.QueueCounters.Count;
import io.waypost.queue.QueueFixture.Receiver;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a durable queue promises: to publishers, to where its dead letters go, and over a restart. */
class DurabilityTest {
  private final MapStore disk = new MapStore(new QueueFixture(Map.of()).queueLoop, true, 1000);

  private QueueFixture queue(Map<String, ?> arguments) {
    return new QueueFixture(arguments, disk, new MemoryPressure());
  }

  @Test
  void aPublisherLearnsTheOutcomeWhenTheMessageIsStored() {
    QueueFixture fixture = queue(Map.of());

    fixture.queueLoop.turn(() -> fixture.enqueue("a", persistent()));
    assertThat(fixture.outcomes).isEmpty();
    ManualLoop.settle(fixture.loops);

    assertThat(fixture.outcomes).containsExactly(PublishOutcome.ROUTED);
  }

  @Test
  void whatCouldNotBeStoredIsNotThereAndItsPublisherKnows() {
    QueueFixture fixture = queue(Map.of());
    fixture.publish("a", persistent());
    disk.failWhen(() -> true);
    fixture.publish("b", persistent());
    disk.failWhen(() -> false);
    fixture.publish("c", persistent());

    assertThat(fixture.outcomes)
        .containsExactly(PublishOutcome.ROUTED, PublishOutcome.FAILED, PublishOutcome.ROUTED);
    assertThat(fixture.count(Count.READY)).isEqualTo(2);
    assertThat(fixture.consume(fixture.session(1, 0), 5).bodies()).containsExactly("a", "c");
  }

  @Test
  void whatCouldNotBeStoredStaysWithTheConsumerThatHasIt() {
    QueueFixture fixture = queue(Map.of());
    Receiver receiver = fixture.consume(fixture.session(1, 0), 1);
    disk.failWhen(() -> true);
    fixture.publish("a", persistent());

    assertThat(fixture.outcomes).containsExactly(PublishOutcome.FAILED);
    receiver.settle(0, Settlement.ACCEPT);
    assertThat(fixture.count(Count.ACKNOWLEDGED)).isEqualTo(1);
    assertThat(fixture.count(Count.UNSETTLED)).isZero();
    assertThat(disk.held()).isZero();
  }

  @Test
  void persistentMessagesSurviveInOrderAndOthersDoNot() {
    QueueFixture before = queue(Map.of("x-max-priority", 2));
    before.publish("transient", Properties.EMPTY);
    before.publish("low", persistent());
    before.publish("high", QueueFixture.properties(true, 2, null));
    before.publish("acked", persistent());
    before.publish("low too", persistent());
    Receiver acking = before.consume(before.session(1, 0), 4);
    assertThat(acking.bodies()).containsExactly("high", "transient", "low", "acked");
    acking.settle(3, Settlement.ACCEPT);

    QueueFixture after = queue(Map.of("x-max-priority", 2));

    assertThat(after.count(Count.READY)).isEqualTo(3);
    assertThat(after.count(Count.READY_BYTES)).isEqualTo("highlowlow too".length());
    after.publish("new", persistent());
    Receiver receiver = after.consume(after.session(1, 0), 10);
    assertThat(receiver.read).containsExactly("high", "low", "low too", "new");
    // The mark may have run ahead to the third.
    assertThat(receiver.deliveries.get(0).redelivered()).isTrue();
    assertThat(receiver.deliveries.get(1).redelivered()).isTrue();
    assertThat(receiver.deliveries.get(3).redelivered()).isFalse();
  }

  @Test
  void whatIsDeliveredInTheTurnItCameInIsFlaggedWithoutAMark() {
    QueueFixture before = queue(Map.of());
    Receiver receiver = before.consume(before.session(1, 0), 1);
    before.publish("a", persistent());
    before.publish("b", persistent());
    assertThat(receiver.bodies()).containsExactly("a");
    assertThat(disk.marked()).isEqualTo(-1);

    QueueFixture after = queue(Map.of());
    assertThat(after.consume(after.session(1, 0), 2).deliveries)
        .extracting(delivery -> delivery.redelivered())
        .containsExactly(true, false);
  }

  @Test
  void whatWaitedGoesOutWhenTheStoreKnowsThatItDoes() {
    QueueFixture fixture = queue(Map.of());
    fixture.publish("a", persistent());
    Receiver receiver = fixture.consume(fixture.session(1, 0), 0);
    fixture.queueLoop.turn(() -> {
      receiver.addCredit(1);
      assertThat(receiver.deliveries).isEmpty();
    });
    assertThat(disk.marked()).isZero();
    ManualLoop.settle(fixture.loops);
    assertThat(receiver.deliveries).hasSize(1);
  }

  @Test
  void theMarkOfDeliveriesIsMovedSeldomAndRunsNotFarAhead() {
    QueueFixture fixture = queue(Map.of());
    for (int i = 0; i < 4000; i++) {
      fixture.publish("m", persistent());
    }
    Receiver receiver = fixture.consume(fixture.session(1, 0), 1);
    assertThat(disk.marked()).isZero();
    ManualLoop.advance(fixture.loops, 1000);
    receiver.credit(1);
    assertThat(disk.marked()).isEqualTo(1);
    ManualLoop.advance(fixture.loops, 1000);
    receiver.credit(1998);

    assertThat(disk.marked()).isBetween(1999L, 4000L);
    assertThat(disk.marks()).isLessThan(20);
  }

  @Test
  void aDeadLetterLeavesWhenItHasArrived() {
    QueueFixture fixture = queue(Map.of("x-dead-letter-exchange", "dlx"));
    fixture.publish("a", persistent());
    Receiver receiver = fixture.consume(fixture.session(1, 0), 1);
    receiver.settle(0, Settlement.DEAD_LETTER);

    assertThat(fixture.dead).hasSize(1);
    assertThat(fixture.count(Count.READY) + fixture.count(Count.UNSETTLED)).isZero();
    assertThat(disk.stored()).isEqualTo(1);
    fixture.queueLoop.turn(() -> fixture.receipts.get(0).decided(PublishOutcome.ROUTED));
    assertThat(disk.stored()).isZero();
    assertThat(disk.held()).isZero();
  }

  @Test
  void aDeadLetterThatCannotBeStoredIsTriedAgainAndSurvives() {
    Map<String, ?> arguments = Map.of("x-dead-letter-exchange", "dlx", "x-message-ttl", 1000);
    QueueFixture before = queue(arguments);
    before.publish("a", persistent());
    ManualLoop.advance(before.loops, 1000);
    before.queueLoop.turn(() -> before.receipts.get(0).decided(PublishOutcome.FAILED));
    ManualLoop.advance(before.loops, 4999);
    assertThat(before.dead).hasSize(1);
    ManualLoop.advance(before.loops, 1);
    assertThat(before.dead).hasSize(2);
    assertThat(before.deadAgain).containsExactly(false, true);
    before.queueLoop.turn(() -> before.receipts.get(1).decided(PublishOutcome.FAILED));

    QueueFixture after = queue(arguments);
    ManualLoop.advance(after.loops, 1000);

    assertThat(after.dead).hasSize(1);
    assertThat(after.deadAgain).as("may be there already").containsExactly(true);
    after.queueLoop.turn(() -> after.receipts.get(0).decided(PublishOutcome.ROUTED));
    assertThat(disk.stored()).isZero();
  }

  @Test
  void aTransientDeadLetterIsNotWaitedFor() {
    QueueFixture fixture = queue(Map.of("x-dead-letter-exchange", "dlx"));
    fixture.publish("a", Properties.EMPTY);
    Receiver receiver = fixture.consume(fixture.session(1, 0), 1);
    receiver.settle(0, Settlement.DEAD_LETTER);

    assertThat(fixture.dead).hasSize(1);
    assertThat(fixture.receipts).isEmpty();
    assertThat(disk.held()).isZero();
  }

  @Test
  void aDeadlineHoldsOverARestartAndNeedsNobodyWhoAsks() {
    QueueFixture before = queue(Map.of("x-dead-letter-exchange", "dlx"));
    before.publish("a", persistent("1500"));
    before.publish("b", persistent("3000"));
    ManualLoop.advance(before.loops, 1000);

    QueueFixture after = queue(Map.of("x-dead-letter-exchange", "dlx"));
    // Its clock begins when the other's did.
    ManualLoop.advance(after.loops, 1499);
    assertThat(after.dead).isEmpty();
    ManualLoop.advance(after.loops, 1);
    assertThat(after.dead).hasSize(1);
    assertThat(disk.mostLoaded()).isEqualTo(1);
    ManualLoop.advance(after.loops, 1500);
    assertThat(after.dead).hasSize(2);
  }

  @Test
  void attemptsHoldOverARestart() {
    QueueFixture before = queue(Map.of("x-delivery-limit", 2));
    before.publish("a", persistent());
    before.consume(before.session(1, 0), 1).settle(0, Settlement.REQUEUE);

    QueueFixture after = queue(Map.of("x-delivery-limit", 2));
    Receiver receiver = after.consume(after.session(1, 0), ConsumerHandle.UNLIMITED);
    assertThat(receiver.deliveries.get(0).attempts()).isEqualTo(1);
    receiver.settle(0, Settlement.REQUEUE);
    receiver.settle(1, Settlement.REQUEUE);

    assertThat(receiver.deliveries).hasSize(2);
    assertThat(disk.stored()).isZero();
  }

  @Test
  void whatIsTakenAndSettledAtOnceIsGone() {
    QueueFixture before = queue(Map.of());
    before.consume(before.session(1, 0), 1, spec("tag", true, false, 0));
    before.publish("a", persistent());

    assertThat(before.outcomes).containsExactly(PublishOutcome.ROUTED);
    assertThat(disk.stored()).isZero();
    assertThat(queue(Map.of()).count(Count.READY)).isZero();
  }
}
