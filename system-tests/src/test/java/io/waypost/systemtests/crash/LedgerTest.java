package io.waypost.systemtests.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypost.systemtests.crash.Copy.Settlement;
import io.waypost.systemtests.crash.Fault.Kind;
import io.waypost.systemtests.crash.Lane.Nature;
import io.waypost.systemtests.crash.Ledger.End;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A judge that overlooks a fault is worse than none: each kind is planted here. */
class LedgerTest {
  private static final long LONG_AGO = TimeUnit.MINUTES.toNanos(1);

  private final Ledger ledger = new Ledger(List.of(
      Lane.plain("q", 1),
      new Lane("mortal", Nature.PLAIN, Map.of(), 1, "dead"),
      new Lane("dead", Nature.DEAD, Map.of(), 0, null),
      new Lane("brief", Nature.EXPIRING, Map.of(), 0, "expired"),
      new Lane("expired", Nature.DEAD, Map.of(), 0, null),
      new Lane("later", Nature.DELAYED, Map.of(), 0, null),
      new Lane("short", Nature.LIMITED, Map.of(), 0, null)));

  @BeforeEach
  void start() {
    ledger.started();
  }

  @Test
  void isContentWithABrokerThatKeepsItsPromises() {
    publish("q", 1, 2, 3, 4, 5);
    ledger.refused(id(5));
    ledger.attached("q");
    deliver("q", false, 1, 2, 3);
    ledger.settling("q", id(1), Settlement.ACK);
    ledger.understood("q", List.of(id(1)));
    ledger.settling("q", id(2), Settlement.REQUEUE);
    deliver("q", true, 2);
    kill();
    deliver("q", true, 2, 3);
    drain("q", false, 4);
    assertThat(ledger.faults()).isEmpty();
  }

  @Test
  void findsAConfirmedMessageThatIsLost() {
    publish("q", 1, 2);
    kill();
    drain("q", false, 2);
    expect(Kind.LOST, "1/1 in q");
    assertThat(ledger.faults().get(0).text())
        .contains("PUBLISHED [q]", "CONFIRMED", "KILLED", "run   1", "run   2");
  }

  @Test
  void findsAMessageThatIsLostWhileAConsumerHadIt() {
    publish("q", 1);
    ledger.attached("q");
    deliver("q", false, 1);
    kill();
    drain("q", true);
    expect(Kind.LOST, "1/1 in q");
  }

  @Test
  void findsALossFromOneOfManyQueues() {
    ledger.publishing(id(1), List.of("q", "other"), true, 0, 0, false);
    ledger.confirmed(id(1));
    stop();
    drain("q", false, 1);
    assertThat(ledger.faults()).isEmpty();
    drain("other", false);
    expect(Kind.LOST, "1/1 in other");
  }

  @Test
  void takesEitherFateOfWhatWasNotConfirmed() {
    ledger.publishing(id(1), List.of("q"), true, 0, 0, false);
    ledger.publishing(id(2), List.of("q"), true, 0, 0, false);
    kill();
    drain("q", false, 2);
    assertThat(ledger.faults()).isEmpty();
    drain("q", false, 1);
    expect(Kind.CAME_BACK, "1/1 in q");
  }

  @Test
  void findsAnAcknowledgedMessageThatCameBackAfterACleanStop() {
    publish("q", 1, 2);
    settle("q", Settlement.ACK, 1, 2);
    ledger.understood("q", List.of(id(1)));
    stop();
    drain("q", true, 2);
    assertThat(ledger.faults()).isEmpty();
    drain("q", true, 1);
    expect(Kind.CAME_BACK, "1/1 in q");
  }

  @Test
  void toleratesThatACrashForgetsAYoungAcknowledgementButNotAnOldOne() {
    publish("q", 1);
    settle("q", Settlement.ACK, 1);
    ledger.understood("q", List.of(id(1)));
    kill();
    drain("q", true, 1);
    assertThat(ledger.faults()).isEmpty();
    ledger.settling("q", id(1), Settlement.ACK);
    ledger.understood("q", List.of(id(1)));
    ledger.ended(End.KILLED, System.nanoTime() + LONG_AGO);
    ledger.started();
    drain("q", true, 1);
    expect(Kind.CAME_BACK, "1/1 in q");
  }

  @Test
  void remembersThatACrashMayHaveForgottenAnAcknowledgement() {
    publish("q", 1);
    settle("q", Settlement.ACK, 1);
    ledger.understood("q", List.of(id(1)));
    kill();
    stop();
    deliver("q", true, 1);
    assertThat(ledger.faults()).isEmpty();
  }

  @Test
  void findsAMessageThatComesAgainAfterItsAcknowledgement() {
    publish("q", 1);
    settle("q", Settlement.ACK, 1);
    deliver("q", true, 1);
    expect(Kind.CAME_BACK, "1/1 in q");
  }

  @Test
  void findsADuplicateThatIsNotFlagged() {
    publish("q", 1, 2);
    settle("q", Settlement.REQUEUE, 1, 2);
    deliver("q", true, 2);
    deliver("q", false, 1);
    expect(Kind.DUPLICATE, "1/1 in q");
    kill();
    deliver("q", false, 2);
    assertThat(ledger.faultCount()).isEqualTo(2);
  }

  @Test
  void findsAFlagWithoutReason() {
    publish("q", 1);
    stop();
    ledger.attached("q");
    publish("q", 2);
    stop();
    deliver("q", true, 1, 2);
    publish("q", 4);
    kill();
    deliver("q", true, 4);
    assertThat(ledger.faults()).isEmpty();
    publish("q", 3);
    stop();
    deliver("q", true, 3);
    expect(Kind.WRONGLY_FLAGGED, "1/3 in q");
  }

  @Test
  void whatWasSeenCompletelyExcusesNoFlag() {
    publish("q", 1, 2);
    ledger.attached("q");
    deliver("q", false, 1);
    ledger.ended(End.STOPPED_IN_PEACE, System.nanoTime());
    ledger.started();
    deliver("q", true, 1);
    assertThat(ledger.faults()).isEmpty();
    deliver("q", true, 2);
    expect(Kind.WRONGLY_FLAGGED, "1/2 in q");
  }

  @Test
  void findsGhosts() {
    publish("q", 1);
    deliver("other", false, 1);
    expect(Kind.GHOST, "1/1 in other");
    ledger.delivered("q", Body.of(new MessageId(9, 9), 50), false, null);
    assertThat(ledger.faults().get(1).text()).startsWith("9/9 in q");
  }

  @Test
  void findsADamagedBody() {
    publish("q", 1);
    byte[] body = Body.of(id(1), 100);
    body[99]++;
    assertThat(ledger.delivered("q", body, false, null)).isEmpty();
    expect(Kind.DAMAGED, "a body of 100 bytes from q");
  }

  @Test
  void findsATransactionThatWasSeenWithoutBeingCommitted() {
    transaction(1, 2, 3, 4);
    ledger.committing(List.of(id(1), id(2)));
    ledger.confirmed(id(1));
    ledger.takenBack(id(3));
    kill();
    deliver("q", false, 1, 2);
    assertThat(ledger.faults()).isEmpty();
    deliver("q", false, 3);
    expect(Kind.GHOST, "1/3 in q");
    deliver("q", false, 4);
    assertThat(ledger.faults().get(1).text()).startsWith("1/4 in q");
  }

  @Test
  void findsACommittedMessageThatIsLost() {
    transaction(1);
    ledger.committing(List.of(id(1)));
    ledger.confirmed(id(1));
    kill();
    drain("q", false);
    expect(Kind.LOST, "1/1 in q");
  }

  @Test
  void findsAnOrderThatChangedButOnlyForOnePublisherAndPriority() {
    OrderWatch order = new OrderWatch();
    publish("q", 1, 2, 3);
    ledger.publishing(new MessageId(2, 1), List.of("q"), true, 0, 0, false);
    ledger.publishing(id(4), List.of("q"), true, 5, 0, false);
    ledger.delivered("q", Body.of(id(4), 20), false, order);
    ledger.delivered("q", Body.of(id(1), 20), false, order);
    ledger.delivered("q", Body.of(id(3), 20), false, order);
    ledger.delivered("q", Body.of(new MessageId(2, 1), 20), false, order);
    assertThat(ledger.faults()).isEmpty();
    ledger.delivered("q", Body.of(id(2), 20), false, order);
    expect(Kind.REORDERED, "1/2 in q after number 3");
  }

  @Test
  void findsATransientMessageThatSurvived() {
    ledger.publishing(id(1), List.of("q"), false, 0, 0, false);
    ledger.publishing(id(2), List.of("q"), false, 0, 0, false);
    ledger.confirmed(id(1));
    ledger.confirmed(id(2));
    deliver("q", false, 1);
    assertThat(ledger.faults()).isEmpty();
    stop();
    deliver("q", false, 2);
    expect(Kind.SURVIVED, "1/2 in q");
  }

  @Test
  void findsADelayedMessageBeforeItsTime() {
    ledger.publishing(id(1), List.of("later"), true, 0, 60_000, false);
    ledger.confirmed(id(1));
    deliver("later", false, 1);
    expect(Kind.EARLY, "1/1 in later");
  }

  @Test
  void looksForARejectedMessageAmongTheDeadLetters() {
    publish("mortal", 1, 2, 3, 4);
    settle("mortal", Settlement.REJECT, 1, 2, 3);
    kill();
    deliver("mortal", true, 2);
    ledger.settling("mortal", id(2), Settlement.ACK);
    deliver("mortal", false, 4);
    ledger.drained("mortal");
    assertThat(ledger.awaits("dead")).isTrue();
    deliver("dead", false, 1);
    ledger.drained("dead");
    expect(Kind.LOST, "1/3 in mortal");
    assertThat(ledger.faultCount()).isEqualTo(1);
  }

  @Test
  void findsALossBeforeTheRejection() {
    publish("mortal", 1);
    kill();
    ledger.drained("mortal");
    ledger.drained("dead");
    expect(Kind.LOST, "1/1 in mortal");
  }

  @Test
  void findsMoreDeadLettersThanDeaths() {
    publish("mortal", 1, 2);
    settle("mortal", Settlement.REJECT, 1);
    deliver("dead", false, 1);
    assertThat(ledger.faults()).isEmpty();
    deliver("dead", true, 1);
    assertThat(ledger.faults()).isEmpty();
    deliver("dead", false, 1);
    expect(Kind.DUPLICATE, "1/1 in mortal");
    deliver("dead", false, 2);
    assertThat(ledger.faults().get(1).kind()).isEqualTo(Kind.GHOST);
  }

  @Test
  void findsADeadLetterThatCameBack() {
    publish("mortal", 1);
    settle("mortal", Settlement.REJECT, 1);
    deliver("dead", false, 1);
    ledger.understood("dead", List.of(id(1)));
    stop();
    deliver("dead", true, 1);
    expect(Kind.CAME_BACK, "1/1 in mortal");
  }

  @Test
  void findsAMessageThatExpiredIntoNothing() {
    publish("brief", 1, 2);
    stop();
    drain("expired", false, 1);
    expect(Kind.LOST, "1/2 in brief");
  }

  @Test
  void findsThatALimitedQueueHasNotTheNewest() {
    publish("short", IntStream.rangeClosed(1, 60).toArray());
    kill();
    drain("short", false, IntStream.rangeClosed(11, 60).toArray());
    assertThat(ledger.faults()).isEmpty();
    publish("short", IntStream.rangeClosed(101, 160).toArray());
    kill();
    drain("short", false, IntStream.rangeClosed(110, 159).toArray());
    assertThat(ledger.faults()).extracting(Fault::kind).contains(Kind.LOST, Kind.CAME_BACK);
  }

  @Test
  void findsAPurgedMessageThatCameBack() {
    publish("q", 1);
    ledger.understood("q", ledger.purging("q"));
    publish("q", 2);
    stop();
    deliver("q", false, 2);
    assertThat(ledger.faults()).isEmpty();
    deliver("q", false, 1);
    expect(Kind.CAME_BACK, "1/1 in q");
  }

  @Test
  void findsTheMessageOfADeletedQueue() {
    publish("q", 1);
    ledger.deleted("q");
    deliver("q", false, 1);
    expect(Kind.CAME_BACK, "1/1 in q");
  }

  @Test
  void remembersLongAfterwardsThatAMessageMustNotComeBack() {
    publish("q", 1);
    settle("q", Settlement.ACK, 1);
    ledger.understood("q", List.of(id(1)));
    for (int round = 0; round < 20; round++) {
      stop();
    }
    assertThat(ledger.summary()).isEqualTo("{}, copies due 0");
    deliver("q", true, 1);
    expect(Kind.CAME_BACK, "1/1 in q");
  }

  private static MessageId id(int number) {
    return new MessageId(1, number);
  }

  private void publish(String queue, int... numbers) {
    for (int number : numbers) {
      ledger.publishing(id(number), List.of(queue), true, 0, 0, false);
      ledger.confirmed(id(number));
    }
  }

  private void transaction(int... numbers) {
    for (int number : numbers) {
      ledger.publishing(id(number), List.of("q"), true, 0, 0, true);
    }
  }

  private void deliver(String queue, boolean flagged, int... numbers) {
    for (int number : numbers) {
      ledger.delivered(queue, Body.of(id(number), 40), flagged, null);
    }
  }

  private void settle(String queue, Settlement how, int... numbers) {
    ledger.attached(queue);
    deliver(queue, false, numbers);
    for (int number : numbers) {
      ledger.settling(queue, id(number), how);
    }
  }

  private void drain(String queue, boolean flagged, int... numbers) {
    deliver(queue, flagged, numbers);
    ledger.drained(queue);
  }

  private void kill() {
    ledger.ended(End.KILLED, System.nanoTime());
    ledger.started();
  }

  private void stop() {
    ledger.ended(End.STOPPED, System.nanoTime());
    ledger.started();
  }

  private void expect(Kind kind, String text) {
    assertThat(ledger.faults()).isNotEmpty();
    assertThat(ledger.faults().get(0).kind()).isEqualTo(kind);
    assertThat(ledger.faults().get(0).text()).startsWith(text);
  }
}
