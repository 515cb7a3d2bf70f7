package io.waypost.stomp;

import io.waypost.broker.PublishListener;
import io.waypost.broker.PublishOutcome;
import io.waypost.broker.Session;
import io.waypost.broker.Settlement;
import io.waypost.message.Message;
import io.waypost.stomp.Unsettled.Taken;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * What was sent and settled in a transaction. A commit asks first whether all of it may be done, then publishes, and
 * settles when every queue has what it was sent.
 */
final class Transaction {
  private record Settle(StompConsumer consumer, Taken taken, Settlement how) {}

  private final Transactions owner;
  private final List<Message> messages = new ArrayList<>();
  private final List<Settle> settlements = new ArrayList<>();
  private int frames;
  private long bytes;

  Transaction(Transactions owner) {
    this.owner = owner;
  }

  long bytes() {
    return bytes;
  }

  /** Counts a frame that the transaction gathers. */
  void countFrame() {
    owner.checkFrames(++frames);
  }

  void add(Message message) {
    countFrame();
    owner.checkBytes(message.footprint());
    bytes += message.footprint();
    messages.add(message);
  }

  void add(StompConsumer consumer, Taken taken, Settlement how) {
    settlements.add(new Settle(consumer, taken, how));
  }

  /** Carries everything out; the stage fails if a queue did not take what it was sent. */
  CompletionStage<Void> commit(Session session) {
    for (Message message : messages) {
      session.checkPublish(message);
    }
    Outcomes outcomes = new Outcomes(messages.size());
    for (Message message : messages) {
      session.publish(message, 0, outcomes);
    }
    return outcomes.all.thenAccept(nothing -> settle());
  }

  /** Forgets what was sent and takes back what was settled. */
  void abort() {
    Map<StompConsumer, List<Taken>> back = new LinkedHashMap<>();
    for (Settle settle : settlements) {
      back.computeIfAbsent(settle.consumer, consumer -> new ArrayList<>()).add(settle.taken);
    }
    back.forEach((consumer, taken) -> consumer.unsettled().restore(taken));
  }

  private void settle() {
    for (Settle settle : settlements) {
      settle.taken.delivery().settle(settle.how);
      settle.consumer.wantCredit();
    }
  }

  private static final class Outcomes implements PublishListener {
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
      failed |= !StompConnection.taken(outcome);
      missing--;
      if (missing == 0 && failed) {
        all.completeExceptionally(new StompException(
            "precondition_failed", "a queue did not take a message of the transaction"));
      } else if (missing == 0) {
        all.complete(null);
      }
    }
  }
}
