package io.waypost.stomp;

import io.waypost.broker.BrokerException;
import io.waypost.broker.ErrorCode;
import io.waypost.broker.PublishListener;
import io.waypost.broker.PublishOutcome;
import io.waypost.broker.QueueSpec;
import io.waypost.broker.QueueStatus;
import io.waypost.broker.Session;
import io.waypost.message.Headers;
import io.waypost.message.Message;
import io.waypost.stomp.Destination.Kind;
import io.waypost.stomp.codec.Frame;
import io.waypost.stomp.codec.HeaderBlock;
import io.waypost.stomp.codec.HeaderCollector;
import io.waypost.stomp.codec.HeaderName;
import io.waypost.stomp.codec.Percent;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Carries out SEND. A queue that is sent to is made when it is missing: asked for before the first message, and again
 * when a message finds no queue, so that one that went meanwhile comes back.
 */
final class Publisher {
  /** A destination that was sent to, and whether its queue was there. */
  private static final class Target {
    final Destination destination;
    boolean ready;

    Target(Destination destination) {
      this.destination = destination;
      this.ready = destination.kind() != Kind.QUEUE;
    }
  }

  private static final int MOST_TARGETS = 256;

  private final StompConnection connection;
  private final Receipts receipts;
  private final HeaderCollector headers = new HeaderCollector();
  private final ReplyQueues replyQueues;
  private final Map<String, Target> targets = new HashMap<>(4);
  private byte[] lastDestination = {};
  private @Nullable Target lastTarget;
  private boolean retryable;
  private boolean unroutable;

  Publisher(StompConnection connection) {
    this.connection = connection;
    this.receipts = new Receipts(connection, this);
    this.replyQueues = new ReplyQueues(connection);
  }

  /** How many receipts wait for their messages' outcome. */
  int waiting() {
    return receipts.waiting();
  }

  /** Sends what a client sent. */
  void send(Frame frame, byte[] body, byte @Nullable [] receipt) {
    Target target = target(frame);
    if (frame.has(HeaderName.MESSAGE_ID)) {
      throw new StompException(
          "Invalid header", "'message-id' is not allowed on SEND: the broker gives it");
    }
    Transaction transaction = connection.transactions().of(frame);
    String replyTo = frame.get(HeaderName.REPLY_TO);
    if (replyTo != null && replyTo.startsWith(Kind.TEMP_QUEUE.prefix())) {
      String name = Destinations.parse(replyTo).name();
      String queue = replyQueues.known(name);
      if (queue == null) {
        // The frame does not outlive this call, its headers do.
        HeaderBlock block = headers.collect(frame, null);
        QueueSpec spec = target.ready ? null : spec(target, frame);
        connection.await(
            replyQueues.make(replyTo, name),
            receipt,
            made -> ready(
                target,
                spec,
                message(target, body, block.withReplyTo(address(made))),
                transaction,
                receipt));
        return;
      }
      replyTo = address(queue);
    } else {
      replyTo = null;
    }
    Message message = message(target, body, headers.collect(frame, replyTo));
    ready(target, target.ready ? null : spec(target, frame), message, transaction, receipt);
  }

  private static String address(String queue) {
    return HeaderBlock.REPLY_QUEUE + Percent.encode(queue, false);
  }

  private Target target(Frame frame) {
    Target last = lastTarget;
    if (last != null && frame.rawEquals(HeaderName.DESTINATION, lastDestination)) {
      return last;
    }
    String text = FrameHeaders.required(frame, HeaderName.DESTINATION);
    Target target = targets.get(text);
    if (target == null) {
      Destination destination = connection.destinations().toSend(text);
      if (targets.size() == MOST_TARGETS) {
        targets.clear();
      }
      target = new Target(destination);
      targets.put(text, target);
    }
    byte[] raw = frame.raw(HeaderName.DESTINATION);
    if (raw != null) {
      lastDestination = raw;
      lastTarget = target;
    }
    return target;
  }

  private Message message(Target target, byte[] body, HeaderBlock block) {
    String user = block.userId();
    if (user != null) {
      connection.session().checkUserId(user);
    }
    Message message = Message.encoded(
        target.destination.exchange(),
        target.destination.name(),
        body,
        block,
        connection.session().origin(),
        block.persistent(),
        block.priority(),
        block.timeToLive());
    return block.retain() ? message.toRetain() : message;
  }

  private static QueueSpec spec(Target target, Frame frame) {
    return QueueHeaders.named(target.destination.name(), frame, false);
  }

  private void ready(
      Target target,
      @Nullable QueueSpec spec,
      Message message,
      @Nullable Transaction transaction,
      byte @Nullable [] receipt) {
    if (target.ready || spec == null) {
      go(target, message, transaction, receipt);
      return;
    }
    connection.await(present(connection.session(), spec), receipt, there -> {
      target.ready = true;
      go(target, message, transaction, receipt);
    });
  }

  private void go(
      Target target,
      Message message,
      @Nullable Transaction transaction,
      byte @Nullable [] receipt) {
    if (transaction != null) {
      connection.session().checkPublish(message);
      boolean made = target.destination.kind() == Kind.QUEUE;
      transaction.add(message, made ? target.destination.name() : null);
      connection.done(receipt);
    } else {
      publish(target, message, receipt);
    }
  }

  private void publish(Target target, Message message, byte @Nullable [] receipt) {
    retryable = target.destination.kind() == Kind.QUEUE;
    unroutable = false;
    if (receipt != null) {
      int place = receipts.add(receipt);
      try {
        connection.session().publish(message, place, receipts);
        if (unroutable) {
          retry(target, message, place, receipts, receipt);
        }
      } finally {
        retryable = false;
      }
      return;
    }
    PublishListener listener = retryable ? this::noticed : PublishListener.NONE;
    try {
      connection.session().publish(message, 0, listener);
    } finally {
      retryable = false;
    }
    if (unroutable) {
      retry(target, message, 0, PublishListener.NONE, null);
    }
  }

  private void noticed(long token, PublishOutcome outcome) {
    boolean again = retries(outcome);
    assert again || !retryable || outcome != PublishOutcome.UNROUTABLE;
  }

  /** Whether an outcome, told within the call that published, only means that the queue has to be made again. */
  boolean retries(PublishOutcome outcome) {
    if (retryable && outcome == PublishOutcome.UNROUTABLE) {
      unroutable = true;
      return true;
    }
    return false;
  }

  private void retry(
      Target target,
      Message message,
      long token,
      PublishListener listener,
      byte @Nullable [] receipt) {
    retryable = false;
    connection.await(
        present(target.destination.name()),
        receipt,
        there -> connection.session().publish(message, token, listener));
  }

  /** A queue that was sent to before and may be missing now. */
  CompletionStage<QueueStatus> present(String queue) {
    return present(connection.session(), new QueueSpec(queue, true, false, false, Headers.empty()));
  }

  /** The queue as it is, or made if it is not there. */
  static CompletionStage<QueueStatus> present(Session session, QueueSpec spec) {
    return session
        .queueStatus(spec.name())
        .handle((status, failure) -> missing(failure)
            ? session.declareQueue(spec)
            : failure == null
                ? CompletableFuture.completedFuture(status)
                : CompletableFuture.<QueueStatus>failedFuture(failure))
        .thenCompose(stage -> stage);
  }

  private static boolean missing(@Nullable Throwable failure) {
    Throwable cause = failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
    return cause instanceof BrokerException refusal && refusal.code() == ErrorCode.NOT_FOUND;
  }
}
