package io.waypost.engine;

import io.waypost.broker.BindingSpec;
import io.waypost.broker.BindingSpec.DestinationKind;
import io.waypost.broker.BrokerException;
import io.waypost.broker.ClientInfo;
import io.waypost.broker.Consumer;
import io.waypost.broker.ConsumerHandle;
import io.waypost.broker.ConsumerSpec;
import io.waypost.broker.ErrorCode;
import io.waypost.broker.ExchangeSpec;
import io.waypost.broker.Identity;
import io.waypost.broker.PublishListener;
import io.waypost.broker.PublishOutcome;
import io.waypost.broker.QueueSpec;
import io.waypost.broker.QueueStatus;
import io.waypost.broker.Session;
import io.waypost.broker.SessionListener;
import io.waypost.loop.Loop;
import io.waypost.loop.Tally;
import io.waypost.message.Message;
import io.waypost.message.Origin;
import io.waypost.queue.Queue;
import io.waypost.queue.QueueEntry;
import io.waypost.queue.Subscriber;
import io.waypost.routes.Sender;
import io.waypost.routing.SmallSet;
import io.waypost.security.Access;
import io.waypost.security.Permission;
import io.waypost.security.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A client's session: checks its rights, routes what it publishes, and remembers what it must give back at the end.
 * Belongs to the connection's loop.
 */
final class LocalSession implements Session {
  private final LocalBroker broker;
  private final VirtualHost virtualHost;
  private final ClientInfo client;
  private final Loop loop;
  private final SessionListener listener;
  private final Subscriber subscriber;
  private final Origin origin;
  private final PublishWindow window;
  private final @Nullable SessionRules rules;
  private final long connectedAt;
  private final Tally counted = new Tally();

  // Most sessions use a queue or two, many none.
  private Set<Queue> used = Set.of();
  private Set<Queue> exclusive = Set.of();

  private Identity identity;
  private Access access;
  private volatile boolean blocked;
  private boolean publishes;
  private boolean closed;

  // The route of the message before: publishers tend to repeat themselves.
  private String lastExchange = "";
  private String lastKey = "";
  private @Nullable Route lastRoute;

  LocalSession(
      LocalBroker broker,
      VirtualHost virtualHost,
      long number,
      Identity identity,
      Access access,
      ClientInfo client,
      Loop loop,
      SessionListener listener) {
    this.broker = broker;
    this.virtualHost = virtualHost;
    this.identity = identity;
    this.access = access;
    this.client = client;
    this.loop = loop;
    this.listener = listener;
    this.subscriber = new Subscriber(number, loop, client.name(), identity.user());
    this.origin = new Origin(number, client.protocol(), identity.user(), client.clientId());
    this.window = new PublishWindow(loop, listener);
    this.rules = client.equals(LocalBroker.OWN_CLIENT)
        ? null
        : new SessionRules(
            virtualHost, new Sender(client.protocol(), client.clientId(), identity.user()));
    this.connectedAt = loop.clock().millis();
  }

  long number() {
    return subscriber.session();
  }

  ClientInfo client() {
    return client;
  }

  Loop loop() {
    return loop;
  }

  SessionListener listener() {
    return listener;
  }

  long connectedAt() {
    return connectedAt;
  }

  long published() {
    return counted.get();
  }

  long delivered() {
    return subscriber.delivered();
  }

  boolean isBlocked() {
    return blocked;
  }

  @Override
  public Identity identity() {
    return identity;
  }

  @Override
  public String virtualHost() {
    return virtualHost.name();
  }

  @Override
  public Origin origin() {
    return origin;
  }

  @Override
  public void renew(Identity renewed) {
    if (!renewed.user().equals(identity.user())) {
      throw new BrokerException(
          ErrorCode.ACCESS_REFUSED,
          "a session of user '" + identity.user() + "' cannot go on as user '" + renewed.user()
              + "'");
    }
    identity = renewed;
    access = broker.access(renewed, virtualHost.name(), client);
  }

  // --- publishing
  // --------------------------------------------------------------------------------------------------

  @Override
  public void checkUserId(String userId) {
    if (!userId.equals(identity.user()) && !identity.has("impersonator")) {
      throw new BrokerException(
          ErrorCode.PRECONDITION_FAILED,
          "user_id property set to '"
              + userId
              + "' but authenticated user was '"
              + identity.user()
              + "'");
    }
  }

  @Override
  public void publish(Message message, long token, PublishListener told) {
    publish(message, null, token, told);
  }

  @Override
  public void publishOnce(Message message, String stamp, long token, PublishListener told) {
    publish(message, stamp, token, told);
  }

  private void publish(
      Message published, @Nullable String stamp, long token, PublishListener listener) {
    assert loop.inLoop();
    Message message = ReplyAddress.resolve(published, virtualHost);
    if (!publishes) {
      publishes = true;
      alarmChanged();
    }
    Route route = route(message);
    counted.add(1);
    PublishListener told = message.retain() ? alsoRetained(message, listener) : listener;
    List<Sending> ruled = rules == null ? null : rules.apply(message, route);
    int targets = ruled == null ? route.targets() : Sending.targets(ruled);
    if (targets == 0) {
      told.published(token, PublishOutcome.UNROUTABLE);
      return;
    }
    PendingPublish pending =
        told == PublishListener.NONE ? null : new PendingPublish(loop, targets, token, told);
    if (ruled == null) {
      send(message, route, stamp, pending);
    } else {
      ruled.forEach(one -> send(one.message(), one.route(), stamp, pending));
    }
  }

  private void send(
      Message message, Route route, @Nullable String stamp, @Nullable PendingPublish pending) {
    List<Queue> queues = route.queues();
    int copies = queues.size();
    for (int i = 0; i < copies; i++) {
      Queue queue = queues.get(i);
      QueueEntry entry = route.entry(i, message, false, pending);
      if (entry == null) {
        if (pending != null) {
          pending.run();
        }
        continue;
      }
      if (stamp != null) {
        entry.stamp(stamp);
      }
      if (queue.loop() == loop) {
        entry.run();
      } else {
        queue.loop().execute(entry);
        window.sent(message, queue.loop());
      }
    }
    for (Exchange exchange : route.delays()) {
      virtualHost.delay(exchange, message, pending);
      if (virtualHost.loop() != loop) {
        window.sent(message, virtualHost.loop());
      }
    }
  }

  private Route route(Message message) {
    Router router = virtualHost.router();
    Route last = lastRoute;
    if (last != null
        && last.version() == router.version()
        && last.cacheable()
        && message.routingKey().equals(lastKey)
        && message.exchange().equals(lastExchange)
        && message.copyKeys().isEmpty()
        && message.blindKeys().isEmpty()
        && access.isCurrent()) {
      return last;
    }
    check(message);
    Route route = router.route(message);
    lastExchange = message.exchange();
    lastKey = message.routingKey();
    lastRoute = route;
    return route;
  }

  @Override
  public void checkPublish(Message message) {
    check(ReplyAddress.resolve(message, virtualHost));
  }

  private void check(Message message) {
    access.check(Permission.WRITE, Resource.EXCHANGE, message.exchange());
    Exchange exchange = virtualHost.router().published(message.exchange());
    if (exchange.isTopic()) {
      access.checkTopic(Permission.WRITE, exchange.name(), message.routingKey());
      for (String key : message.copyKeys()) {
        access.checkTopic(Permission.WRITE, exchange.name(), key);
      }
      for (String key : message.blindKeys()) {
        access.checkTopic(Permission.WRITE, exchange.name(), key);
      }
    }
  }

  // --- retained messages
  // -------------------------------------------------------------------------------------------

  /** Keeps what is published. At the default exchange nobody could ask for it: a queue keeps its messages itself. */
  private PublishListener alsoRetained(Message message, PublishListener told) {
    if (message.exchange().isEmpty()) {
      return told;
    }
    CompletionStage<Void> kept = answer(() -> retain(message));
    return told == PublishListener.NONE
        ? told
        : (token, outcome) -> kept.whenComplete((nothing, failure) ->
            told.published(token, failure == null ? outcome : PublishOutcome.FAILED));
  }

  private CompletableFuture<Void> retain(Message message) {
    if (rules == null) {
      return keep(message);
    }
    return CompletableFuture.allOf(
        rules.messages(message).stream().map(this::keep).toArray(CompletableFuture<?>[]::new));
  }

  private CompletableFuture<Void> keep(Message message) {
    boolean durable = virtualHost.exchange(message.exchange()).spec().durable();
    return onVirtualHost(() -> virtualHost.retained().put(message, durable));
  }

  @Override
  public CompletionStage<RetainedMessages> retained(
      String exchange, String pattern, boolean hideReserved) {
    return answer(() -> {
      access.check(Permission.READ, Resource.EXCHANGE, exchange);
      Exchange source = virtualHost.exchange(exchange);
      if (source.isTopic()) {
        access.checkTopic(Permission.READ, exchange, pattern);
      }
      return onVirtualHost(() -> virtualHost.retained().find(exchange, pattern, hideReserved))
          .thenApply(found -> most -> answer(() -> onVirtualHost(() -> found.next(most))));
    });
  }

  // --- exchanges and bindings
  // --------------------------------------------------------------------------------------

  @Override
  public CompletionStage<Void> declareExchange(ExchangeSpec exchange, boolean passive) {
    return answer(() -> {
      if (passive) {
        access.checkAny(Resource.EXCHANGE, exchange.name());
        virtualHost.exchange(exchange.name());
        return CompletableFuture.completedFuture(null);
      }
      checkNotDefault(exchange.name());
      access.check(Permission.CONFIGURE, Resource.EXCHANGE, exchange.name());
      String alternate = exchange.arguments().text(Exchange.ALTERNATE);
      if (alternate != null && virtualHost.findExchange(exchange.name()) == null) {
        access.check(Permission.READ, Resource.EXCHANGE, exchange.name());
        access.check(Permission.WRITE, Resource.EXCHANGE, alternate);
      }
      return onVirtualHost(() -> virtualHost.declareExchange(exchange));
    });
  }

  @Override
  public CompletionStage<Void> deleteExchange(String exchange, boolean ifUnused) {
    return answer(() -> {
      checkNotDefault(exchange);
      access.check(Permission.CONFIGURE, Resource.EXCHANGE, exchange);
      return onVirtualHost(() -> virtualHost.deleteExchange(exchange, ifUnused));
    });
  }

  @Override
  public CompletionStage<Void> bind(BindingSpec asked) {
    return answer(() -> {
      boolean wantsRetained = RetainedForQueue.isAskedBy(asked);
      BindingSpec binding = RetainedForQueue.withoutAsking(asked);
      checkBinding(binding);
      CompletableFuture<Void> bound = onVirtualHost(() -> virtualHost.bind(binding));
      return wantsRetained
          ? bound.thenCompose(nothing -> RetainedForQueue.put(virtualHost, binding, broker.loops()))
          : bound;
    });
  }

  @Override
  public CompletionStage<Void> unbind(BindingSpec asked) {
    return answer(() -> {
      BindingSpec binding = RetainedForQueue.withoutAsking(asked);
      checkBinding(binding);
      return onVirtualHost(() -> virtualHost.unbind(binding));
    });
  }

  private void checkBinding(BindingSpec binding) {
    checkNotDefault(binding.source());
    boolean toQueue = binding.kind() == DestinationKind.QUEUE;
    if (!toQueue) {
      checkNotDefault(binding.destination());
    }
    access.check(
        Permission.WRITE, toQueue ? Resource.QUEUE : Resource.EXCHANGE, binding.destination());
    access.check(Permission.READ, Resource.EXCHANGE, binding.source());
    Exchange source = virtualHost.findExchange(binding.source());
    if (source != null && source.isTopic()) {
      access.checkTopic(Permission.READ, source.name(), binding.key());
    }
    Queue queue = toQueue ? virtualHost.findQueue(binding.destination()) : null;
    if (queue != null) {
      checkBindable(queue);
    }
  }

  private void checkBindable(Queue queue) {
    if (queue.spec().kind() == QueueSpec.Kind.REPLY) {
      throw new BrokerException(
          ErrorCode.ACCESS_REFUSED,
          "cannot bind or unbind to a volatile queue '" + queue.name() + "'");
    }
    Equivalence.checkOwner(queue, subscriber);
  }

  private static void checkNotDefault(String exchange) {
    if (exchange.isEmpty()) {
      throw new BrokerException(
          ErrorCode.ACCESS_REFUSED, "operation not permitted on the default exchange");
    }
  }

  // --- queues
  // ------------------------------------------------------------------------------------------------------

  @Override
  public CompletionStage<QueueStatus> declareQueue(QueueSpec asked) {
    return answer(() -> {
      QueueSpec spec = asked.name().isEmpty() ? GeneratedNames.named(asked) : asked;
      Queue present = virtualHost.findQueue(spec.name());
      if (spec.kind() != QueueSpec.Kind.REPLY) {
        access.check(Permission.CONFIGURE, Resource.QUEUE, spec.name());
        if (present == null && !asked.name().isEmpty() && spec.name().startsWith("amq.")) {
          throw new BrokerException(
              ErrorCode.ACCESS_REFUSED,
              "queue name '" + spec.name() + "' contains reserved prefix 'amq.*'");
        }
      }
      String dlx = spec.arguments().text("x-dead-letter-exchange");
      if (present == null && dlx != null) {
        access.check(Permission.READ, Resource.QUEUE, spec.name());
        access.check(Permission.WRITE, Resource.EXCHANGE, dlx);
      }
      return declare(spec);
    });
  }

  private CompletableFuture<QueueStatus> declare(QueueSpec spec) {
    return onVirtualHost(() -> virtualHost.declareQueue(spec, subscriber))
        .thenComposeAsync(
            queue -> {
              if (queue.ownerSession() == subscriber) {
                own(queue);
              }
              return on(queue.loop(), queue::status);
            },
            loop)
        .handle((status, failure) -> {
          // Deleted between our finding it and our asking it: declare it anew.
          boolean gone =
              failure != null && Failures.code(failure) == ErrorCode.NOT_FOUND && !closed;
          if (gone) {
            return CompletableFuture.supplyAsync(() -> declare(spec), loop)
                .thenCompose(again -> again);
          }
          return failure == null
              ? CompletableFuture.completedFuture(status)
              : CompletableFuture.<QueueStatus>failedFuture(failure);
        })
        .thenCompose(result -> result);
  }

  private void own(Queue queue) {
    if (closed) {
      delete(queue, false, false);
    } else {
      exclusive = remember(queue, exclusive);
    }
  }

  private static Set<Queue> remember(Queue queue, Set<Queue> queues) {
    boolean known = queues.contains(queue);
    Set<Queue> all = SmallSet.with(queues, queue);
    if (!known && all.size() > 1) {
      all.removeIf(Queue::isDeleted);
    }
    return all;
  }

  @Override
  public CompletionStage<QueueStatus> queueStatus(String name) {
    return answer(() -> {
      Queue replies = virtualHost.findQueue(name);
      if (replies != null && replies.spec().kind() == QueueSpec.Kind.REPLY) {
        return on(replies.loop(), replies::status);
      }
      access.checkAny(Resource.QUEUE, name);
      Queue queue = virtualHost.queue(name);
      Equivalence.checkOwner(queue, subscriber);
      return on(queue.loop(), queue::status);
    });
  }

  @Override
  public CompletionStage<Integer> deleteQueue(String name, boolean ifUnused, boolean ifEmpty) {
    return answer(() -> {
      access.check(Permission.CONFIGURE, Resource.QUEUE, name);
      Queue queue = virtualHost.findQueue(name);
      if (queue == null) {
        return CompletableFuture.completedFuture(0);
      }
      Equivalence.checkOwner(queue, subscriber);
      return delete(queue, ifUnused, ifEmpty);
    });
  }

  private CompletableFuture<Integer> delete(Queue queue, boolean ifUnused, boolean ifEmpty) {
    return on(queue.loop(), () -> queue.delete(ifUnused, ifEmpty))
        .thenComposeAsync(
            count -> virtualHost.remove(queue).thenApply(nothing -> count), virtualHost.loop());
  }

  @Override
  public CompletionStage<Integer> purgeQueue(String name) {
    return answer(() -> {
      Queue queue = readable(name);
      return on(queue.loop(), queue::purge);
    });
  }

  private Queue readable(String name) {
    Queue found = virtualHost.findQueue(name);
    // Replies belong to their requester whatever names it may read.
    if (found == null || found.spec().kind() != QueueSpec.Kind.REPLY) {
      access.check(Permission.READ, Resource.QUEUE, name);
    }
    Queue queue = virtualHost.queue(name);
    Equivalence.checkOwner(queue, subscriber);
    return queue;
  }

  // --- consuming
  // ---------------------------------------------------------------------------------------------------

  @Override
  public CompletionStage<ConsumerHandle> consume(
      String name, ConsumerSpec spec, Consumer consumer) {
    return answer(() -> {
      checkOpen();
      Queue queue = readable(name);
      int most = broker.limits().maxConsumersPerSession();
      if (subscriber.consumers() >= most) {
        throw new BrokerException(
            ErrorCode.LIMIT_REACHED, "number of consumers has reached the maximum of " + most);
      }
      used = remember(queue, used);
      return on(queue.loop(), () -> queue.attach(spec, consumer, subscriber));
    });
  }

  @Override
  public CompletionStage<@Nullable Got> get(String name, boolean autoAccept) {
    return answer(() -> {
      checkOpen();
      Queue queue = readable(name);
      used = remember(queue, used);
      return CompletableFuture.<CompletionStage<@Nullable Got>>supplyAsync(
              () -> queue.get(subscriber, autoAccept), queue.loop())
          .thenCompose(got -> got);
    });
  }

  /** Whoever holds a queue after the end would never let go of it. */
  private void checkOpen() {
    if (closed) {
      throw new BrokerException(ErrorCode.SHUTTING_DOWN, "the session is closed");
    }
  }

  @Override
  public void writable(boolean writable) {
    subscriber.writable(writable);
  }

  // --- alarms and the end
  // ------------------------------------------------------------------------------------------

  /** Tells a publishing client of a shortage or its end. */
  void alarmChanged() {
    String alarm = broker.alarm();
    if (closed || !publishes || (alarm != null) == blocked) {
      return;
    }
    blocked = alarm != null;
    if (alarm != null) {
      listener.blocked(alarm);
    } else {
      listener.unblocked();
    }
  }

  /** The broker ends the session. On its loop. */
  void end(BrokerException why) {
    if (!closed) {
      listener.closed(why);
    }
  }

  @Override
  public CompletionStage<Void> close() {
    assert loop.inLoop();
    if (closed) {
      return CompletableFuture.completedFuture(null);
    }
    closed = true;
    broker.closed(this);
    subscriber.end();
    List<CompletableFuture<?>> gone = new ArrayList<>(used.size() + exclusive.size());
    for (Queue queue : used) {
      // Behind any attach or get that is still on its way there.
      gone.add(CompletableFuture.runAsync(() -> queue.release(subscriber), queue.loop()));
    }
    for (Queue queue : exclusive) {
      if (!queue.isDeleted()) {
        gone.add(delete(queue, false, false));
      }
    }
    used = Set.of();
    exclusive = Set.of();
    lastRoute = null;
    return gone.isEmpty()
        ? CompletableFuture.completedFuture(null)
        // One that somebody else deletes at the same time is as gone.
        : CompletableFuture.allOf(gone.toArray(new CompletableFuture<?>[0]))
            .handleAsync((nothing, failure) -> null, loop);
  }

  // --- stages
  // ------------------------------------------------------------------------------------------------------

  private <T extends @Nullable Object> CompletableFuture<T> onVirtualHost(
      Supplier<CompletableFuture<T>> work) {
    return CompletableFuture.supplyAsync(work, virtualHost.loop()).thenCompose(result -> result);
  }

  private static <T extends @Nullable Object> CompletableFuture<T> on(
      Loop target, Supplier<T> work) {
    return CompletableFuture.supplyAsync(work, target);
  }

  /** Runs a request and brings its result to the session's loop, any failure as a {@link BrokerException}. */
  private <T extends @Nullable Object> CompletionStage<T> answer(
      Supplier<CompletableFuture<T>> request) {
    assert loop.inLoop();
    CompletableFuture<T> result = new CompletableFuture<>();
    CompletableFuture<T> work;
    try {
      work = request.get();
    } catch (BrokerException e) {
      result.completeExceptionally(e);
      return result;
    }
    work.whenCompleteAsync(
        (value, failure) -> {
          if (failure != null) {
            result.completeExceptionally(Failures.told(failure));
          } else {
            result.complete(value);
          }
        },
        loop);
    return result;
  }
}
