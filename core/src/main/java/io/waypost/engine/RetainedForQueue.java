package io.waypost.engine;

import io.waypost.broker.BindingSpec;
import io.waypost.broker.BindingSpec.DestinationKind;
import io.waypost.broker.BrokerException;
import io.waypost.broker.ErrorCode;
import io.waypost.broker.PublishOutcome;
import io.waypost.broker.Session.Retained;
import io.waypost.loop.Loop;
import io.waypost.loop.LoopGroup;
import io.waypost.message.Headers;
import io.waypost.message.Message;
import io.waypost.message.Properties;
import io.waypost.message.RetainHeader;
import io.waypost.queue.Queue;
import io.waypost.queue.QueueEntry;
import io.waypost.routing.BindingTable;
import io.waypost.routing.ExchangeTypes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Brings what is retained to a queue that was bound and asked for it: the messages that the binding would have brought, a
 * portion at a time, the next one when the queue has taken the one before. Limits of the queue hold as for any message.
 * Belongs to the virtual host's loop.
 */
final class RetainedForQueue {
  private static final int PORTION = 256;

  private final Loop loop;
  private final Queue queue;
  private final int terms;
  private final FoundRetained found;
  private final CompletableFuture<Void> done = new CompletableFuture<>();

  /** What tells whether a message matches, where the search can't. */
  private final @Nullable BindingTable<Queue> filter;

  private RetainedForQueue(
      Loop loop,
      Queue queue,
      int terms,
      FoundRetained found,
      @Nullable BindingTable<Queue> filter) {
    this.loop = loop;
    this.queue = queue;
    this.terms = terms;
    this.found = found;
    this.filter = filter;
  }

  // --- the request

  /**
   * Whether a binding asks for what is retained.
   *
   * @throws BrokerException if it does not say clearly, or asks for an exchange
   */
  static boolean isAskedBy(BindingSpec binding) {
    if (!binding.arguments().contains(BindingSpec.RETAINED)) {
      return false;
    }
    Object value = binding.arguments().get(BindingSpec.RETAINED);
    boolean asked = RetainHeader.isTrue(value);
    if (!asked && !Boolean.FALSE.equals(value) && !"false".equals(value)) {
      throw new BrokerException(
          ErrorCode.PRECONDITION_FAILED,
          "invalid argument '" + BindingSpec.RETAINED + "': it must be true or false");
    }
    if (asked && binding.kind() != DestinationKind.QUEUE) {
      throw new BrokerException(
          ErrorCode.PRECONDITION_FAILED,
          "argument '" + BindingSpec.RETAINED + "' is for bindings of queues only");
    }
    return asked;
  }

  /** The binding itself: the request is no part of it. */
  static BindingSpec withoutAsking(BindingSpec binding) {
    Headers arguments = binding.arguments();
    return arguments.contains(BindingSpec.RETAINED)
        ? new BindingSpec(
            binding.source(),
            binding.destination(),
            binding.kind(),
            binding.key(),
            arguments.without(BindingSpec.RETAINED))
        : binding;
  }

  // --- the messages

  /**
   * Puts the messages into the queue of a binding that has just taken effect. Whoever published before it did may not have
   * had its message kept yet: the search begins when every loop has ended what it was at, so that no message misses both
   * ways. One that is published meanwhile may come by both.
   */
  static CompletableFuture<Void> put(VirtualHost host, BindingSpec binding, LoopGroup loops) {
    Loop home = host.loop();
    CompletableFuture<Void> settled = new CompletableFuture<>();
    home.run(() -> {
      int[] missing = {loops.size()};
      for (Loop each : loops.loops()) {
        each.execute(() -> home.execute(() -> {
          if (--missing[0] == 0) {
            settled.complete(null);
          }
        }));
      }
    });
    return settled.thenCompose(nothing -> search(host, binding));
  }

  private static CompletableFuture<Void> search(VirtualHost host, BindingSpec binding) {
    Exchange source = host.exchange(binding.source());
    Queue queue = host.queue(binding.destination());
    int terms = Terms.of(binding.arguments());
    RetainedMessages kept = host.retained();
    String key = binding.key();
    BindingTable<Queue> filter = null;
    CompletableFuture<FoundRetained> search;
    switch (source.routingType()) {
      case ExchangeTypes.DIRECT -> search = kept.findOne(source.name(), key);
      case ExchangeTypes.TOPIC ->
        search = kept.find(source.name(), key, (terms & Terms.HIDE_RESERVED) != 0);
      default -> {
        search = kept.find(source.name(), "#", false);
        filter = ExchangeTypes.<Queue>table(source.routingType()).orElseThrow();
        filter.bind(queue, key, binding.arguments());
      }
    }
    BindingTable<Queue> matching = filter;
    return search.thenCompose(found -> {
      RetainedForQueue one = new RetainedForQueue(host.loop(), queue, terms, found, matching);
      one.next();
      return one.done;
    });
  }

  private void next() {
    found.next(PORTION).thenAccept(this::deliver).whenComplete((nothing, failure) -> {
      if (failure != null) {
        done.completeExceptionally(failure);
      }
    });
  }

  private void deliver(List<Retained> portion) {
    if (portion.isEmpty() || queue.isDeleted()) {
      done.complete(null);
      return;
    }
    List<Message> wanted = new ArrayList<>(portion.size());
    for (Retained each : portion) {
      if (each.timeLeft() != 0 && isWanted(each.message())) {
        wanted.add(asRetained(each));
      }
    }
    if (wanted.isEmpty()) {
      loop.execute(this::next);
      return;
    }
    PendingPublish taken =
        new PendingPublish(loop, wanted.size(), 0, (token, outcome) -> goOn(outcome));
    boolean atMostOnce = (terms & Terms.AT_MOST_ONCE) != 0;
    for (Message message : wanted) {
      queue.loop().execute(new QueueEntry(queue, message, 1, taken, atMostOnce, false));
    }
  }

  private boolean isWanted(Message message) {
    if ((terms & Terms.NO_LOCAL) != 0 && Terms.isLocal(queue, message)) {
      return false;
    }
    if (filter == null) {
      return true;
    }
    List<Queue> matched = new ArrayList<>(1);
    filter.match(message, message.routingKey(), matched);
    return !matched.isEmpty();
  }

  private void goOn(PublishOutcome worst) {
    if (worst == PublishOutcome.FAILED) {
      done.completeExceptionally(
          new BrokerException(ErrorCode.INTERNAL, "the queue could not store what is retained"));
    } else {
      next();
    }
  }

  /** As it was published, with the time that it has left, and the header that tells that it was to be retained. */
  private static Message asRetained(Retained kept) {
    Message message = kept.message();
    Properties said = message.properties();
    Headers headers = said.headers();
    boolean expires = kept.timeLeft() != Message.NO_EXPIRY;
    Message copy = message;
    // It is stored whatever its publisher said; the copy is as that was.
    if (!RetainHeader.isIn(headers) || expires || message.persistent() != said.persistent()) {
      Properties changed = RetainHeader.isIn(headers)
          ? said
          : said.withHeaders(headers.with(RetainHeader.NAME, true));
      copy = message.withProperties(
          expires ? changed.withExpiration(Long.toString(kept.timeLeft())) : changed);
    }
    message.compact();
    return copy;
  }
}
