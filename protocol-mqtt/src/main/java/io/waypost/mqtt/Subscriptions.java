package io.waypost.mqtt;

import io.netty.handler.codec.mqtt.MqttMessageIdAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttSubscribeMessage;
import io.netty.handler.codec.mqtt.MqttSubscriptionOption;
import io.netty.handler.codec.mqtt.MqttSubscriptionOption.RetainedHandlingPolicy;
import io.netty.handler.codec.mqtt.MqttTopicSubscription;
import io.netty.handler.codec.mqtt.MqttUnsubscribeMessage;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.waypost.broker.BindingSpec;
import io.waypost.broker.BrokerException;
import io.waypost.broker.ConsumerSpec;
import io.waypost.broker.ErrorCode;
import io.waypost.broker.QueueSpec;
import io.waypost.broker.QueueStatus;
import io.waypost.broker.Session;
import io.waypost.message.Header;
import io.waypost.message.Headers;
import io.waypost.topic.TopicNames;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A client's subscriptions (sections 3.8 and 3.10): bindings of the session's queue, which is made for the first of them,
 * and for shared ones a hold on the share's queue.
 */
final class Subscriptions {
  private static final int FAILURE = 0x80;

  private final ServedClient client;
  private final MqttSession session;
  private final Session broker;
  private final MqttSettings settings;
  private final String exchange;
  private final MqttSessions sessions;
  private final OutboundPublishes publishes;
  private final ArrayDeque<RetainedReplay> replays = new ArrayDeque<>(1);
  private Map<String, MqttConsumer> shares = Map.of();
  private @Nullable MqttConsumer own;
  private @Nullable CompletionStage<?> attaching;

  /**
   * Those of a session.
   *
   * @param exchange where the client's topics live
   */
  Subscriptions(
      ServedClient client,
      MqttSession session,
      Session broker,
      MqttSettings settings,
      String exchange,
      MqttSessions sessions,
      OutboundPublishes publishes) {
    this.client = client;
    this.session = session;
    this.broker = broker;
    this.settings = settings;
    this.exchange = exchange;
    this.sessions = sessions;
    this.publishes = publishes;
  }

  /** What became of one filter. */
  private record Granted(
      int code,
      @Nullable Subscription subscription,
      boolean replay,
      @Nullable String detail) {}

  // --- SUBSCRIBE

  /**
   * SUBSCRIBE. The packets behind it wait until it is answered.
   *
   * @throws MqttRefusal if the connection must end
   */
  void subscribe(MqttSubscribeMessage packet) {
    MqttMessageIdAndPropertiesVariableHeader header = packet.idAndPropertiesVariableHeader();
    Long identifier =
        MqttTranslator.integer(header.properties(), MqttProperties.SUBSCRIPTION_IDENTIFIER);
    List<CompletionStage<Granted>> results = new ArrayList<>();
    for (MqttTopicSubscription asked : packet.payload().topicSubscriptions()) {
      results.add(subscribe(asked, identifier == null ? 0 : identifier.intValue()));
    }
    // What is kept knows of every binding that there may be, so before the bindings are stored; of
    // those that were refused it forgets.
    CompletionStage<Void> kept = client.saveNow();
    CompletionStage<List<Granted>> done = all(results).thenCompose(granted -> {
      boolean refused = granted.stream().anyMatch(one -> one.subscription == null);
      return (refused && client.isServing() ? client.saveNow() : kept)
          .thenApply(nothing -> granted);
    });
    client.await(onLoop(done), granted -> answer(packet.variableHeader().messageId(), granted));
  }

  private <T> CompletionStage<T> onLoop(CompletionStage<T> stage) {
    return stage.whenCompleteAsync((value, failure) -> {}, client.loop());
  }

  private CompletionStage<Granted> subscribe(MqttTopicSubscription asked, int identifier) {
    MqttSubscriptionOption option = asked.option();
    Subscription subscription;
    try {
      subscription = Subscription.of(
          asked.topicFilter(),
          option.qos().value(),
          option.isNoLocal(),
          option.isRetainAsPublished(),
          identifier);
    } catch (MqttRefusal e) {
      if (e.reason() == Reason.PROTOCOL_ERROR) {
        throw e;
      }
      return CompletableFuture.completedFuture(refused(e));
    }
    Subscription before = session.subscriptions().get(subscription.filter());
    boolean replay = !subscription.isShared()
        && (option.retainHandling() == RetainedHandlingPolicy.SEND_AT_SUBSCRIBE
            || (option.retainHandling()
                    == RetainedHandlingPolicy.SEND_AT_SUBSCRIBE_IF_NOT_YET_EXISTS
                && before == null));
    // At once, so that a second filter of the packet that is the same replaces this one.
    session.put(subscription);
    if (!subscription.isShared() || needsOwnQueue(subscription)) {
      // What is kept of the session is kept before its queue is.
      session.queued(true);
    }
    CompletionStage<?> done =
        subscription.isShared() ? share(subscription, null) : bind(subscription, before, null);
    return done.handle((nothing, failure) -> {
      boolean serving = client.isServing();
      if (before == null && (failure == null || !serving)) {
        // The end of the connection has taken it off the count, with all that the session has.
        client.room().counters().subscriptions.add(1);
      }
      if (failure == null) {
        publishes.matcher().changed();
        return new Granted(subscription.qos(), subscription, replay, null);
      }
      // Another connection may have the session by now.
      if (serving && before == null) {
        session.remove(subscription.filter());
      } else if (serving && before != null) {
        session.put(before);
      }
      return refused(MqttErrors.of(failure));
    });
  }

  private static Granted refused(MqttRefusal why) {
    return new Granted(why.reason().value() & 0xFF, null, false, why.detail());
  }

  private void answer(int packetId, List<Granted> granted) {
    List<Integer> codes = new ArrayList<>(granted.size());
    String detail = null;
    for (Granted one : granted) {
      boolean plain = client.version() == MqttVersion.MQTT_5 || one.code < FAILURE;
      codes.add(plain ? one.code : FAILURE);
      detail = detail == null ? one.detail : detail;
    }
    if (!client.answers().subscribed(packetId, codes, detail)) {
      client.fail(Answers.noRoom());
      return;
    }
    for (Granted one : granted) {
      if (one.replay && one.subscription != null) {
        replay(one.subscription);
      }
    }
  }

  /**
   * Binds the session's queue.
   *
   * @param before the subscription that this one replaces, or null
   * @param present the queue, where it is there, or about to be; null to have it
   */
  private CompletionStage<?> bind(
      Subscription subscription,
      @Nullable Subscription before,
      @Nullable CompletionStage<?> present) {
    String queue = session.key().queue();
    BindingSpec binding = subscription.binding(exchange, queue);
    return (present == null ? ownQueue() : present)
        .thenCompose(nothing -> source(subscription))
        .thenCompose(nothing -> broker.bind(binding))
        .thenCompose(nothing -> {
          BindingSpec old = before == null ? binding : before.binding(exchange, queue);
          // Behind the new one, so that nothing is lost in between ([MQTT-3.8.4-4]).
          return old.equals(binding)
              ? CompletableFuture.<Void>completedFuture(null)
              : broker.unbind(old);
        });
  }

  private CompletionStage<?> share(
      Subscription subscription, @Nullable CompletionStage<?> present) {
    String queue = subscription.sharedQueue(exchange);
    boolean again = shares.containsKey(subscription.filter());
    return sessions
        .join(session.key(), queue, client.loop())
        .thenCompose(nothing -> declare(queue, false, Headers.empty()))
        .thenCompose(nothing -> source(subscription))
        .thenCompose(nothing -> broker.bind(subscription.binding(exchange, queue)))
        .thenCompose(nothing -> needsOwnQueue(subscription) && present == null
            ? ownQueue()
            : CompletableFuture.completedFuture(null))
        .thenCompose(
            nothing -> again ? cancelShare(subscription) : CompletableFuture.completedFuture(null))
        .thenCompose(nothing -> attach(queue, subscription));
  }

  /** Whether messages of the share go to the session's queue when nobody else may get them any more. */
  private boolean needsOwnQueue(Subscription share) {
    return share.qos() == 2 && session.persistent();
  }

  /** Has the exchange that is there only for those who ask. */
  private CompletionStage<Void> source(Subscription subscription) {
    return subscription.isSystem()
        ? client.systemExchange()
        : CompletableFuture.completedFuture(null);
  }

  // --- queues

  /** Has the session's own queue, and its messages come. */
  private CompletionStage<?> ownQueue() {
    CompletionStage<?> known = attaching;
    return known != null ? known : attachOwn(declareOwn());
  }

  private CompletionStage<?> attachOwn(CompletionStage<?> declared) {
    CompletionStage<?> attached =
        declared.thenCompose(nothing -> attach(session.key().queue(), null));
    attaching = attached;
    attached.whenComplete((nothing, failure) -> {
      if (failure != null) {
        attaching = null;
      }
    });
    return attached;
  }

  private CompletionStage<?> declareOwn() {
    return declare(
        session.key().queue(),
        !session.persistent(),
        Headers.of(List.of(new Header(BindingSpec.CLIENT_ID, session.key().clientId()))));
  }

  private CompletionStage<QueueStatus> declare(String queue, boolean exclusive, Headers arguments) {
    Headers all = arguments;
    if (settings.queueLimit() > 0) {
      all = all.with("x-max-length", settings.queueLimit())
          .with("x-overflow", settings.dropOldest() ? "drop-head" : "reject-publish");
    }
    QueueSpec spec =
        new QueueSpec(queue, !exclusive, exclusive, false, all, QueueSpec.Kind.SESSION);
    return forgetIfGone(queue).thenCompose(nothing -> declare(spec));
  }

  private CompletionStage<QueueStatus> declare(QueueSpec spec) {
    CompletionStage<QueueStatus> declared = broker.declareQueue(spec);
    // One that is there from other days may have other limits.
    return declared
        .handle((status, failure) -> {
          if (failure != null && code(failure) == ErrorCode.PRECONDITION_FAILED) {
            return broker.queueStatus(spec.name());
          }
          return declared;
        })
        .thenCompose(Function.identity());
  }

  private static @Nullable ErrorCode code(Throwable failure) {
    Throwable cause = failure.getCause() != null ? failure.getCause() : failure;
    return cause instanceof BrokerException refusal ? refusal.code() : null;
  }

  /** What is known of a queue's messages is not true of another queue that takes its name. */
  private CompletionStage<Void> forgetIfGone(String queue) {
    if (!publishes.remembers(queue)) {
      return CompletableFuture.completedFuture(null);
    }
    return broker.queueStatus(queue).handle((status, failure) -> {
      if (failure != null && code(failure) == ErrorCode.NOT_FOUND) {
        publishes.forget(queue);
      }
      return null;
    });
  }

  private CompletionStage<?> attach(String queue, @Nullable Subscription share) {
    MqttConsumer consumer = new MqttConsumer(client, publishes, queue, share);
    String tag = share == null ? session.key().clientId() : share.filter();
    ConsumerSpec spec =
        new ConsumerSpec(tag, 0, false, false, 0, publishes.window(), Headers.empty());
    return broker.consume(queue, spec, consumer).thenAccept(handle -> {
      if (share == null) {
        own = consumer;
      } else {
        if (shares.isEmpty()) {
          shares = new HashMap<>(2);
        }
        shares.put(share.filter(), consumer);
      }
      consumer.attached(handle, publishes.window());
    });
  }

  private CompletionStage<Void> cancelShare(Subscription subscription) {
    MqttConsumer consumer = shares.remove(subscription.filter());
    return consumer == null ? CompletableFuture.completedFuture(null) : consumer.cancel();
  }

  // --- a session that goes on

  /**
   * Has the messages of a session come that was there before; subscriptions that the client has no right to any more are
   * dropped. Where the client's topics live on another exchange than before, its subscriptions move there.
   */
  CompletionStage<?> resume() {
    String before = session.exchange();
    boolean moves = !before.equals(exchange);
    // Its messages come when it is known which of them the client still may have.
    CompletionStage<?> queue =
        session.queued() ? declareOwn() : CompletableFuture.completedFuture(null);
    List<CompletionStage<?>> steps = new ArrayList<>(List.of(queue));
    for (Subscription one : List.copyOf(session.subscriptions().values())) {
      CompletionStage<?> step = one.isShared() ? share(one, queue) : bind(one, null, queue);
      if (moves && !one.isSystem()) {
        step = step.thenCompose(nothing -> withdraw(one, before));
      }
      steps.add(step.handle((nothing, failure) -> {
            if (failure != null && client.isServing() && isUnauthorized(failure)) {
              return drop(one, before);
            }
            client.room().counters().subscriptions.add(1);
            return failure == null
                ? CompletableFuture.<Void>completedFuture(null)
                : CompletableFuture.<Void>failedFuture(failure);
          })
          .thenCompose(result -> result));
    }
    return CompletableFuture.allOf(steps.stream()
            .map(CompletionStage::toCompletableFuture)
            .toArray(CompletableFuture<?>[]::new))
        .thenRun(() -> {
          publishes.matcher().changed();
          if (client.isServing()) {
            session.exchange(exchange);
          }
        })
        .thenCompose(nothing ->
            session.queued() ? attachOwn(queue) : CompletableFuture.completedFuture(null));
  }

  private static boolean isUnauthorized(Throwable failure) {
    return code(failure) == ErrorCode.ACCESS_REFUSED;
  }

  private CompletionStage<Void> drop(Subscription subscription, String from) {
    session.remove(subscription.filter());
    publishes.matcher().revoked(subscription);
    if (subscription.isShared()) {
      sessions.leave(session.key(), subscription.sharedQueue(exchange));
    }
    return withdraw(subscription, from);
  }

  /** Takes back what a subscription has at an exchange, whatever rights the client has there. */
  private CompletionStage<Void> withdraw(Subscription subscription, String from) {
    if (subscription.isShared()) {
      sessions.leave(session.key(), subscription.sharedQueue(from));
      return CompletableFuture.completedFuture(null);
    }
    return client
        .room()
        .maintain(session.key().virtualHost())
        .thenCompose(all -> all.unbind(subscription.binding(from, session.key().queue())))
        .exceptionallyCompose(failure -> code(failure) == ErrorCode.NOT_FOUND
            ? CompletableFuture.completedFuture(null) // with the exchange the binding is gone
            : CompletableFuture.failedFuture(failure));
  }

  // --- UNSUBSCRIBE

  /** UNSUBSCRIBE. The packets behind it wait until it is answered. */
  void unsubscribe(MqttUnsubscribeMessage packet) {
    List<CompletionStage<Granted>> results = new ArrayList<>();
    for (String filter : packet.payload().topics()) {
      results.add(unsubscribe(filter));
    }
    CompletionStage<List<Granted>> done = all(results)
        .thenCompose(granted -> client.isServing()
            ? client.saveNow().thenApply(nothing -> granted)
            : CompletableFuture.completedFuture(granted));
    client.await(onLoop(done), granted -> {
      List<Short> codes = new ArrayList<>(granted.size());
      String detail = null;
      for (Granted one : granted) {
        codes.add((short) one.code);
        detail = detail == null ? one.detail : detail;
      }
      publishes.matcher().changed();
      if (!client.answers().unsubscribed(packet.variableHeader().messageId(), codes, detail)) {
        client.fail(Answers.noRoom());
      }
    });
  }

  private CompletionStage<Granted> unsubscribe(String filter) {
    Subscription present = session.subscriptions().get(filter);
    if (present == null) {
      return CompletableFuture.completedFuture(
          new Granted(Reason.NO_SUBSCRIPTION_EXISTED.value(), null, false, null));
    }
    session.remove(filter);
    client.room().counters().subscriptions.add(-1);
    CompletionStage<Void> gone;
    if (present.isShared()) {
      gone = cancelShare(present);
      sessions.leave(session.key(), present.sharedQueue(exchange));
    } else {
      gone = broker.unbind(present.binding(exchange, session.key().queue()));
    }
    return gone.handle((nothing, failure) -> failure == null
        ? new Granted(Reason.SUCCESS.value(), null, false, null)
        : refused(MqttErrors.of(failure)));
  }

  // --- retained messages

  private void replay(Subscription subscription) {
    broker
        .retained(subscription.source(exchange), TopicNames.pattern(subscription.topics()), true)
        .whenComplete((found, failure) -> {
          MqttConsumer consumer = own;
          if (failure == null && consumer != null) {
            replays.add(new RetainedReplay(client, publishes, subscription, consumer, found));
            if (replays.size() == 1) {
              replays.element().run();
            }
          }
        });
  }

  /** The replay under way is over. */
  void replayed() {
    replays.remove();
    if (!replays.isEmpty()) {
      client.loop().execute(replays.element());
    }
  }

  private static CompletionStage<List<Granted>> all(List<CompletionStage<Granted>> results) {
    return CompletableFuture.allOf(results.stream()
            .map(CompletionStage::toCompletableFuture)
            .toArray(CompletableFuture<?>[]::new))
        .thenApply(nothing ->
            results.stream().map(result -> result.toCompletableFuture().join()).toList());
  }
}
