package io.waypost.management.http;

import io.waypost.broker.BrokerException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Waits on a worker thread for what the broker answers on another. */
final class Await {
  private static final long LIMIT_SECONDS = 30;

  private Await() {}

  /**
   * The stage's result.
   *
   * @throws BrokerException if the stage fails so
   * @throws Refusal if there is none in time
   */
  static <T extends @Nullable Object> T result(CompletionStage<T> stage) {
    try {
      return stage.toCompletableFuture().get(LIMIT_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw failure(e);
    } catch (TimeoutException e) {
      throw Refusal.unavailable("the broker did not answer within " + LIMIT_SECONDS + " s");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Refusal.unavailable("the broker is going down");
    }
  }

  private static RuntimeException failure(ExecutionException failed) {
    Throwable cause = failed.getCause();
    while (cause instanceof CompletionException wrapper && wrapper.getCause() != null) {
      cause = wrapper.getCause();
    }
    if (cause instanceof BrokerException || cause instanceof Refusal) {
      return (RuntimeException) cause;
    }
    return new IllegalStateException("a request to the broker failed", cause);
  }
}
