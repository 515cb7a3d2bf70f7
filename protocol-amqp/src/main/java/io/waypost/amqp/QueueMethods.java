package io.waypost.amqp;

import io.waypost.amqp.codec.QueueMethod;
import io.waypost.broker.BindingSpec;
import io.waypost.broker.QueueSpec;
import io.waypost.broker.QueueStatus;
import io.waypost.broker.Session;
import io.waypost.message.Headers;
import java.util.concurrent.CompletionStage;

/** Class queue. */
final class QueueMethods {
  private QueueMethods() {}

  static void perform(AmqpChannel channel, QueueMethod method) {
    if (method instanceof QueueMethod.Declare declare) {
      declare(channel, declare);
    } else if (method instanceof QueueMethod.Bind bind) {
      bind(channel, bind);
    } else if (method instanceof QueueMethod.Unbind unbind) {
      unbind(channel, unbind);
    } else if (method instanceof QueueMethod.Purge purge) {
      purge(channel, purge);
    } else if (method instanceof QueueMethod.Delete delete) {
      delete(channel, delete);
    } else {
      throw ChannelMethods.unexpected(method);
    }
  }

  private static void declare(AmqpChannel channel, QueueMethod.Declare declare) {
    String name = Names.clean(declare.queue());
    if (name.equals(DirectReplyTo.ADDRESS)) {
      // It is always there, and each channel is its own consumer.
      declared(channel, declare, new QueueStatus(name, 0, 1));
      return;
    }
    Session session = channel.session();
    CompletionStage<QueueStatus> status = declare.passive()
        ? session.queueStatus(Names.queue(channel, name))
        : session.declareQueue(new QueueSpec(
            name,
            declare.durable(),
            declare.exclusive(),
            declare.autoDelete(),
            declare.arguments()));
    channel.order().await(status, declare, queue -> declared(channel, declare, queue));
  }

  private static void declared(
      AmqpChannel channel, QueueMethod.Declare declare, QueueStatus status) {
    channel.lastQueue(status.name());
    if (!declare.noWait()) {
      channel.send(new QueueMethod.DeclareOk(status.name(), status.messages(), status.consumers()));
    }
  }

  private static void bind(AmqpChannel channel, QueueMethod.Bind bind) {
    CompletionStage<Void> done = channel
        .session()
        .bind(binding(channel, bind.exchange(), bind.queue(), bind.routingKey(), bind.arguments()));
    channel.order().await(done, bind, nothing -> {
      if (!bind.noWait()) {
        channel.send(new QueueMethod.BindOk());
      }
    });
  }

  private static void unbind(AmqpChannel channel, QueueMethod.Unbind unbind) {
    CompletionStage<Void> done = channel
        .session()
        .unbind(binding(
            channel, unbind.exchange(), unbind.queue(), unbind.routingKey(), unbind.arguments()));
    channel.order().await(done, unbind, nothing -> channel.send(new QueueMethod.UnbindOk()));
  }

  /** A binding in which an empty queue, and then an empty key too, mean the queue declared last. */
  private static BindingSpec binding(
      AmqpChannel channel, String exchange, String queue, String key, Headers arguments) {
    String name = Names.queue(channel, queue);
    String meant = queue.isEmpty() && key.isEmpty() ? name : key;
    return BindingSpec.toQueue(Names.clean(exchange), name, meant, arguments);
  }

  private static void purge(AmqpChannel channel, QueueMethod.Purge purge) {
    CompletionStage<Integer> count =
        channel.session().purgeQueue(Names.queue(channel, purge.queue()));
    channel.order().await(count, purge, purged -> {
      if (!purge.noWait()) {
        channel.send(new QueueMethod.PurgeOk(purged));
      }
    });
  }

  private static void delete(AmqpChannel channel, QueueMethod.Delete delete) {
    String name = Names.queue(channel, delete.queue());
    CompletionStage<Integer> count =
        channel.session().deleteQueue(name, delete.ifUnused(), delete.ifEmpty());
    channel.order().await(count, delete, deleted -> {
      if (!delete.noWait()) {
        channel.send(new QueueMethod.DeleteOk(deleted));
      }
    });
  }
}
