package io.waypost.amqp;

import io.waypost.amqp.codec.BasicMethod;
import io.waypost.amqp.codec.FrameEncoder;
import io.waypost.amqp.codec.ReplyCode;
import io.waypost.broker.Delivery;
import io.waypost.broker.Session;
import io.waypost.broker.Settlement;
import io.waypost.message.Message;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Class basic, apart from publishing, which has its own path, and from consuming. */
final class BasicMethods {
  private BasicMethods() {}

  static void perform(AmqpChannel channel, BasicMethod method) {
    if (method instanceof BasicMethod.Ack ack) {
      channel.acknowledge(ack.deliveryTag(), ack.multiple(), Settlement.ACCEPT);
    } else if (method instanceof BasicMethod.Nack nack) {
      channel.acknowledge(nack.deliveryTag(), nack.multiple(), settlement(nack.requeue()));
    } else if (method instanceof BasicMethod.Reject reject) {
      channel.acknowledge(reject.deliveryTag(), false, settlement(reject.requeue()));
    } else if (method instanceof BasicMethod.Get get) {
      get(channel, get);
    } else if (method instanceof BasicMethod.Qos qos) {
      qos(channel, qos);
    } else if (method instanceof BasicMethod.Consume consume) {
      ConsumeMethods.consume(channel, consume);
    } else if (method instanceof BasicMethod.Cancel cancel) {
      ConsumeMethods.cancel(channel, cancel);
    } else if (method instanceof BasicMethod.Recover recover) {
      recover(channel, recover.requeue());
      channel.send(new BasicMethod.RecoverOk());
    } else if (method instanceof BasicMethod.RecoverAsync recover) {
      recover(channel, recover.requeue());
    } else if (!(method instanceof BasicMethod.CancelOk)) {
      throw ChannelMethods.unexpected(method);
    }
  }

  private static Settlement settlement(boolean requeue) {
    return requeue ? Settlement.REQUEUE : Settlement.DEAD_LETTER;
  }

  private static void qos(AmqpChannel channel, BasicMethod.Qos qos) {
    if (qos.prefetchSize() != 0) {
      throw new AmqpException(
          ReplyCode.NOT_IMPLEMENTED, "prefetch_size!=0 (" + qos.prefetchSize() + ")");
    }
    if (qos.global()) {
      channel.prefetch().limit(qos.prefetchCount());
    } else {
      channel.prefetch().perConsumer(qos.prefetchCount());
    }
    channel.send(new BasicMethod.QosOk());
  }

  private static void recover(AmqpChannel channel, boolean requeue) {
    if (!requeue) {
      throw new AmqpException(ReplyCode.NOT_IMPLEMENTED, "requeue=false");
    }
    channel
        .unacked()
        .takeAll(
            (tag, delivery, consumer) -> channel.settle(delivery, consumer, Settlement.REQUEUE));
  }

  private static void get(AmqpChannel channel, BasicMethod.Get get) {
    CompletionStage<Session.@Nullable Got> got =
        channel.session().get(Names.queue(channel, get.queue()), get.noAck());
    channel.order().await(got, get, message -> {
      if (message == null) {
        channel.send(new BasicMethod.GetEmpty());
      } else {
        got(channel, get, message);
      }
    });
  }

  private static void got(AmqpChannel channel, BasicMethod.Get get, Session.Got got) {
    Delivery delivery = got.delivery();
    Message message = delivery.message();
    long tag = channel.nextDeliveryTag();
    FrameEncoder out = channel.output();
    out.method(
        channel.number(),
        new BasicMethod.GetOk(
            tag,
            delivery.redelivered(),
            message.exchange(),
            AmqpTranslator.routingKey(message),
            got.remaining()));
    out.content(channel.number(), channel.header(message), message.body());
    if (!get.noAck()) {
      channel.unacked().add(tag, delivery, null);
    }
  }
}
