package io.waypost.queue;

import static io.waypost.queue.QueueFixture.expiration;
import static io.waypost.queue.QueueFixture.spec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waypost.broker.Consumer;
import io.waypost.broker.ConsumerHandle;
import io.waypost.broker.Delivery;
import io.waypost.broker.ErrorCode;
import io.waypost.broker.Settlement;
import io.waypost.loop.ManualLoop;
import io.waypost.message.EncodedProperties;
import io.waypost.message.Message;
import io.waypost.message.Origin;
import io.waypost.message.Properties;
import io.waypost.queue.QueueCounters.Count;
import io.waypost.queue.QueueFixture.Receiver;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What happens within one turn of a loop, and what must wait for another. */
class QueueTurnsTest {
  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void whatASessionSettlesInItsLastTurnStaysSettled(int sessionLoop) {
    QueueFixture fixture = new QueueFixture(Map.of());
    Receiver leaving = fixture.consume(fixture.session(1, sessionLoop), 3);
    Receiver staying = fixture.consume(fixture.session(2, 0), 0);
    fixture.publish("a", "b", "c");
    staying.credit(10);

    leaving.onLoop(() -> {
      leaving.deliveries.get(0).settle(Settlement.ACCEPT);
      leaving.deliveries.get(2).settle(Settlement.ACCEPT);
      fixture.end(leaving.session);
    });

    assertThat(staying.bodies()).containsExactly("b");
    assertThat(fixture.count(Count.ACKNOWLEDGED)).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void aCancelledConsumersSettlementsCountToo(int sessionLoop) {
    QueueFixture fixture = new QueueFixture(Map.of());
    Receiver leaving = fixture.consume(fixture.session(1, sessionLoop), 2);
    fixture.publish("a", "b");
    leaving.cancel();

    leaving.onLoop(() -> {
      leaving.deliveries.get(0).settle(Settlement.ACCEPT);
      fixture.end(leaving.session);
    });

    assertThat(fixture.count(Count.ACKNOWLEDGED)).isEqualTo(1);
    assertThat(fixture.count(Count.READY)).isEqualTo(1);
    assertThat(fixture.count(Count.UNSETTLED)).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void aSessionThatEndedGetsNothingMore(int sessionLoop) {
    QueueFixture fixture = new QueueFixture(Map.of());
    Receiver ended = fixture.consume(
        fixture.session(1, sessionLoop), ConsumerHandle.UNLIMITED, spec("tag", false, false, 0));
    fixture.publish("a");

    ended.onLoop(() -> {
      fixture.end(ended.session);
      fixture.enqueue("b");
      ended.session.writable(true);
    });

    assertThat(ended.bodies()).containsExactly("a");
    assertThat(fixture.count(Count.READY)).isEqualTo(2);
  }

  @Test
  void whatOneSessionsConsumersReturnTogetherGoesOutInOrder() {
    QueueFixture fixture = new QueueFixture(Map.of());
    Receiver one = fixture.consume(fixture.session(1, 1), 2);
    Receiver two = fixture.consume(one.session, 2);
    fixture.publish("a", "b", "c", "d");
    Receiver next = fixture.consume(fixture.session(2, 0), 10);
    assertThat(one.bodies()).containsExactly("a", "c");

    fixture.loops.get(1).turn(() -> {
      one.deliveries.forEach(delivery -> delivery.settle(Settlement.REQUEUE));
      two.deliveries.forEach(delivery -> delivery.settle(Settlement.REQUEUE));
    });
    fixture.queueLoop.runSome(10);
    ManualLoop.settle(fixture.loops);

    assertThat(next.bodies()).containsExactly("a", "b", "c", "d");
  }

  @Test
  void aConsumerLearnsOfTheQueuesEndAfterTheCallThatEndsIt() {
    QueueFixture fixture = new QueueFixture(Map.of());
    Receiver receiver = fixture.consume(fixture.session(1, 0), 1);

    fixture.queueLoop.turn(() -> {
      fixture.queue.delete(false, false);
      assertThat(receiver.cancellations).isEmpty();
    });
    ManualLoop.settle(fixture.loops);

    assertThat(receiver.cancellations).containsExactly(ErrorCode.QUEUE_DELETED);
  }

  @Test
  void manyMessagesThatExpireTogetherLetOthersOnTheLoopGoOn() {
    QueueFixture fixture = new QueueFixture(Map.of("x-dead-letter-exchange", "dlx"));
    int all = 5000;
    for (int i = 0; i < all; i++) {
      fixture.publish("m", expiration("10"));
    }
    List<Integer> seen = new ArrayList<>();
    fixture.onFirstDeath(() -> fixture.queueLoop.execute(() -> seen.add(fixture.dead.size())));
    ManualLoop.advance(fixture.loops, 10);

    assertThat(fixture.dead).hasSize(all);
    assertThat(seen).singleElement().satisfies(dead -> assertThat(dead).isBetween(1, all / 2));
  }

  @Test
  void aQueueGoesOnAfterAConsumerThatFailed() {
    QueueFixture fixture = new QueueFixture(Map.of());
    Subscriber session = fixture.session(1, 0);
    Consumer failing = new Consumer() {
      @Override
      public void deliver(Delivery delivery) {
        throw new IllegalStateException("cannot write");
      }

      @Override
      public void cancelled(ErrorCode why) {}
    };
    fixture.queueLoop.turn(() ->
        fixture.queue.attach(spec("bad", false, false, 1), failing, session).addCredit(1));
    assertThatThrownBy(() -> fixture.publish("a")).hasMessage("cannot write");

    Receiver receiver = fixture.consume(fixture.session(2, 0), 10);
    fixture.publish("b");

    assertThat(receiver.bodies()).containsExactly("b");
  }

  @Test
  void aMessageThatWaitsHoldsNoDecodedProperties() {
    QueueFixture fixture = new QueueFixture(Map.of());
    int[] decoded = new int[1];
    Message message = Message.encoded(
        "x",
        "key",
        new byte[1],
        new EncodedProperties() {
          @Override
          public Properties decode() {
            decoded[0]++;
            return Properties.EMPTY;
          }

          @Override
          public int size() {
            return 1;
          }

          @Override
          public byte form() {
            return 1;
          }

          @Override
          public byte[] bytes() {
            return new byte[1];
          }
        },
        Origin.BROKER,
        false,
        0,
        Message.NO_EXPIRY);
    assertThat(message.properties()).isSameAs(message.properties());
    assertThat(decoded[0]).isEqualTo(1);

    fixture.queueLoop.turn(new QueueEntry(fixture.queue, message, 1, null));

    assertThat(message.properties()).isSameAs(Properties.EMPTY);
    assertThat(decoded[0]).isEqualTo(2);
  }
}
