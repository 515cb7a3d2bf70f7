package io.waypost.amqp;

import io.waypost.broker.Administration;
import io.waypost.broker.BindingSpec;
import io.waypost.broker.Broker;
import io.waypost.broker.ClientInfo;
import io.waypost.broker.Consumer;
import io.waypost.broker.ConsumerHandle;
import io.waypost.broker.ConsumerSpec;
import io.waypost.broker.Credentials;
import io.waypost.broker.Delivery;
import io.waypost.broker.ErrorCode;
import io.waypost.broker.ExchangeSpec;
import io.waypost.broker.Identity;
import io.waypost.broker.Inspector;
import io.waypost.broker.Notes;
import io.waypost.broker.PublishListener;
import io.waypost.broker.QueueSpec;
import io.waypost.broker.QueueStatus;
import io.waypost.broker.ScramKeys;
import io.waypost.broker.Session;
import io.waypost.broker.SessionListener;
import io.waypost.loop.Loop;
import io.waypost.message.Message;
import io.waypost.message.Origin;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A broker with one session that answers when the test says so. It notes what it is asked, in order: the kind of request
 * and the name of the thing.
 */
final class ScriptedBroker implements Broker, Session {
  /** A publish whose outcome the test decides. */
  record Published(Message message, long token, PublishListener listener) {}

  /** A queue about which the broker cannot say anything. */
  static final String FAULTY = "faulty";

  final List<String> requests = new ArrayList<>();
  final List<Published> published = new ArrayList<>();
  final List<Attached> consumers = new ArrayList<>();
  private final ArrayDeque<Runnable> answers = new ArrayDeque<>();
  private @Nullable SessionListener listener;

  /** Whether there is a request without an answer. */
  boolean isAsked() {
    return !answers.isEmpty();
  }

  /** Answers the oldest request that has no answer yet. */
  void answer() {
    answers.remove().run();
  }

  /** The connection as the broker sees it. */
  SessionListener connection() {
    if (listener == null) {
      throw new IllegalStateException("no session was opened");
    }
    return listener;
  }

  private <T extends @Nullable Object> CompletionStage<T> asked(String request) {
    requests.add(request);
    CompletableFuture<T> stage = new CompletableFuture<>();
    answers.add(() -> stage.complete(null));
    return stage;
  }

  private <T> CompletionStage<T> asked(String request, T answer) {
    requests.add(request);
    CompletableFuture<T> stage = new CompletableFuture<>();
    answers.add(() -> stage.complete(answer));
    return stage;
  }

  @Override
  public CompletionStage<Identity> authenticate(
      Credentials credentials, ClientInfo client, Loop loop) {
    return CompletableFuture.completedFuture(identity());
  }

  @Override
  public CompletionStage<Session> open(
      Identity identity,
      String virtualHost,
      ClientInfo client,
      Loop loop,
      SessionListener sessionListener) {
    listener = sessionListener;
    return CompletableFuture.completedFuture(this);
  }

  @Override
  public ScramKeys scramKeys(String user) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletionStage<Session> maintain(String virtualHost, Loop loop) {
    throw new UnsupportedOperationException();
  }

  @Override
  public <T> T shared(Class<T> type, Supplier<T> first) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Notes notes(String adapter) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Inspector inspector() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Administration administration(Identity identity) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Limits limits() {
    return new Limits(16 * 1024 * 1024, "/", 100);
  }

  @Override
  public Identity identity() {
    return new Identity("guest", Set.of());
  }

  @Override
  public String virtualHost() {
    return "/";
  }

  @Override
  public Origin origin() {
    return Origin.BROKER;
  }

  @Override
  public void renew(Identity identity) {
    requests.add("renew " + identity.user());
  }

  @Override
  public void publish(Message message, long token, PublishListener outcome) {
    requests.add("publish " + message.routingKey());
    published.add(new Published(message, token, outcome));
  }

  @Override
  public void checkPublish(Message message) {
    requests.add("may publish " + message.exchange() + " " + message.routingKey());
  }

  @Override
  public void checkUserId(String userId) {
    requests.add("user " + userId);
  }

  @Override
  public CompletionStage<Void> declareExchange(ExchangeSpec exchange, boolean passive) {
    return asked("exchange " + exchange.name());
  }

  @Override
  public CompletionStage<Void> deleteExchange(String exchange, boolean ifUnused) {
    return asked("delete exchange " + exchange);
  }

  @Override
  public CompletionStage<QueueStatus> declareQueue(QueueSpec queue) {
    return asked("queue " + queue.name(), new QueueStatus(queue.name(), 0, 0));
  }

  @Override
  public CompletionStage<QueueStatus> queueStatus(String queue) {
    if (queue.equals(FAULTY)) {
      return CompletableFuture.failedFuture(new IllegalStateException("a fault of the broker"));
    }
    return asked("status " + queue, new QueueStatus(queue, 0, 0));
  }

  @Override
  public CompletionStage<Integer> deleteQueue(String queue, boolean ifUnused, boolean ifEmpty) {
    return asked("delete queue " + queue, 0);
  }

  @Override
  public CompletionStage<Integer> purgeQueue(String queue) {
    return CompletableFuture.completedFuture(requests.size());
  }

  @Override
  public CompletionStage<Void> bind(BindingSpec binding) {
    return asked("bind " + binding.key());
  }

  @Override
  public void publishOnce(Message message, String stamp, long token, PublishListener told) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletionStage<Void> retain(Message message) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletionStage<RetainedMessages> retained(
      String exchange, String pattern, boolean hideReserved) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletionStage<Void> unbind(BindingSpec binding) {
    return asked("unbind " + binding.key());
  }

  @Override
  public CompletionStage<ConsumerHandle> consume(
      String queue, ConsumerSpec spec, Consumer consumer) {
    Attached attached = new Attached(spec, consumer);
    consumers.add(attached);
    return asked("consume " + queue, attached);
  }

  /** A consumer, to which the test delivers as far as there is credit. */
  final class Attached implements ConsumerHandle {
    @Override
    public CompletionStage<Void> settled() {
      return CompletableFuture.completedFuture(null);
    }

    final ConsumerSpec spec;
    private final Consumer consumer;
    private int credit;

    Attached(ConsumerSpec spec, Consumer consumer) {
      this.spec = spec;
      this.consumer = consumer;
    }

    /** Delivers if the consumer has credit. */
    void deliver(Delivery delivery) {
      if (credit > 0) {
        credit -= credit == UNLIMITED ? 0 : 1;
        consumer.deliver(delivery);
      }
    }

    /** The queue is gone. */
    void lose() {
      if (consumers.remove(this)) {
        consumer.cancelled(ErrorCode.QUEUE_DELETED);
      }
    }

    @Override
    public void addCredit(int deliveries) {
      credit = (int) Math.min(UNLIMITED, (long) credit + deliveries);
    }

    @Override
    public CompletionStage<Void> drain() {
      credit = 0;
      return asked("drain " + spec.tag());
    }

    @Override
    public CompletionStage<Void> cancel() {
      consumers.remove(this);
      return asked("cancel " + spec.tag());
    }
  }

  @Override
  public CompletionStage<@Nullable Got> get(String queue, boolean autoAccept) {
    return asked("get " + queue);
  }

  @Override
  public void writable(boolean writable) {
    requests.add("writable " + writable);
  }

  @Override
  public CompletionStage<Void> close() {
    requests.add("close");
    consumers.clear();
    return CompletableFuture.completedFuture(null);
  }
}
