package io.waypost.queue;

import static io.waypost.queue.QueueFixture.expiration;
import static io.waypost.queue.QueueFixture.priority;
import static io.waypost.queue.QueueFixture.spec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waypost.broker.BrokerException;
import io.waypost.broker.ConsumerHandle;
import io.waypost.broker.ErrorCode;
import io.waypost.broker.PublishOutcome;
import io.waypost.broker.Session;
import io.waypost.broker.Settlement;
import io.waypost.loop.ManualLoop;
import io.waypost.message.Headers;
import io.waypost.message.Message;
import io.waypost.message.Properties;
import io.waypost.queue.QueueCounters.Count;
import io.waypost.queue.QueueFixture.Receiver;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QueueTest {
  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void deliversInOrderAsFarAsCreditGoes(int sessionLoop) {
    QueueFixture fixture = new QueueFixture(Map.of());
    Receiver receiver = fixture.consume(fixture.session(1, sessionLoop), 2);

    fixture.publish("a", "b", "c");

    assertThat(receiver.bodies()).containsExactly("a", "b");
    receiver.credit(1);
    assertThat(receiver.bodies()).containsExactly("a", "b", "c");
    assertThat(fixture.outcomes).containsOnly(PublishOutcome.ROUTED).hasSize(3);
    assertThat(fixture.count(Count.UNSETTLED)).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void returnsToTheOriginalPlaceMarkedAsRedelivered(int sessionLoop) {
    QueueFixture fixture = new QueueFixture(Map.of());
    Receiver receiver = fixture.consume(fixture.session(1, sessionLoop), 3);
    fixture.publish("a", "b", "c", "d");

    receiver.onLoop(() -> {
      receiver.deliveries.get(2).settle(Settlement.REQUEUE);
      receiver.deliveries.get(0).settle(Settlement.REQUEUE);
    });
    receiver.credit(ConsumerHandle.UNLIMITED);

    assertThat(receiver.bodies()).containsExactly("a", "b", "c", "a", "c", "d");
    assertThat(receiver.deliveries.get(3).redelivered()).isTrue();
    assertThat(receiver.deliveries.get(3).attempts()).isEqualTo(1);
    assertThat(receiver.deliveries.get(5).redelivered()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void aDrainedConsumerGetsNothingBeforeItHasCreditAgain(int sessionLoop) {
    QueueFixture fixture = new QueueFixture(Map.of());
    Receiver receiver = fixture.consume(fixture.session(1, sessionLoop), 10);
    fixture.publish("a");

    assertThat(receiver.drain()).isCompleted();
    fixture.publish("b", "c");

    assertThat(receiver.bodies()).containsExactly("a");
    receiver.credit(1);
    assertThat(receiver.bodies()).containsExactly("a", "b");
  }

  @Test
  void aReleasedMessageLooksAsIfItHadNotBeenDelivered() {
    QueueFixture fixture = new QueueFixture(Map.of("x-delivery-limit", 0));
    Receiver receiver = fixture.consume(fixture.session(1, 1), 1);
    fixture.publish("a");

    receiver.settle(0, Settlement.RELEASE);
    receiver.credit(1);

    assertThat(receiver.bodies()).containsExactly("a", "a");
    assertThat(receiver.deliveries.get(1).redelivered()).isFalse();
    assertThat(fixture.dead).isEmpty();
  }

  @Test
  void anAcceptedMessageIsGoneAndASecondSettlementIsIgnored() {
    QueueFixture fixture = new QueueFixture(Map.of());
    Receiver receiver = fixture.consume(fixture.session(1, 0), 1);
    fixture.publish("a");

    receiver.settle(0, Settlement.ACCEPT);
    receiver.settle(0, Settlement.REQUEUE);

    assertThat(fixture.count(Count.READY)).isZero();
    assertThat(fixture.count(Count.UNSETTLED)).isZero();
    assertThat(fixture.count(Count.ACKNOWLEDGED)).isEqualTo(1);
  }

  @Test
  void servesHighPrioritiesFirstAndEachInOrder() {
    QueueFixture fixture = new QueueFixture(Map.of("x-max-priority", 5));
    fixture.publish("low", priority(1));
    fixture.publish("beyond", priority(200));
    fixture.publish("none");
    fixture.publish("high", priority(5));
    fixture.publish("low2", priority(1));

    Receiver receiver = fixture.consume(fixture.session(1, 0), ConsumerHandle.UNLIMITED);

    assertThat(receiver.bodies()).containsExactly("beyond", "high", "low", "low2", "none");
  }

  @Test
  void takesTurnsAmongEqualConsumersAndPrefersHigherPriorities() {
    QueueFixture fixture = new QueueFixture(Map.of());
    Receiver one = fixture.consume(fixture.session(1, 0), 100);
    Receiver two = fixture.consume(fixture.session(2, 1), 100);
    Receiver first = fixture.consume(fixture.session(3, 0), 2, spec("first", false, false, 10));

    fixture.publish("a", "b", "c", "d", "e", "f");

    assertThat(first.bodies()).containsExactly("a", "b");
    assertThat(one.deliveries).hasSize(2);
    assertThat(two.deliveries).hasSize(2);
  }

  @Test
  void anUnwritableSessionIsPassedOver() {
    QueueFixture fixture = new QueueFixture(Map.of());
    Receiver slow = fixture.consume(fixture.session(1, 0), 100);
    Receiver quick = fixture.consume(fixture.session(2, 0), 100);
    slow.onLoop(() -> slow.session.writable(false));

    fixture.publish("a", "b", "c");

    assertThat(quick.bodies()).containsExactly("a", "b", "c");
    quick.cancel();
    fixture.publish("d");
    assertThat(slow.deliveries).isEmpty();
    slow.onLoop(() -> slow.session.writable(true));
    assertThat(slow.bodies()).containsExactly("d");
  }

  @Test
  void aSlowSessionElsewhereHasOnlySoMuchUnderWay() {
    QueueFixture fixture = new QueueFixture(Map.of());
    Receiver slow = fixture.consume(
        fixture.session(1, 1), ConsumerHandle.UNLIMITED, spec("slow", true, false, 0));
    slow.onLoop(() -> slow.session.writable(false));
    String large = "x".repeat(100_000);

    for (int i = 0; i < 100; i++) {
      fixture.publish(large);
    }

    assertThat(slow.deliveries).hasSizeBetween(1, 8);
    slow.onLoop(() -> slow.session.writable(true));
    assertThat(slow.deliveries).hasSize(100);
  }

  @Test
  void expiresAtTheHeadByTheLowerOfBothTimes() {
    QueueFixture fixture =
        new QueueFixture(Map.of("x-message-ttl", 1000, "x-dead-letter-exchange", "dlx"));
    fixture.publish("queue's");
    fixture.publish("own", expiration("300"));
    fixture.publish("behind", expiration("5000"));

    ManualLoop.advance(fixture.loops, 999);
    assertThat(fixture.dead).isEmpty();
    ManualLoop.advance(fixture.loops, 1);

    assertThat(fixture.dead).hasSize(3);
    assertThat(fixture.dead.get(1).properties().expiration()).isNull();
    Headers death = death(fixture.dead.get(1), 0);
    assertThat(death.get("reason")).isEqualTo("expired");
    assertThat(death.get("original-expiration")).isEqualTo("300");
    assertThat(fixture.count(Count.READY)).isZero();
    assertThat(fixture.store.bytesInMemory()).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void aMessageWithoutTimeIsDeliveredAtOnceOrNotAtAll(int sessionLoop) {
    QueueFixture fixture = new QueueFixture(Map.of());
    fixture.publish("gone", expiration("0"));
    Receiver receiver = fixture.consume(fixture.session(1, sessionLoop), 10);
    fixture.publish("now", expiration("0"));

    assertThat(receiver.bodies()).containsExactly("now");
    assertThat(fixture.count(Count.EXPIRED)).isEqualTo(1);
    assertThat(fixture.count(Count.READY)).isZero();
    receiver.settle(0, Settlement.REQUEUE);
    assertThat(receiver.bodies()).containsExactly("now");
    assertThat(fixture.count(Count.EXPIRED)).isEqualTo(2);
  }

  @Test
  void dropsTheOldestBeyondTheLengthLimit() {
    QueueFixture fixture =
        new QueueFixture(Map.of("x-max-length", 2, "x-dead-letter-exchange", "dlx"));

    fixture.publish("a", "b", "c");

    assertThat(fixture.dead)
        .singleElement()
        .satisfies(m -> assertThat(m.body()).asString().isEqualTo("a"));
    assertThat(death(fixture.dead.get(0), 0).get("reason")).isEqualTo("maxlen");
    assertThat(fixture.count(Count.READY)).isEqualTo(2);
    assertThat(fixture.outcomes).containsOnly(PublishOutcome.ROUTED);
  }

  @Test
  void dropsTheOldestBeyondTheByteLimit() {
    QueueFixture fixture = new QueueFixture(Map.of("x-max-length-bytes", 10));

    fixture.publish("12345", "12345", "1");

    assertThat(fixture.count(Count.READY)).isEqualTo(2);
    assertThat(fixture.count(Count.READY_BYTES)).isEqualTo(6);
  }

  @Test
  void rejectsWhenFull() {
    QueueFixture fixture = new QueueFixture(
        Map.of("x-max-length", 1, "x-overflow", "reject-publish", "x-dead-letter-exchange", "d"));

    fixture.publish("a", "b");

    assertThat(fixture.outcomes).containsExactly(PublishOutcome.ROUTED, PublishOutcome.OVERFLOWED);
    assertThat(fixture.dead).isEmpty();
  }

  @Test
  void rejectsWhenFullAndDeadLettersWhatItRejects() {
    QueueFixture fixture = new QueueFixture(Map.of(
        "x-max-length", 1, "x-overflow", "reject-publish-dlx", "x-dead-letter-exchange", "d"));

    fixture.publish("a", "b");

    assertThat(fixture.outcomes).containsExactly(PublishOutcome.ROUTED, PublishOutcome.OVERFLOWED);
    assertThat(fixture.dead)
        .singleElement()
        .satisfies(m -> assertThat(m.body()).asString().isEqualTo("b"));
  }

  @Test
  void aMessageThatComesBackTooOftenDies() {
    QueueFixture fixture =
        new QueueFixture(Map.of("x-delivery-limit", 2, "x-dead-letter-exchange", "dlx"));
    Receiver receiver = fixture.consume(fixture.session(1, 1), ConsumerHandle.UNLIMITED);
    fixture.publish("a");

    receiver.settle(0, Settlement.REQUEUE);
    receiver.settle(1, Settlement.REQUEUE);
    assertThat(fixture.dead).isEmpty();
    receiver.settle(2, Settlement.REQUEUE);

    assertThat(receiver.deliveries).hasSize(3);
    assertThat(death(fixture.dead.get(0), 0).get("reason")).isEqualTo("delivery_limit");
  }

  @Test
  void deathsAreCountedByQueueAndReason() {
    QueueFixture fixture = new QueueFixture(
        Map.of("x-dead-letter-exchange", "dlx", "x-dead-letter-routing-key", "dead"));
    Receiver receiver = fixture.consume(fixture.session(1, 0), ConsumerHandle.UNLIMITED);
    fixture.publish("a");
    receiver.settle(0, Settlement.DEAD_LETTER);
    Message once = fixture.dead.get(0);
    ManualLoop.advance(fixture.loops, 60_000);
    fixture.queueLoop.turn(new QueueEntry(fixture.queue, once, 1, null));
    receiver.settle(1, Settlement.DEAD_LETTER);
    Message twice = fixture.dead.get(1);

    assertThat(once.exchange()).isEqualTo("dlx");
    assertThat(once.routingKey()).isEqualTo("dead");
    Headers first = death(once, 0);
    assertThat(first.get("count")).isEqualTo(1L);
    assertThat(first.get("queue")).isEqualTo("q");
    assertThat(first.get("reason")).isEqualTo("rejected");
    assertThat(first.get("exchange")).isEqualTo("x");
    assertThat(first.get("routing-keys")).isEqualTo(List.of("key"));
    assertThat(first.contains("original-expiration")).isFalse();
    assertThat(once.properties().headers().get("x-first-death-reason")).isEqualTo("rejected");
    assertThat(once.properties().headers().get("x-first-death-queue")).isEqualTo("q");
    assertThat(once.properties().headers().get("x-first-death-exchange")).isEqualTo("x");
    assertThat((List<?>) twice.properties().headers().get("x-death")).hasSize(1);
    assertThat(death(twice, 0)).isEqualTo(first.with("count", 2L));
    assertThat(twice.properties().headers().get("x-last-death-exchange")).isEqualTo("dlx");
    assertThat(twice.properties().headers().get("x-first-death-exchange")).isEqualTo("x");
  }

  @Test
  void deathsThatAClientWroteAreGatheredByQueueAndReason() {
    QueueFixture fixture = new QueueFixture(Map.of("x-dead-letter-exchange", "dlx"));
    Receiver receiver = fixture.consume(fixture.session(1, 0), ConsumerHandle.UNLIMITED);
    Headers elsewhere = Headers.of(Map.of("queue", "other", "reason", "expired"));
    Headers here = Headers.of(Map.of("queue", "q", "reason", "rejected", "count", 4L));
    List<Object> written = List.of(elsewhere, elsewhere.with("count", 3L), here, elsewhere);
    fixture.publish("a", Properties.EMPTY.withHeaders(Headers.of(Map.of("x-death", written))));

    receiver.settle(0, Settlement.DEAD_LETTER);

    Message dead = fixture.dead.get(0);
    assertThat((List<?>) dead.properties().headers().get("x-death")).hasSize(2);
    assertThat(death(dead, 0).get("queue")).isEqualTo("q");
    assertThat(death(dead, 0).get("count")).isEqualTo(5L);
    assertThat(death(dead, 1).get("queue")).isEqualTo("other");
    assertThat(death(dead, 1).get("count")).isEqualTo(5L);
  }

  @Test
  void onlyOneConsumerIsActiveAtATime() {
    QueueFixture fixture = new QueueFixture(Map.of("x-single-active-consumer", true));
    Receiver one = fixture.consume(fixture.session(1, 0), ConsumerHandle.UNLIMITED);
    Receiver two = fixture.consume(fixture.session(2, 1), ConsumerHandle.UNLIMITED);

    fixture.publish("a", "b");
    one.cancel();
    fixture.publish("c");

    assertThat(one.bodies()).containsExactly("a", "b");
    assertThat(two.bodies()).containsExactly("c");
    assertThat(two.activations).containsExactly(true);
    assertThatThrownBy(
            () -> fixture.queueLoop.turn(() -> fixture.queue.get(fixture.session(3, 0), true)))
        .isInstanceOfSatisfying(
            BrokerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.RESOURCE_LOCKED));
  }

  @Test
  void aQueueWithASingleActiveConsumerHasNoExclusiveOne() {
    QueueFixture fixture = new QueueFixture(Map.of("x-single-active-consumer", true));

    assertThatThrownBy(
            () -> fixture.consume(fixture.session(1, 0), 1, spec("alone", false, true, 0)))
        .isInstanceOfSatisfying(
            BrokerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.EXCLUSIVE_USE));
  }

  @Test
  void anExclusiveConsumerIsAlone() {
    QueueFixture fixture = new QueueFixture(Map.of());
    Receiver alone = fixture.consume(fixture.session(1, 0), 1, spec("alone", false, true, 0));

    assertThatThrownBy(() -> fixture.consume(fixture.session(2, 0), 1))
        .isInstanceOfSatisfying(
            BrokerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.EXCLUSIVE_USE));
    alone.cancel();
    assertThat(fixture.consume(fixture.session(2, 0), 1).cancellations).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void aSessionThatEndsGivesEverythingBackInOrder(int sessionLoop) {
    QueueFixture fixture = new QueueFixture(Map.of());
    Receiver leaving = fixture.consume(fixture.session(1, sessionLoop), 3);
    fixture.publish("a", "b", "c", "d");
    leaving.settle(1, Settlement.ACCEPT);

    leaving.onLoop(leaving.session::end);
    fixture.queueLoop.turn(() -> fixture.queue.release(leaving.session));
    Receiver next = fixture.consume(fixture.session(2, 0), ConsumerHandle.UNLIMITED);

    assertThat(next.bodies()).containsExactly("a", "c", "d");
    assertThat(next.deliveries.get(0).redelivered()).isTrue();
    assertThat(next.deliveries.get(2).redelivered()).isFalse();
  }

  @Test
  void aCancelledConsumerKeepsWhatItHoldsUntilItSettles() {
    QueueFixture fixture = new QueueFixture(Map.of());
    Receiver receiver = fixture.consume(fixture.session(1, 1), 10);
    fixture.publish("a");
    receiver.cancel();
    fixture.publish("b");

    assertThat(receiver.bodies()).containsExactly("a");
    assertThat(fixture.count(Count.UNSETTLED)).isEqualTo(1);
    receiver.settle(0, Settlement.ACCEPT);
    assertThat(fixture.count(Count.UNSETTLED)).isZero();
  }

  @Test
  void getsOneMessageAtATime() {
    QueueFixture fixture = new QueueFixture(Map.of());
    Subscriber session = fixture.session(1, 0);
    fixture.publish("a", "b");
    List<Session.Got> got = new ArrayList<>();

    fixture.queueLoop.turn(() -> got.add(fixture.get(session, false)));
    fixture.queueLoop.turn(() -> got.add(fixture.get(session, true)));

    assertThat(got.get(0).remaining()).isEqualTo(1);
    assertThat(QueueFixture.body(got.get(1).delivery())).isEqualTo("b");
    assertThat(fixture.count(Count.UNSETTLED)).isEqualTo(1);
    fixture.queueLoop.turn(() -> assertThat(fixture.get(session, true)).isNull());
    fixture.queueLoop.turn(() -> fixture.queue.release(session));
    assertThat(fixture.count(Count.READY)).isEqualTo(1);
  }

  @Test
  void anAutoDeleteQueueGoesWithItsLastConsumer() {
    QueueFixture fixture = new QueueFixture(Map.of(), true);
    Receiver one = fixture.consume(fixture.session(1, 0), 1);
    Receiver two = fixture.consume(fixture.session(2, 1), 1);

    one.cancel();
    assertThat(fixture.disused).isFalse();
    two.cancel();
    assertThat(fixture.disused).isTrue();
  }

  @Test
  void anUnusedQueueExpiresAndAUsedOneDoesNot() {
    QueueFixture fixture = new QueueFixture(Map.of("x-expires", 1000));
    ManualLoop.advance(fixture.loops, 900);
    fixture.queueLoop.turn(fixture.queue::status);
    ManualLoop.advance(fixture.loops, 900);
    Receiver receiver = fixture.consume(fixture.session(1, 0), 1);
    ManualLoop.advance(fixture.loops, 5000);
    assertThat(fixture.disused).isFalse();

    receiver.cancel();
    ManualLoop.advance(fixture.loops, 999);
    assertThat(fixture.disused).isFalse();
    ManualLoop.advance(fixture.loops, 1);
    assertThat(fixture.disused).isTrue();
  }

  @Test
  void aDeletedQueueTellsItsConsumersAndFreesItsMemory() {
    QueueFixture fixture = new QueueFixture(Map.of());
    Receiver receiver = fixture.consume(fixture.session(1, 1), 1);
    fixture.publish("a", "b".repeat(1_000_000), "c");

    fixture.queueLoop.turn(() -> assertThat(fixture.queue.delete(false, false)).isEqualTo(2));
    ManualLoop.settle(fixture.loops);

    assertThat(receiver.cancellations).containsExactly(ErrorCode.QUEUE_DELETED);
    assertThat(fixture.store.bytesInMemory()).isZero();
    fixture.publish("late");
    assertThat(fixture.outcomes).hasSize(4);
  }

  @Test
  void deletesOnlyWhenUnusedOrEmptyIfAskedTo() {
    QueueFixture fixture = new QueueFixture(Map.of());
    Receiver receiver = fixture.consume(fixture.session(1, 0), 0);
    fixture.publish("a");

    assertThatThrownBy(() -> fixture.queueLoop.turn(() -> fixture.queue.delete(true, false)))
        .hasMessage("queue 'q' in vhost '/' in use");
    assertThatThrownBy(() -> fixture.queueLoop.turn(() -> fixture.queue.delete(false, true)))
        .hasMessage("queue 'q' in vhost '/' not empty");
    receiver.cancel();
    fixture.queueLoop.turn(() -> assertThat(fixture.queue.delete(true, false)).isEqualTo(1));
  }

  @Test
  void purgeTakesWhatIsReadyAndNothingElse() {
    QueueFixture fixture = new QueueFixture(Map.of());
    fixture.consume(fixture.session(1, 0), 1);
    fixture.publish("a", "b", "c");

    fixture.queueLoop.turn(() -> assertThat(fixture.queue.purge()).isEqualTo(2));

    assertThat(fixture.count(Count.UNSETTLED)).isEqualTo(1);
    assertThat(fixture.count(Count.READY)).isZero();
  }

  @Test
  void newSettingsApplyToWhatIsThere() {
    QueueFixture fixture = new QueueFixture(Map.of());
    fixture.publish("a", "b", "c");

    fixture.queueLoop.turn(() -> fixture.queue.apply(
        QueueArguments.settings(Headers.empty(), Headers.of(Map.of("max-length", 1L)), "q", "/")));

    assertThat(fixture.count(Count.READY)).isEqualTo(1);
  }

  @Test
  void aLimitThatRefusesDropsNothingThatIsThere() {
    QueueFixture fixture = new QueueFixture(Map.of());
    fixture.publish("a", "b", "c");

    fixture.queueLoop.turn(() -> fixture.queue.apply(QueueArguments.settings(
        Headers.empty(),
        Headers.of(Map.of("max-length", 1L, "overflow", "reject-publish")),
        "q",
        "/")));
    fixture.publish("d");

    assertThat(fixture.count(Count.READY)).isEqualTo(3);
    assertThat(fixture.outcomes).endsWith(PublishOutcome.OVERFLOWED);
  }

  private static Headers death(Message message, int index) {
    List<?> deaths =
        (List<?>) Objects.requireNonNull(message.properties().headers().get("x-death"));
    return (Headers) deaths.get(index);
  }
}
