package io.waypost.engine;

import static io.waypost.engine.BrokerFixture.durable;
import static io.waypost.engine.BrokerFixture.exclusive;
import static io.waypost.engine.BrokerFixture.spec;
import static io.waypost.engine.BrokerFixture.until;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waypost.broker.BindingSpec;
import io.waypost.broker.BrokerException;
import io.waypost.broker.ConsumerHandle;
import io.waypost.broker.ErrorCode;
import io.waypost.broker.ExchangeSpec;
import io.waypost.broker.PublishListener;
import io.waypost.broker.PublishOutcome;
import io.waypost.broker.QueueSpec;
import io.waypost.broker.QueueStatus;
import io.waypost.broker.Session;
import io.waypost.broker.Settlement;
import io.waypost.engine.BrokerFixture.Client;
import io.waypost.engine.BrokerFixture.Receiver;
import io.waypost.message.Headers;
import io.waypost.message.Properties;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sessions on loops with threads: what they own, and how they end while something is under way. */
class LocalSessionTest {
  private final BrokerFixture fixture = new BrokerFixture();
  private final Client owner = fixture.open(0);

  @AfterEach
  void close() {
    fixture.close();
  }

  private static void refused(ErrorCode code, Runnable request) {
    assertThatThrownBy(request::run)
        .isInstanceOfSatisfying(BrokerException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void messagesGoThroughInOrderAndAreConfirmed(int loop) {
    owner.declare(durable("q"));
    Client client = fixture.open(loop);
    Receiver receiver = client.consume("q", ConsumerHandle.UNLIMITED);

    List<String> sent = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      sent.add("m" + i);
    }
    client.run(() -> sent.forEach(body -> client.send(
        "",
        "q",
        body.getBytes(StandardCharsets.UTF_8),
        Properties.EMPTY,
        (token, outcome) -> client.outcomes.add(outcome))));
    until(() -> assertThat(receiver.deliveries).hasSize(sent.size()));
    client.run(() -> receiver.deliveries.forEach(one -> one.settle(Settlement.ACCEPT)));

    assertThat(receiver.deliveries)
        .extracting(one -> new String(one.message().body(), StandardCharsets.UTF_8))
        .isEqualTo(sent);
    until(() -> assertThat(client.outcomes).hasSize(sent.size()));
    assertThat(client.outcomes).containsOnly(PublishOutcome.ROUTED);
    until(() -> assertThat(fixture.queue("q").unacknowledged()).isZero());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void anExclusiveQueueIsLockedForOthersAndGoesWithItsSession(int loop) {
    Client other = fixture.open(loop);
    owner.declare(exclusive("q"));

    refused(ErrorCode.RESOURCE_LOCKED, () -> other.declare(exclusive("q")));
    refused(ErrorCode.RESOURCE_LOCKED, () -> other.ask(session -> session.queueStatus("q")));
    refused(ErrorCode.RESOURCE_LOCKED, () -> other.consume("q", 1));
    refused(ErrorCode.RESOURCE_LOCKED, () -> other.ask(session -> session.get("q", true)));
    refused(ErrorCode.RESOURCE_LOCKED, () -> other.ask(session -> session.purgeQueue("q")));
    refused(
        ErrorCode.RESOURCE_LOCKED,
        () -> other.ask(session -> session.deleteQueue("q", false, false)));
    refused(
        ErrorCode.RESOURCE_LOCKED,
        () -> other.ask(
            session -> session.bind(BindingSpec.toQueue("amq.topic", "q", "k", Headers.empty()))));

    owner.close();
    until(() -> assertThat(fixture.hasQueue("q")).isFalse());
    assertThat(other.declare(exclusive("q")).messages()).isZero();
  }

  @Test
  void anExclusiveQueueThatCouldNotBeDeletedStillGoesWithItsSession() {
    owner.declare(exclusive("q"));
    owner.publish("q", "m");
    refused(
        ErrorCode.PRECONDITION_FAILED,
        () -> owner.ask(session -> session.deleteQueue("q", false, true)));

    owner.close();

    until(() -> assertThat(fixture.hasQueue("q")).isFalse());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void aDeclarationThatTheEndOvertakesLeavesNoExclusiveQueue(int loop) {
    Client client = fixture.open(loop);
    List<CompletableFuture<QueueStatus>> answers = new ArrayList<>();

    client.run(() -> {
      for (int i = 0; i < 20; i++) {
        answers.add(client.session().declareQueue(exclusive("q" + i)).toCompletableFuture());
      }
      client.session().close();
    });

    until(() -> assertThat(answers).allMatch(CompletableFuture::isDone));
    until(() -> assertThat(fixture.broker.inspector().queues(null)).isEmpty());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void aConsumerAndAGetThatTheEndOvertakesGiveEverythingBack(int loop) {
    owner.declare(durable("q"));
    owner.publish("q", "a");
    owner.publish("q", "b");
    Client client = fixture.open(loop);
    Receiver receiver = new Receiver(client);
    CompletableFuture<Session.@Nullable Got> got = new CompletableFuture<>();

    client.run(() -> {
      client.session().get("q", false).whenComplete((value, failure) -> got.complete(value));
      client
          .session()
          .consume("q", spec(false), receiver)
          .thenAccept(handle -> handle.addCredit(10));
      client.session().close();
    });

    until(() -> assertThat(got).isCompleted());
    until(() -> {
      assertThat(fixture.queue("q").ready()).isEqualTo(2);
      assertThat(fixture.queue("q").unacknowledged()).isZero();
      assertThat(fixture.queue("q").consumers()).isZero();
    });
    assertThat(receiver.deliveries).isEmpty();
  }

  @Test
  void aSessionThatHasEndedConsumesNothing() {
    owner.declare(durable("q"));
    Client client = fixture.open(0);
    client.close();

    CompletableFuture<ConsumerHandle> late =
        client.start(session -> session.consume("q", spec(false), new Receiver(client)));

    until(() -> assertThat(late).isCompletedExceptionally());
    assertThat(fixture.queue("q").consumers()).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void whatIsSettledInTheLastTurnStaysSettled(int loop) {
    owner.declare(durable("q"));
    Client client = fixture.open(loop);
    Receiver receiver = client.consume("q", 10);
    for (int i = 0; i < 4; i++) {
      owner.publish("q", "m" + i);
    }
    until(() -> assertThat(receiver.deliveries).hasSize(4));

    client.run(() -> {
      receiver.deliveries.get(0).settle(Settlement.ACCEPT);
      receiver.deliveries.get(1).settle(Settlement.ACCEPT);
      client.session().close();
    });

    until(() -> assertThat(fixture.queue("q").unacknowledged()).isZero());
    assertThat(fixture.queue("q").ready()).isEqualTo(2);
    assertThat(fixture.queue("q").acknowledged()).isEqualTo(2);
  }

  /** Tasks of both requests stand side by side on the queue's loop: the consumer is attached and gone at once. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void aConsumerHearsOfTheQueuesEndAfterItGotItsHandle(int loop) throws InterruptedException {
    owner.declare(durable("q"));
    Client client = fixture.open(loop);
    Receiver receiver = new Receiver(client);
    List<String> order = new ArrayList<>();
    CountDownLatch bothAsked = new CountDownLatch(1);
    fixture.loops.get(0).execute(() -> awaitQuietly(bothAsked));
    CompletableFuture<Void> attached = new CompletableFuture<>();
    CompletableFuture<Void> asked = CompletableFuture.runAsync(
        () -> client.session().consume("q", spec(false), receiver).thenAccept(handle -> {
          order.add("handle, cancelled " + receiver.cancellations.size());
          attached.complete(null);
        }),
        client.loop);
    if (client.loop != owner.loop) {
      BrokerFixture.join(asked);
    }
    CompletableFuture<Integer> deleted = CompletableFuture.supplyAsync(
            () -> owner.session().deleteQueue("q", false, false), owner.loop)
        .thenCompose(answer -> answer);
    bothAsked.countDown();

    BrokerFixture.join(deleted);
    BrokerFixture.join(attached);
    until(() -> assertThat(receiver.cancellations).containsExactly(ErrorCode.QUEUE_DELETED));
    assertThat(order).containsExactly("handle, cancelled 0");
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void aFastPublisherIsHeldWhileTheQueuesLoopIsBusy() {
    owner.declare(durable("q"));
    Client publisher = fixture.open(1);
    CountDownLatch busy = new CountDownLatch(1);
    owner.loop.execute(() -> awaitQuietly(busy));
    byte[] body = new byte[64 * 1024];
    int most = 1000;

    int sent = publisher.get(() -> {
      int count = 0;
      while (count < most && publisher.events.isEmpty()) {
        publisher.send("", "q", body, Properties.EMPTY, PublishListener.NONE);
        count++;
      }
      return count;
    });

    assertThat(publisher.events).containsExactly("wait");
    assertThat((long) sent * body.length).isLessThan(4 * 1024 * 1024);
    busy.countDown();
    until(() -> assertThat(publisher.events).containsExactly("wait", "go on"));
    until(() -> assertThat(fixture.queue("q").ready()).isEqualTo(sent));
  }

  @Test
  void aFastPublisherOfDelayedMessagesIsHeldToo() {
    owner.ask(session -> session.declareExchange(
        new ExchangeSpec(
            "d",
            "x-delayed-message",
            false,
            false,
            false,
            Headers.of(Map.of("x-delayed-type", "fanout"))),
        false));
    int home = Math.floorMod(BrokerFixture.HOST.hashCode(), 2);
    Client publisher = fixture.open(1 - home);
    CountDownLatch busy = new CountDownLatch(1);
    fixture.loops.get(home).execute(() -> awaitQuietly(busy));
    byte[] body = new byte[64 * 1024];
    Properties delay = Properties.EMPTY.withHeaders(Headers.of(Map.of("x-delay", 3_600_000)));

    publisher.run(() -> {
      for (int i = 0; i < 100 && publisher.events.isEmpty(); i++) {
        publisher.send("d", "", body, delay, PublishListener.NONE);
      }
    });

    assertThat(publisher.events).containsExactly("wait");
    busy.countDown();
    until(() -> assertThat(publisher.events).containsExactly("wait", "go on"));
  }

  @Test
  void aQueueDeclaredAgainWhileItGoesIsMadeAnew() {
    Client other = fixture.open(1);
    for (int i = 0; i < 200; i++) {
      owner.declare(durable("q"));
      CompletableFuture<Integer> deleted = owner.start(s -> s.deleteQueue("q", false, false));
      CompletableFuture<QueueStatus> declared = other.start(s -> s.declareQueue(durable("q")));
      BrokerFixture.join(deleted);
      assertThat(BrokerFixture.join(declared).name()).isEqualTo("q");
    }
    assertThat(fixture.broker.inspector().queues(null)).hasSizeLessThanOrEqualTo(1);
  }

  @Test
  void anAutoDeleteQueueGoesWithItsConsumersSession() {
    owner.declare(new QueueSpec("q", true, false, true, Headers.empty()));
    Client client = fixture.open(1);
    client.consume("q", 1);

    client.close();

    until(() -> assertThat(fixture.hasQueue("q")).isFalse());
  }
}
