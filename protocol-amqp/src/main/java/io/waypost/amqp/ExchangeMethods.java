package io.waypost.amqp;

import io.waypost.amqp.codec.ExchangeMethod;
import io.waypost.broker.BindingSpec;
import io.waypost.broker.ExchangeSpec;
import io.waypost.message.Headers;
import java.util.concurrent.CompletionStage;

/** Class exchange. */
final class ExchangeMethods {
  private ExchangeMethods() {}

  static void perform(AmqpChannel channel, ExchangeMethod method) {
    if (method instanceof ExchangeMethod.Declare declare) {
      declare(channel, declare);
    } else if (method instanceof ExchangeMethod.Delete delete) {
      CompletionStage<Void> done =
          channel.session().deleteExchange(Names.clean(delete.exchange()), delete.ifUnused());
      answer(channel, method, done, delete.noWait(), new ExchangeMethod.DeleteOk());
    } else if (method instanceof ExchangeMethod.Bind bind) {
      BindingSpec binding =
          binding(bind.source(), bind.destination(), bind.routingKey(), bind.arguments());
      CompletionStage<Void> done = channel.session().bind(binding);
      answer(channel, method, done, bind.noWait(), new ExchangeMethod.BindOk());
    } else if (method instanceof ExchangeMethod.Unbind unbind) {
      BindingSpec binding =
          binding(unbind.source(), unbind.destination(), unbind.routingKey(), unbind.arguments());
      CompletionStage<Void> done = channel.session().unbind(binding);
      answer(channel, method, done, unbind.noWait(), new ExchangeMethod.UnbindOk());
    } else {
      throw ChannelMethods.unexpected(method);
    }
  }

  private static void declare(AmqpChannel channel, ExchangeMethod.Declare declare) {
    ExchangeSpec spec = new ExchangeSpec(
        Names.clean(declare.exchange()),
        declare.type(),
        declare.durable(),
        declare.autoDelete(),
        declare.internal(),
        declare.arguments());
    CompletionStage<Void> done = channel.session().declareExchange(spec, declare.passive());
    answer(channel, declare, done, declare.noWait(), new ExchangeMethod.DeclareOk());
  }

  private static BindingSpec binding(
      String source, String destination, String key, Headers arguments) {
    return BindingSpec.toExchange(Names.clean(source), Names.clean(destination), key, arguments);
  }

  private static void answer(
      AmqpChannel channel,
      ExchangeMethod method,
      CompletionStage<Void> done,
      boolean noWait,
      ExchangeMethod reply) {
    channel.order().await(done, method, nothing -> {
      if (!noWait) {
        channel.send(reply);
      }
    });
  }
}
