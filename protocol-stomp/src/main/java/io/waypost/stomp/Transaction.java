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
import org.jspecify.annotations.Nullable;

/**
 * What was sent and settled in a transaction. A commit asks first whether all of it may be done, then publishes, and
 * settles when every queue has what it was sent.
 */
final class Transaction {
  /** A message, and the queue that is made again if it is missing when the message comes. */
  private record Sending(Message message, @Nullable String queue) {}

  private record Settle(StompConsumer consumer, Taken taken, Settlement how) {}

  private final Transactions owner;
  private final List<Sending> sendings = new ArrayList<>();
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

  /**
   * Gathers a message.
   *
   * @param queue the queue that it is sent to, if one is made where there is none
   */
  void add(Message message, @Nullable String queue) {
    countFrame();
    owner.checkBytes(message.footprint());
    bytes += message.footprint();
    sendings.add(new Sending(message, queue));
  }

  void add(StompConsumer consumer, Taken taken, Settlement how) {
    settlements.add(new Settle(consumer, taken, how));
  }

  /** Carries everything out; the stage fails if a queue did not take what it was sent. */
  CompletionStage<Void> commit(Session session, Publisher publisher) {
    for (Sending sending : sendings) {
      session.checkPublish(sending.message());
    }
    Outcomes outcomes = new Outcomes();
    for (int i = 0; i < sendings.size(); i++) {
      session.publish(sendings.get(i).message(), i, outcomes);
    }
    outcomes.sendAgain(session, publisher);
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

  private final class Outcomes implements PublishListener {
    final CompletableFuture<Void> all = new CompletableFuture<>();
    private final List<Integer> lost = new ArrayList<>(0);
    private int missing = sendings.size();
    private boolean first = true;
    private boolean failed;

    Outcomes() {
      if (missing == 0) {
        all.complete(null);
      }
    }

    @Override
    public void published(long token, PublishOutcome outcome) {
      int number = (int) token;
      if (first && outcome == PublishOutcome.UNROUTABLE && sendings.get(number).queue() != null) {
        lost.add(number);
        return;
      }
      failed |= !StompConnection.taken(outcome);
      missing--;
      if (missing == 0 && failed) {
        all.completeExceptionally(new StompException(
            "precondition_failed", "a queue did not take a message of the transaction"));
      } else if (missing == 0) {
        all.complete(null);
      }
    }

    /** Messages whose queues went since they were sent have them made again. */
    void sendAgain(Session session, Publisher publisher) {
      first = false;
      for (int number : lost) {
        Sending sending = sendings.get(number);
        String queue = sending.queue();
        if (queue != null) {
          publisher
              .present(queue)
              .thenAccept(there -> session.publish(sending.message(), number, this))
              .whenComplete((nothing, failure) -> {
                if (failure != null) {
                  all.completeExceptionally(failure);
                }
              });
        }
      }
    }
  }
}
