package io.waypost.amqp;

import io.waypost.amqp.codec.AccessMethod;
import io.waypost.amqp.codec.BasicMethod;
import io.waypost.amqp.codec.ChannelMethod;
import io.waypost.amqp.codec.ConfirmMethod;
import io.waypost.amqp.codec.ExchangeMethod;
import io.waypost.amqp.codec.Method;
import io.waypost.amqp.codec.QueueMethod;
import io.waypost.amqp.codec.ReplyCode;
import io.waypost.amqp.codec.TxMethod;

/** Class channel, and the way of each method to the class that carries it out. */
final class ChannelMethods {
  private ChannelMethods() {}

  static void perform(AmqpChannel channel, Method method) {
    if (method instanceof BasicMethod basic) {
      BasicMethods.perform(channel, basic);
    } else if (method instanceof QueueMethod queue) {
      QueueMethods.perform(channel, queue);
    } else if (method instanceof ExchangeMethod exchange) {
      ExchangeMethods.perform(channel, exchange);
    } else if (method instanceof TxMethod tx) {
      TxMethods.perform(channel, tx);
    } else if (method instanceof ConfirmMethod.Select select) {
      ConfirmMethods.select(channel, select);
    } else if (method instanceof ChannelMethod own) {
      perform(channel, own);
    } else if (method instanceof AccessMethod.Request) {
      channel.send(new AccessMethod.RequestOk(1));
    } else {
      throw unexpected(method);
    }
  }

  private static void perform(AmqpChannel channel, ChannelMethod method) {
    if (method instanceof ChannelMethod.Close) {
      close(channel);
    } else if (method instanceof ChannelMethod.Open) {
      throw new AmqpException(ReplyCode.CHANNEL_ERROR, "second 'channel.open' seen");
    } else if (method instanceof ChannelMethod.Flow flow) {
      if (!flow.active()) {
        throw new AmqpException(ReplyCode.NOT_IMPLEMENTED, "active=false");
      }
      channel.send(new ChannelMethod.FlowOk(true));
    } else if (!(method instanceof ChannelMethod.FlowOk)) {
      throw unexpected(method);
    }
  }

  private static void close(AmqpChannel channel) {
    channel.release().whenComplete((nothing, failure) -> {
      channel.send(new ChannelMethod.CloseOk());
      channel.connection().remove(channel);
    });
  }

  /** A method that only a server sends, or that answers nothing that was asked. */
  static AmqpException unexpected(Method method) {
    return new AmqpException(
        ReplyCode.COMMAND_INVALID, "unexpected method '" + method.name() + "'");
  }
}
