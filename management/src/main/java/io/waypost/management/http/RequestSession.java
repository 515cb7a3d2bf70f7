package io.waypost.management.http;

import io.waypost.broker.Broker;
import io.waypost.broker.BrokerException;
import io.waypost.broker.PublishOutcome;
import io.waypost.broker.Session;
import io.waypost.broker.SessionListener;
import io.waypost.loop.Loop;
import io.waypost.message.Message;
import io.waypost.message.Origin;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A session for the length of one request, so that the broker checks what its user may do as it does for every client.
 * Belongs to one worker thread; each call travels to the session's loop and the worker waits.
 */
final class RequestSession implements AutoCloseable {
  private final Loop loop;
  private final Session session;

  private RequestSession(Loop loop, Session session) {
    this.loop = loop;
    this.session = session;
  }

  static RequestSession open(Broker broker, Loop loop, Request request, String virtualHost) {
    return new RequestSession(
        loop,
        Await.result(
            broker.open(request.identity(), virtualHost, request.client(), loop, Deaf.INSTANCE)));
  }

  /** What the session answers to the request, which is made on its loop. */
  <T extends @Nullable Object> T call(Function<Session, CompletionStage<T>> request) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    loop.execute(() -> {
      try {
        request.apply(session).whenComplete((result, failure) -> {
          if (failure == null) {
            answer.complete(result);
          } else {
            answer.completeExceptionally(failure);
          }
        });
      } catch (RuntimeException e) {
        answer.completeExceptionally(e);
      }
    });
    return Await.result(answer);
  }

  /**
   * Publishes and waits for what becomes of the message.
   *
   * @param template makes the message of its origin, on the session's loop
   */
  PublishOutcome publish(Function<Origin, Message> template) {
    return call(it -> {
      CompletableFuture<PublishOutcome> outcome = new CompletableFuture<>();
      Message message = template.apply(it.origin());
      String userId = message.properties().userId();
      if (userId != null) {
        it.checkUserId(userId);
      }
      it.publish(message, 0, (token, known) -> outcome.complete(known));
      return outcome;
    });
  }

  @Override
  public void close() {
    loop.execute(session::close);
  }

  /** The session ends with its request, and what the broker ends before shows in the next call, which fails. */
  private enum Deaf implements SessionListener {
    INSTANCE;

    @Override
    public void blocked(String reason) {}

    @Override
    public void unblocked() {}

    @Override
    public void mayPublish(boolean may) {}

    @Override
    public void closed(BrokerException why) {}
  }
}
