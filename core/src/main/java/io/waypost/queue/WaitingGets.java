package io.waypost.queue;

import io.waypost.broker.BrokerException;
import io.waypost.broker.Session.Got;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Requests for one message that wait until it is in memory, in their order. Belongs to the queue's loop. */
final class WaitingGets {
  /** A request. */
  static final class Get {
    private final Subscriber subscriber;
    private final QueueConsumers consumers;
    private final boolean autoAccept;
    private final CompletableFuture<@Nullable Got> result = new CompletableFuture<>();

    Get(Subscriber subscriber, QueueConsumers consumers, boolean autoAccept) {
      this.subscriber = subscriber;
      this.consumers = consumers;
      this.autoAccept = autoAccept;
    }

    /** Who holds the message, once there is one. */
    ConsumerSlot holder() {
      return consumers.getter(subscriber, autoAccept);
    }

    CompletionStage<@Nullable Got> result() {
      return result;
    }

    void complete(@Nullable Got got) {
      result.complete(got);
    }
  }

  private final ArrayDeque<Get> waiting = new ArrayDeque<>(0);

  void add(Get get) {
    waiting.add(get);
  }

  /** Answers those that can be, the first one first. */
  void serve(Predicate<Get> answer) {
    while (!waiting.isEmpty() && answer.test(waiting.getFirst())) {
      waiting.removeFirst();
    }
  }

  /** A session is over: nobody waits for its answers. */
  void release(Subscriber subscriber) {
    waiting.removeIf(get -> {
      boolean its = get.subscriber == subscriber;
      if (its) {
        get.complete(null);
      }
      return its;
    });
  }

  /** The queue is gone. */
  void fail(BrokerException why) {
    waiting.forEach(get -> get.result.completeExceptionally(why));
    waiting.clear();
  }
}
