package io.waypost.stomp;

import io.waypost.broker.BindingSpec;
import io.waypost.broker.ConsumerHandle;
import io.waypost.broker.ConsumerSpec;
import io.waypost.broker.ExchangeSpec;
import io.waypost.broker.QueueSpec;
import io.waypost.broker.QueueStatus;
import io.waypost.broker.Session;
import io.waypost.message.Headers;
import io.waypost.stomp.Destination.Kind;
import io.waypost.stomp.codec.Frame;
import io.waypost.stomp.codec.HeaderName;
import io.waypost.stomp.selector.Selector;
import io.waypost.stomp.selector.SelectorException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Carries out SUBSCRIBE and UNSUBSCRIBE, and knows the subscriptions by their tags. */
final class Subscriptions {
  private record Subscription(StompConsumer consumer, String queue, boolean own) {}

  private static final HeaderName CONSUMER_PRIORITY = new HeaderName("x-priority");
  private static final int MOST_PREFETCH = 65535;

  private final StompConnection connection;
  private final Acknowledgements acknowledgements;
  private final Map<String, Subscription> byTag = new HashMap<>(4);

  Subscriptions(StompConnection connection, Acknowledgements acknowledgements) {
    this.connection = connection;
    this.acknowledgements = acknowledgements;
  }

  void subscribe(Frame frame, byte @Nullable [] receipt) {
    String text = FrameHeaders.required(frame, HeaderName.DESTINATION);
    Destination destination = connection.destinations().toSubscribe(text);
    String tag = tag(frame);
    if (byTag.containsKey(tag)) {
      throw new StompException(
          "Duplicate subscription identifier",
          "there is a subscription '" + tag.substring(2) + "' already");
    }
    AckMode mode = AckMode.of(frame.get(HeaderName.ACK));
    String given = frame.get(HeaderName.PREFETCH_COUNT);
    int prefetch = given == null
        ? 0
        : (int)
            Math.min(MOST_PREFETCH, FrameHeaders.number(HeaderName.PREFETCH_COUNT.text(), given));
    Selector selector = selector(frame, destination);
    boolean asTopics = destination.kind() == Kind.MQTT;
    StompConsumer consumer =
        new StompConsumer(connection, tag.substring(2), tag, mode, prefetch, selector, asTopics);
    ConsumerSpec spec = new ConsumerSpec(
        tag,
        0,
        mode == AckMode.AUTO,
        // What a selector leaves out nobody else may miss.
        selector != null,
        priority(frame),
        consumer.prefetch(),
        Headers.empty());
    CompletionStage<String> queue = queue(destination, text, tag, frame);
    CompletionStage<ConsumerHandle> attached = queue.thenCompose(name -> {
      byTag.put(tag, new Subscription(consumer, name, !destination.isQueue()));
      return connection.session().consume(name, spec, consumer);
    });
    connection.await(attached, receipt, handle -> {
      acknowledgements.add(consumer);
      connection.done(receipt);
      consumer.attached(handle);
    });
  }

  /** The subscription's tag: from its id, or in 1.0, where it may have none, from its destination. */
  private String tag(Frame frame) {
    if (frame.has(HeaderName.ID) || connection.version().isLaterThan10()) {
      return "T_" + FrameHeaders.required(frame, HeaderName.ID);
    }
    return "Q_" + FrameHeaders.required(frame, HeaderName.DESTINATION);
  }

  private static int priority(Frame frame) {
    String value = frame.get(CONSUMER_PRIORITY);
    if (value == null) {
      return 0;
    }
    try {
      return Integer.parseInt(value);
    } catch (NumberFormatException e) {
      throw new StompException(
          "Invalid header", "x-priority must be a whole number, not '" + value + "'");
    }
  }

  private static @Nullable Selector selector(Frame frame, Destination destination) {
    String text = frame.get(HeaderName.SELECTOR);
    if (text == null || text.isBlank()) {
      return null;
    }
    if (destination.isQueue() || frame.has(QueueHeaders.QUEUE_NAME)) {
      throw new StompException(
          "not_implemented",
          "a selector works on /topic, /exchange and /mqtt destinations, whose subscribers have queues of their own");
    }
    try {
      return Selector.parse(text);
    } catch (SelectorException e) {
      throw new StompException("Invalid selector", e.detail());
    }
  }

  private CompletionStage<String> queue(
      Destination destination, String text, String tag, Frame frame) {
    boolean retained =
        FrameHeaders.flag(frame, HeaderName.RETAINED, destination.kind() == Kind.MQTT);
    if (retained && destination.isQueue()) {
      throw new StompException(
          "not_implemented",
          "retained messages are those of /topic, /exchange and /mqtt destinations");
    }
    return switch (destination.kind()) {
      case AMQ_QUEUE, REPLY_QUEUE, TEMP_QUEUE ->
        CompletableFuture.completedFuture(destination.name());
      case QUEUE -> named(destination.name(), frame);
      case TOPIC, EXCHANGE, MQTT -> own(destination, text, tag, frame, retained);
    };
  }

  /** A queue that is there stays as it is, unless the frame says how it should be. */
  private CompletionStage<String> named(String name, Frame frame) {
    Session session = connection.session();
    QueueSpec spec = QueueHeaders.named(name, frame, true);
    if (QueueHeaders.any(frame)) {
      return session.declareQueue(spec).thenApply(QueueStatus::name);
    }
    return Publisher.present(session, spec).thenApply(QueueStatus::name);
  }

  private CompletionStage<String> own(
      Destination destination, String text, String tag, Frame frame, boolean retained) {
    Session session = connection.session();
    QueueSpec spec = QueueHeaders.ofSubscription(text, tag, frame);
    Headers binding = binding(destination, frame, retained);
    // Asked first: a durable queue must not stay behind that is bound to nothing.
    ExchangeSpec exchange =
        new ExchangeSpec(destination.exchange(), "topic", true, false, false, Headers.empty());
    return session
        .declareExchange(exchange, true)
        .thenCompose(there -> session.declareQueue(spec))
        .thenCompose(declared -> session
            .bind(BindingSpec.toQueue(
                destination.exchange(), declared.name(), destination.name(), binding))
            .thenApply(bound -> declared.name()));
  }

  private static Headers binding(Destination destination, Frame frame, boolean retained) {
    Headers arguments =
        destination.kind() == Kind.MQTT ? Headers.empty() : QueueHeaders.binding(frame);
    if (destination.hidesReserved()) {
      arguments = arguments.with(BindingSpec.HIDE_RESERVED, true);
    }
    return retained ? arguments.with(BindingSpec.RETAINED, true) : arguments;
  }

  void unsubscribe(Frame frame, byte @Nullable [] receipt) {
    String tag = tag(frame);
    Subscription subscription = byTag.get(tag);
    if (subscription == null) {
      throw new StompException(
          "Subscription not found", "there is no subscription '" + tag.substring(2) + "'");
    }
    boolean delete = subscription.own && QueueHeaders.durable(frame, false);
    CompletionStage<Void> gone = subscription.consumer.cancel().thenRun(() -> {
      byTag.remove(tag);
      acknowledgements.remove(subscription.consumer);
    });
    CompletionStage<?> done = delete
        ? gone.thenCompose(
            nothing -> connection.session().deleteQueue(subscription.queue, false, false))
        : gone;
    connection.await(done, receipt, nothing -> connection.done(receipt));
  }
}
