package io.waypost.mqtt;

import io.waypost.broker.Delivery;
import io.waypost.broker.Session.Retained;
import io.waypost.broker.Session.RetainedMessages;
import io.waypost.broker.Settlement;
import io.waypost.message.Message;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Brings retained messages to a new subscriber, a few at a time: those with QoS 1 and 2 by way of the session's queue,
 * where they are kept until they are answered for, the others straight to the socket while it takes them.
 */
final class RetainedReplay implements Runnable {
  private static final int AT_ONCE = 64;

  private final ServedClient client;
  private final OutboundPublishes publishes;
  private final Subscription subscription;
  private final MqttConsumer consumer;
  private final RetainedMessages found;
  private Iterator<Retained> left = Collections.emptyIterator();

  /** A message that is in no queue. */
  private record Direct(Message original, Publication publication, long timeLeft)
      implements Delivery {
    @Override
    public Message message() {
      return Message.encoded(
          original.exchange(),
          original.routingKey(),
          original.body(),
          publication,
          original.origin(),
          false,
          0,
          original.timeToLive());
    }

    @Override
    public boolean redelivered() {
      return false;
    }

    @Override
    public int attempts() {
      return 0;
    }

    @Override
    public String queue() {
      return "";
    }

    @Override
    public long position() {
      return 0;
    }

    @Override
    public boolean settled() {
      return true;
    }

    @Override
    public void settle(Settlement how) {}
  }

  RetainedReplay(
      ServedClient client,
      OutboundPublishes publishes,
      Subscription subscription,
      MqttConsumer consumer,
      RetainedMessages found) {
    this.client = client;
    this.publishes = publishes;
    this.subscription = subscription;
    this.consumer = consumer;
    this.found = found;
  }

  @Override
  public void run() {
    if (!client.isServing()) {
      return;
    }
    for (int i = 0; i < AT_ONCE && left.hasNext() && client.isWritable(); i++) {
      send(left.next());
    }
    if (!client.isWritable()) {
      client.whenWritable(this);
    } else if (!publishes.hasRoom()) {
      publishes.whenRoom(this);
    } else if (left.hasNext()) {
      client.loop().execute(this);
    } else {
      found.next(AT_ONCE).whenComplete(this::found);
    }
  }

  private void found(@Nullable List<Retained> more, @Nullable Throwable failure) {
    if (!client.isServing()) {
      return;
    }
    if (failure != null || more == null || more.isEmpty()) {
      client.replayed();
    } else {
      left = more.iterator();
      run();
    }
  }

  private void send(Retained retained) {
    Message message = retained.message();
    Publication publication = client.room().publication(message).moved(true, subscription.qos());
    if (publication.qos() > 0) {
      client.toOwnQueue(message, publication, retained.timeLeft());
    } else {
      publishes.deliver(consumer, new Direct(message, publication, retained.timeLeft()));
    }
  }
}
