package io.waypost.amqp;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypost.amqp.codec.BasicMethod;
import io.waypost.amqp.codec.ConfirmMethod;
import io.waypost.amqp.codec.ConnectionMethod;
import io.waypost.amqp.codec.QueueMethod;
import io.waypost.broker.BrokerException;
import io.waypost.broker.ErrorCode;
import io.waypost.broker.PublishOutcome;
import io.waypost.message.Headers;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a connection does while the broker's answers are outstanding. */
class MethodOrderTest {
  private final ScriptedConnection connection = ScriptedConnection.open(true, 0);
  private final ScriptedBroker broker = connection.broker;

  @AfterEach
  void close() {
    connection.close();
  }

  @Test
  @DisplayName(
      "methods behind an unanswered one wait their turn, publishes and acknowledgements too")
  void order() {
    connection.send(1, declare("a", true), bind("a", true));
    connection.publish(1, "a", new byte[10]);
    connection.send(1, new BasicMethod.Qos(0, 1, false), declare("b", false));

    assertThat(broker.requests).containsExactly("queue a");
    broker.answer();
    connection.turn();
    assertThat(broker.requests).containsExactly("queue a", "bind a");
    assertThat(connection.takeReceived()).isEmpty();
    broker.answer();
    connection.turn();
    assertThat(broker.requests).containsExactly("queue a", "bind a", "publish a", "queue b");
    assertThat(connection.takeReceived()).containsExactly(new BasicMethod.QosOk());
    broker.answer();
    connection.turn();
    assertThat(connection.takeReceived()).containsExactly(new QueueMethod.DeclareOk("b", 0, 0));
  }

  @Test
  @DisplayName("other channels do not wait")
  void otherChannels() {
    connection.send(1, declare("a", false));
    connection.send(2, new BasicMethod.Qos(0, 1, false), declare("b", false));

    assertThat(broker.requests).containsExactly("queue a", "queue b");
    assertThat(connection.takeReceived()).containsExactly(new BasicMethod.QosOk());
  }

  @Test
  @DisplayName("answers that come at once do not pile up on the stack")
  void manyAtOnce() {
    connection.send(1, declare("a", true));
    QueueMethod[] purges = new QueueMethod[20_000];
    Arrays.fill(purges, new QueueMethod.Purge("a", true));
    connection.send(1, purges);
    broker.answer();
    connection.send(1, new QueueMethod.Purge("a", false));

    assertThat(connection.takeReceived()).containsExactly(new QueueMethod.PurgeOk(1));
  }

  @Test
  @DisplayName("a socket with too much that waits is not read until it is done")
  void boundedWaiting() {
    connection.send(1, declare("a", true));
    connection.publish(1, "a", new byte[100_000]);
    connection.publish(1, "a", new byte[100_000]);
    connection.flush();
    assertThat(connection.socket.config().isAutoRead()).isTrue();
    connection.publish(1, "a", new byte[100_000]);
    connection.flush();
    assertThat(connection.socket.config().isAutoRead()).isFalse();

    broker.answer();
    connection.turn();

    assertThat(broker.published).hasSize(3);
    assertThat(connection.socket.config().isAutoRead()).isTrue();
  }

  @Test
  @DisplayName("a goodbye waits for what was asked before, and nothing after it is heard")
  void goodbye() {
    connection.send(1, declare("a", false), bind("a", false));
    connection.send(0, new ConnectionMethod.Close(200, "bye", 0, 0));
    connection.send(2, declare("never", false));
    assertThat(connection.takeReceived()).isEmpty();
    broker.answer();
    broker.answer();
    connection.turn();

    assertThat(broker.requests).containsExactly("queue a", "bind a", "close");
    assertThat(connection.takeReceived())
        .containsExactly(
            new QueueMethod.DeclareOk("a", 0, 0),
            new QueueMethod.BindOk(),
            new ConnectionMethod.CloseOk());
  }

  @Test
  @DisplayName("a goodbye is not waited for without end")
  void impatientGoodbye() {
    connection.send(1, declare("a", false));
    connection.send(0, new ConnectionMethod.Close(200, "bye", 0, 0));

    connection.loop.pass(11);

    assertThat(connection.socket.isOpen()).isFalse();
    assertThat(broker.requests).containsExactly("queue a", "close");
  }

  @Test
  @DisplayName("an answer that comes when the client is gone is harmless")
  void lateAnswer() {
    connection.send(1, declare("a", false), bind("a", false));
    connection.socket.close();
    connection.turn();
    broker.answer();
    connection.turn();

    assertThat(broker.requests).containsExactly("queue a", "close");
  }

  @Test
  @DisplayName("a fault of the broker ends the connection and tells nothing of itself")
  void fault() {
    connection.send(
        1,
        new QueueMethod.Declare(
            ScriptedBroker.FAULTY, true, false, false, false, false, Headers.empty()));

    assertThat(connection.takeReceived())
        .containsExactly(
            new ConnectionMethod.Close(541, "INTERNAL_ERROR - see the broker's log", 50, 10));
  }

  @Test
  @DisplayName("the broker's own goodbye is repeated to the client, which has a while to answer")
  void brokerLeaves() {
    broker
        .connection()
        .closed(new BrokerException(ErrorCode.SHUTTING_DOWN, "broker is shutting down"));
    connection.turn();
    assertThat(connection.takeReceived())
        .containsExactly(
            new ConnectionMethod.Close(320, "CONNECTION_FORCED - broker is shutting down", 0, 0));
    assertThat(broker.requests).containsExactly("close");
    assertThat(connection.socket.isOpen()).isTrue();

    connection.loop.pass(11);

    assertThat(connection.socket.isOpen()).isFalse();
  }

  @Test
  @DisplayName("a shortage stops the reading of the socket, and a client that can hear is told")
  void shortage() {
    broker.connection().blocked("low on memory");
    connection.turn();
    assertThat(connection.socket.config().isAutoRead()).isFalse();
    assertThat(connection.takeReceived())
        .containsExactly(new ConnectionMethod.Blocked("low on memory"));
    broker.connection().unblocked();
    connection.turn();
    assertThat(connection.socket.config().isAutoRead()).isTrue();
    assertThat(connection.takeReceived()).containsExactly(new ConnectionMethod.Unblocked());

    ScriptedConnection deaf = ScriptedConnection.open(false, 0);
    deaf.broker.connection().blocked("low on memory");
    deaf.broker.connection().mayPublish(false);
    deaf.broker.connection().unblocked();
    deaf.turn();
    assertThat(deaf.takeReceived()).isEmpty();
    assertThat(deaf.socket.config().isAutoRead()).isFalse();
    deaf.broker.connection().mayPublish(true);
    assertThat(deaf.socket.config().isAutoRead()).isTrue();
    deaf.close();
  }

  @Test
  @DisplayName(
      "[4.2.7] a silent client is dropped after two spans, unless it is not being listened to")
  void heartbeats() {
    ScriptedConnection silent = ScriptedConnection.open(true, 10);
    silent.broker.connection().blocked("low on memory");
    silent.loop.pass(100);
    silent.turn();
    assertThat(silent.socket.isOpen()).isTrue();
    assertThat(silent.takeReceived()).contains("heartbeat").hasSizeBetween(18, 22);

    silent.broker.connection().unblocked();
    silent.loop.pass(19);
    assertThat(silent.socket.isOpen()).isTrue();
    silent.loop.pass(6);
    assertThat(silent.socket.isOpen()).isFalse();
    silent.close();
  }

  @Test
  @DisplayName("outcomes of a turn are confirmed together, those ahead of an open one alone")
  void confirms() {
    connection.send(1, new ConfirmMethod.Select(true));
    for (int i = 0; i < 40; i++) {
      connection.publish(1, "q", new byte[0]);
    }
    connection.flush();
    decide(PublishOutcome.ROUTED, 1, 2, 3, 5);
    assertConfirmed(new BasicMethod.Ack(3, true), new BasicMethod.Ack(5, false));
    decide(PublishOutcome.FAILED, 7);
    assertConfirmed(new BasicMethod.Nack(7, false, false));
    decide(PublishOutcome.UNROUTABLE, 8, 6, 4);
    assertConfirmed(new BasicMethod.Ack(8, true));
    decide(PublishOutcome.OVERFLOWED, 9, 10);
    assertConfirmed(new BasicMethod.Nack(10, true, false));
    for (long number = 40; number > 10; number--) {
      decideOne(PublishOutcome.ROUTED, number);
    }
    assertConfirmed(new BasicMethod.Ack(40, true));
  }

  private void decide(PublishOutcome outcome, long... numbers) {
    for (long number : numbers) {
      decideOne(outcome, number);
    }
  }

  private void decideOne(PublishOutcome outcome, long number) {
    ScriptedBroker.Published published = broker.published.get((int) number - 1);
    published.listener().published(published.token(), outcome);
  }

  private void assertConfirmed(Object... confirms) {
    connection.turn();
    assertThat(connection.takeReceived()).isEqualTo(List.of(confirms));
  }

  private static QueueMethod declare(String queue, boolean noWait) {
    return new QueueMethod.Declare(queue, false, false, false, false, noWait, Headers.empty());
  }

  private static QueueMethod bind(String queue, boolean noWait) {
    return new QueueMethod.Bind(queue, "amq.direct", queue, noWait, Headers.empty());
  }
}
