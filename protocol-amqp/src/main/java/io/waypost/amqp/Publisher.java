package io.waypost.amqp;

import io.waypost.amqp.codec.BasicMethod;
import io.waypost.amqp.codec.ContentHeader;
import io.waypost.amqp.codec.FrameEncoder;
import io.waypost.amqp.codec.ReplyCode;
import io.waypost.broker.PublishListener;
import io.waypost.broker.PublishOutcome;
import io.waypost.broker.Session;
import io.waypost.message.Message;
import org.jspecify.annotations.Nullable;

/**
 * Publishes for one channel: makes messages of content, returns what is mandatory and wanted by no queue, and has the
 * rest confirmed or gathered for a transaction when the channel asked for that.
 */
final class Publisher implements PublishListener {
  private final AmqpChannel channel;
  private @Nullable Confirms confirms;
  private @Nullable Transaction transaction;

  /** The mandatory message whose publishing is going on: that no queue wants it is told within the call, or later. */
  private @Nullable Message returnable;

  Publisher(AmqpChannel channel) {
    this.channel = channel;
  }

  @Nullable
  Confirms confirms() {
    return confirms;
  }

  @Nullable
  Transaction transaction() {
    return transaction;
  }

  /** Has publishes confirmed from here on; again is harmless. */
  void confirm() {
    if (transaction != null) {
      throw new AmqpException(
          ReplyCode.PRECONDITION_FAILED, "cannot switch from tx to confirm mode");
    }
    if (confirms == null) {
      confirms = new Confirms(channel);
    }
  }

  /** Gathers publishes and settlements from here on; again is harmless. */
  void transact() {
    if (confirms != null) {
      throw new AmqpException(
          ReplyCode.PRECONDITION_FAILED, "cannot switch from confirm to tx mode");
    }
    if (transaction == null) {
      transaction = new Transaction(channel);
    }
  }

  /** Publishes what a client sent. */
  void publish(
      String exchange, String routingKey, boolean mandatory, ContentHeader header, byte[] body) {
    Session session = channel.session();
    String user = header.userId();
    if (user != null) {
      session.checkUserId(user);
    }
    Message message = AmqpTranslator.message(
        exchange, routingKey, header, body, replyTo(header), session.origin());
    if (transaction != null) {
      session.checkPublish(message);
      transaction.add(message, mandatory);
    } else if (confirms != null) {
      send(message, mandatory, confirms.next(), this);
    } else {
      send(message, mandatory, 0, mandatory ? this : PublishListener.NONE);
    }
  }

  /** Publishes, and returns the message if it is mandatory and no queue wants it. */
  void send(Message message, boolean mandatory, long token, PublishListener listener) {
    boolean tellsLater = mandatory && message.retain();
    PublishListener told = tellsLater ? returning(message, listener) : listener;
    returnable = mandatory && !tellsLater ? message : null;
    try {
      channel.session().publish(message, token, told);
    } finally {
      returnable = null;
    }
  }

  /** For a message that is kept, too: what became of it is told when that is done, not within the call. */
  private PublishListener returning(Message message, PublishListener listener) {
    return (token, outcome) -> {
      returnable = message;
      try {
        listener.published(token, outcome);
      } finally {
        returnable = null;
      }
    };
  }

  @Override
  public void published(long token, PublishOutcome outcome) {
    giveBack(outcome);
    if (confirms != null) {
      confirms.decided(token, outcome);
    }
  }

  /** Returns the message that is being published, if it is mandatory and this outcome is its own. */
  void giveBack(PublishOutcome outcome) {
    Message message = returnable;
    if (message == null || outcome != PublishOutcome.UNROUTABLE || !channel.isOpen()) {
      return;
    }
    FrameEncoder out = channel.output();
    out.method(
        channel.number(),
        new BasicMethod.Return(
            ReplyCode.NO_ROUTE.value(),
            ReplyCode.NO_ROUTE.toString(),
            message.exchange(),
            AmqpTranslator.routingKey(message)));
    out.content(channel.number(), channel.header(message), message.body());
  }

  private @Nullable String replyTo(ContentHeader header) {
    String address = header.replyTo();
    if (!DirectReplyTo.ADDRESS.equals(address)) {
      return null;
    }
    return channel.replyAddress();
  }
}
