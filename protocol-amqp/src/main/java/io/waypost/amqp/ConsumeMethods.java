package io.waypost.amqp;

import io.waypost.amqp.codec.BasicMethod;
import io.waypost.amqp.codec.ReplyCode;
import io.waypost.broker.ConsumerHandle;
import io.waypost.broker.ConsumerSpec;
import io.waypost.broker.QueueSpec;
import io.waypost.broker.Session;
import io.waypost.message.Headers;
import io.waypost.message.Unsigned;
import java.util.concurrent.CompletionStage;

/** The methods {@code basic.consume} and {@code basic.cancel}, direct reply-to included. */
final class ConsumeMethods {
  private static final String PRIORITY = "x-priority";

  private ConsumeMethods() {}

  static void consume(AmqpChannel channel, BasicMethod.Consume consume) {
    String tag = consume.consumerTag().isEmpty()
        ? "amq.ctag-" + DirectReplyTo.token()
        : consume.consumerTag();
    if (channel.consumer(tag) != null) {
      throw new AmqpException(ReplyCode.NOT_ALLOWED, "attempt to reuse consumer tag '" + tag + "'");
    }
    ConsumerSpec spec = new ConsumerSpec(
        tag,
        channel.number(),
        consume.noAck(),
        consume.exclusive(),
        priority(consume.arguments()),
        channel.prefetch().perConsumer(),
        consume.arguments());
    AmqpConsumer consumer = new AmqpConsumer(channel, tag, consume.noAck());
    String queue = Names.queue(channel, consume.queue());
    CompletionStage<ConsumerHandle> attached = queue.equals(DirectReplyTo.ADDRESS)
        ? consumeReplies(channel, spec, consumer)
        : channel.session().consume(queue, spec, consumer);
    channel
        .order()
        .await(attached, consume, handle -> attached(channel, consume, queue, consumer, handle));
  }

  private static void attached(
      AmqpChannel channel,
      BasicMethod.Consume consume,
      String queue,
      AmqpConsumer consumer,
      ConsumerHandle handle) {
    channel.add(consumer);
    if (!consume.noWait()) {
      channel.send(new BasicMethod.ConsumeOk(consumer.tag()));
    }
    channel.connection().log().consumerStarted(channel.number(), consumer.tag(), queue);
    consumer.attached(handle);
  }

  private static CompletionStage<ConsumerHandle> consumeReplies(
      AmqpChannel channel, ConsumerSpec spec, AmqpConsumer consumer) {
    if (!spec.autoAccept()) {
      throw new AmqpException(ReplyCode.PRECONDITION_FAILED, "reply consumer cannot acknowledge");
    }
    if (channel.hasReplyQueue()) {
      throw new AmqpException(ReplyCode.PRECONDITION_FAILED, "reply consumer already set");
    }
    String queue = DirectReplyTo.newQueueName();
    channel.replyQueue(queue);
    consumer.forReplies();
    Session session = channel.session();
    // It goes with its consumer, so with the channel at the latest.
    QueueSpec replies =
        new QueueSpec(queue, false, true, true, Headers.empty(), QueueSpec.Kind.REPLY);
    return session
        .declareQueue(replies)
        .thenCompose(declared -> session.consume(queue, spec, consumer));
  }

  static void cancel(AmqpChannel channel, BasicMethod.Cancel cancel) {
    AmqpConsumer consumer = channel.consumer(cancel.consumerTag());
    if (consumer == null) {
      cancelled(channel, cancel);
      return;
    }
    channel.order().await(consumer.cancel(), cancel, nothing -> {
      channel.remove(consumer);
      channel.connection().log().consumerCancelled(channel.number(), consumer.tag(), "its client");
      cancelled(channel, cancel);
    });
  }

  private static void cancelled(AmqpChannel channel, BasicMethod.Cancel cancel) {
    if (!cancel.noWait()) {
      channel.send(new BasicMethod.CancelOk(cancel.consumerTag()));
    }
  }

  private static int priority(Headers arguments) {
    if (!arguments.contains(PRIORITY)) {
      return 0;
    }
    Object priority = arguments.get(PRIORITY);
    long value;
    if (priority instanceof Unsigned unsigned) {
      value = unsigned.value();
    } else if (priority instanceof Integer
        || priority instanceof Long
        || priority instanceof Short
        || priority instanceof Byte) {
      value = ((Number) priority).longValue();
    } else {
      throw new AmqpException(
          ReplyCode.PRECONDITION_FAILED,
          "invalid arg '" + PRIORITY + "' in consume: expected integer");
    }
    return (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, value));
  }
}
