package io.waypost.amqp;

import io.waypost.amqp.codec.BasicMethod;
import io.waypost.amqp.codec.ChannelMethod;
import io.waypost.amqp.codec.ContentHeader;
import io.waypost.amqp.codec.FrameEncoder;
import io.waypost.amqp.codec.Frames;
import io.waypost.amqp.codec.Method;
import io.waypost.amqp.codec.ProtocolError;
import io.waypost.amqp.codec.ReplyCode;
import io.waypost.broker.ChannelInfo;
import io.waypost.broker.Delivery;
import io.waypost.broker.Session;
import io.waypost.broker.Settlement;
import io.waypost.loop.Loop;
import io.waypost.message.Message;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The state of one channel. What the methods do with it is in the class of each method class; what keeps them in order
 * is {@link MethodOrder}. Belongs to the connection's loop.
 */
final class AmqpChannel {
  private final AmqpConnection connection;
  private final int number;
  private final MethodOrder order = new MethodOrder(this);
  private final ContentAssembler content = new ContentAssembler(this);
  private final Publisher publisher = new Publisher(this);
  private final Unacked unacked = new Unacked();
  private final ChannelPrefetch prefetch = new ChannelPrefetch(this);

  /** Replaced, never changed: operators look at it from other threads. */
  private volatile Map<String, AmqpConsumer> consumers = Map.of();

  private @Nullable String replyQueue;
  private String lastQueue = "";
  private long deliveryTag;
  private boolean closed;

  AmqpChannel(AmqpConnection connection, int number) {
    this.connection = connection;
    this.number = number;
  }

  AmqpConnection connection() {
    return connection;
  }

  int number() {
    return number;
  }

  Loop loop() {
    return connection.loop();
  }

  Session session() {
    return connection.session();
  }

  FrameEncoder output() {
    return connection.output().frames();
  }

  /** The content header with which a message goes to the client. */
  ContentHeader header(Message message) {
    int room = connection.settings().originHeaders()
        ? connection.tuning().frameMax() - Frames.OVERHEAD - Frames.HEADER_FIELDS
        : 0;
    return AmqpTranslator.header(message, room);
  }

  void send(Method method) {
    output().method(number, method);
  }

  /** Whether methods are carried out; not once it is closed from either side, nor without its connection. */
  boolean isOpen() {
    return !closed && connection.isServing();
  }

  /** Whether it was closed from either side. */
  boolean isClosed() {
    return closed;
  }

  MethodOrder order() {
    return order;
  }

  ContentAssembler content() {
    return content;
  }

  Publisher publisher() {
    return publisher;
  }

  Unacked unacked() {
    return unacked;
  }

  ChannelPrefetch prefetch() {
    return prefetch;
  }

  long nextDeliveryTag() {
    return ++deliveryTag;
  }

  /** The queue declared last, which an empty name means. */
  String lastQueue() {
    if (lastQueue.isEmpty()) {
      throw new AmqpException(ReplyCode.NOT_FOUND, "no previously declared queue");
    }
    return lastQueue;
  }

  void lastQueue(String declared) {
    lastQueue = declared;
  }

  /** The real name of this channel's queue of replies. */
  String replyAddress() {
    if (replyQueue == null) {
      throw new AmqpException(ReplyCode.PRECONDITION_FAILED, "fast reply consumer does not exist");
    }
    return replyQueue;
  }

  boolean hasReplyQueue() {
    return replyQueue != null;
  }

  void replyQueue(String queue) {
    replyQueue = queue;
  }

  // --- what comes in

  /** Carries a method out when its turn has come. */
  void perform(Method method) {
    if (order.isBusy()) {
      order.later(0, () -> performNow(method));
    } else {
      performNow(method);
    }
  }

  /** The method {@code basic.ack}, when its turn has come. */
  void ack(long tag, boolean multiple) {
    if (order.isBusy()) {
      perform(new BasicMethod.Ack(tag, multiple));
    } else {
      try {
        acknowledge(tag, multiple, Settlement.ACCEPT);
      } catch (RuntimeException e) {
        fail(e, new BasicMethod.Ack(tag, multiple));
      }
    }
  }

  /** A whole message to publish, when its turn has come. */
  void published(
      String exchange, String routingKey, boolean mandatory, ContentHeader header, byte[] body) {
    if (order.isBusy()) {
      int bytes = body.length + header.size();
      order.later(bytes, () -> publish(exchange, routingKey, mandatory, header, body));
    } else {
      publish(exchange, routingKey, mandatory, header, body);
    }
  }

  private void performNow(Method method) {
    if (isOpen()) {
      guard(method, () -> ChannelMethods.perform(this, method));
    }
  }

  private void publish(
      String exchange, String routingKey, boolean mandatory, ContentHeader header, byte[] body) {
    if (!isOpen()) {
      return;
    }
    try {
      publisher.publish(exchange, routingKey, mandatory, header, body);
    } catch (RuntimeException e) {
      fail(e, new BasicMethod.Publish(exchange, routingKey, mandatory, false));
    }
  }

  /** Runs a part of a method; what it throws closes the channel or the connection. */
  void guard(Method method, Runnable work) {
    try {
      work.run();
    } catch (RuntimeException e) {
      fail(e, method);
    }
  }

  // --- deliveries

  /**
   * Settles deliveries as the client asks: at once, or with the transaction.
   *
   * @throws AmqpException if there is no such delivery
   */
  void acknowledge(long tag, boolean multiple, Settlement how) {
    Transaction transaction = publisher.transaction();
    Unacked.Taker taker = transaction == null
        ? (taken, delivery, consumer) -> settle(delivery, consumer, how)
        : (taken, delivery, consumer) ->
            transaction.add(new Unacked.Taken(taken, delivery, consumer), how);
    if (!unacked.take(tag, multiple, taker)) {
      throw new AmqpException(
          ReplyCode.PRECONDITION_FAILED, "unknown delivery tag " + Long.toUnsignedString(tag));
    }
  }

  /** Gives a delivery back to its queue, and its credit to its consumer. */
  void settle(Delivery delivery, @Nullable AmqpConsumer consumer, Settlement how) {
    delivery.settle(how);
    if (consumer != null) {
      consumer.settled();
    }
  }

  // --- consumers

  Collection<AmqpConsumer> consumers() {
    return consumers.values();
  }

  @Nullable
  AmqpConsumer consumer(String tag) {
    return consumers.get(tag);
  }

  void add(AmqpConsumer consumer) {
    Map<String, AmqpConsumer> copy = new HashMap<>(consumers);
    copy.put(consumer.tag(), consumer);
    consumers = copy;
  }

  void remove(AmqpConsumer consumer) {
    Map<String, AmqpConsumer> copy = new HashMap<>(consumers);
    copy.remove(consumer.tag());
    consumers = copy;
    if (consumer.isForReplies()) {
      replyQueue = null;
    }
  }

  // --- the end

  /** A method failed, which is an error of the client unless the log says otherwise. */
  void fail(Throwable why, Method method) {
    connection.log().about(number, consumerTag(method), () -> fail(AmqpErrors.of(why, method)));
  }

  private static String consumerTag(Method method) {
    if (method instanceof BasicMethod.Consume consume) {
      return consume.consumerTag();
    }
    return method instanceof BasicMethod.Cancel cancel ? cancel.consumerTag() : "";
  }

  /** An error of the client: ends the channel or, if that is not enough, the connection. */
  void fail(ProtocolError error) {
    if (!error.code().soft()) {
      connection.fail(error);
    } else if (isOpen()) {
      connection.log().failed(number, error);
      send(new ChannelMethod.Close(
          error.code().value(), error.text(), error.classId(), error.methodId()));
      release();
    }
  }

  /**
   * Detaches the consumers and returns what is unsettled; from here on the channel is closed.
   *
   * @return completes when the last consumer is detached
   */
  CompletionStage<Void> release() {
    closed = true;
    connection.log().channelClosed(number);
    order.clear();
    List<CompletableFuture<Void>> detached = consumers().stream()
        .map(consumer -> consumer.cancel().toCompletableFuture())
        .toList();
    consumers = Map.of();
    Transaction transaction = publisher.transaction();
    if (transaction != null) {
      transaction.rollback();
    }
    unacked.takeAll((tag, delivery, consumer) -> delivery.settle(Settlement.REQUEUE));
    return CompletableFuture.allOf(detached.toArray(new CompletableFuture<?>[0]));
  }

  /** The channel as operators see it. Any thread. */
  ChannelInfo info() {
    Confirms confirms = publisher.confirms();
    return new ChannelInfo(
        number,
        consumers.size(),
        unacked.count(),
        confirms == null ? 0 : confirms.open(),
        prefetch.perConsumer(),
        prefetch.limit(),
        confirms != null,
        publisher.transaction() != null);
  }
}
