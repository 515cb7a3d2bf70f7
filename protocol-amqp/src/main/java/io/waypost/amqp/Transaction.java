package io.waypost.amqp;

import io.waypost.amqp.Unacked.Taken;
import io.waypost.amqp.codec.ReplyCode;
import io.waypost.broker.PublishListener;
import io.waypost.broker.PublishOutcome;
import io.waypost.broker.Settlement;
import io.waypost.message.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * What a transactional channel gathered since its last commit or rollback. A commit publishes, then settles, and is done
 * when every queue has what it was sent.
 */
final class Transaction {
  private record Publish(Message message, boolean mandatory) {}

  private record Settle(Taken taken, Settlement how) {}

  private final AmqpChannel channel;
  private List<Publish> publishes = new ArrayList<>();
  private List<Settle> settlements = new ArrayList<>();

  Transaction(AmqpChannel channel) {
    this.channel = channel;
  }

  void add(Message message, boolean mandatory) {
    publishes.add(new Publish(message, mandatory));
  }

  void add(Taken taken, Settlement how) {
    settlements.add(new Settle(taken, how));
  }

  /** Carries everything out; the stage fails if a queue did not take what it was sent. */
  CompletionStage<Void> commit() {
    List<Publish> toPublish = publishes;
    publishes = new ArrayList<>();
    Outcomes outcomes = new Outcomes(toPublish.size());
    for (Publish publish : toPublish) {
      channel.publisher().send(publish.message, publish.mandatory, 0, outcomes);
    }
    settle();
    return outcomes.all;
  }

  /** Forgets the publishes and takes the settlements back. */
  void rollback() {
    publishes = new ArrayList<>();
    channel.unacked().restore(settlements.stream().map(Settle::taken).toList());
    settlements = new ArrayList<>();
  }

  private void settle() {
    List<Settle> toSettle = settlements;
    settlements = new ArrayList<>();
    for (Settle settle : toSettle) {
      channel.settle(settle.taken.delivery(), settle.taken.consumer(), settle.how);
    }
  }

  private final class Outcomes implements PublishListener {
    final CompletableFuture<Void> all = new CompletableFuture<>();
    private int missing;
    private boolean failed;

    Outcomes(int expected) {
      missing = expected;
      if (expected == 0) {
        all.complete(null);
      }
    }

    @Override
    public void published(long token, PublishOutcome outcome) {
      channel.publisher().giveBack(outcome);
      failed |= !Confirms.taken(outcome);
      missing--;
      if (missing == 0 && failed) {
        all.completeExceptionally(
            new AmqpException(ReplyCode.PRECONDITION_FAILED, "partial tx completion"));
      } else if (missing == 0) {
        all.complete(null);
      }
    }
  }
}
