package io.waypost.amqp;

import io.waypost.amqp.codec.Method;
import java.util.ArrayDeque;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one channel's methods in order. While one of them waits for the broker, those behind it wait too, and go on
 * when it has its answer; other channels are not held up. What waits is bounded: beyond {@link #MOST_WAITING} the
 * connection is not read.
 */
final class MethodOrder {
  private static final int MOST_WAITING = 256 * 1024;
  private static final int OVERHEAD = 128;

  private final AmqpChannel channel;
  private @Nullable ArrayDeque<Runnable> waiting;
  private int waitingBytes;
  private boolean busy;
  private boolean proceeding;

  MethodOrder(AmqpChannel channel) {
    this.channel = channel;
  }

  /** Whether whatever comes now has to wait. */
  boolean isBusy() {
    return busy || (waiting != null && !waiting.isEmpty());
  }

  /**
   * Runs the work when everything before it is done.
   *
   * @param bytes what it holds while it waits, beyond a small object
   */
  void later(int bytes, Runnable work) {
    if (waiting == null) {
      waiting = new ArrayDeque<>();
    }
    waiting.add(work);
    waitingBytes += bytes + OVERHEAD;
    if (waitingBytes > MOST_WAITING) {
      channel.connection().reading().pause(Reading.Reason.METHODS_WAITING);
    }
  }

  /**
   * Has everything else wait for an answer.
   *
   * @param method the method that waits for it, blamed if it fails
   * @param then what to do with the answer; may throw what {@link AmqpErrors} knows
   */
  <T extends @Nullable Object> void await(
      CompletionStage<T> answer, Method method, Consumer<T> then) {
    busy = true;
    answer.whenComplete((value, failure) -> {
      busy = false;
      if (channel.isOpen()) {
        if (failure == null) {
          channel.guard(method, () -> then.accept(value));
        } else {
          channel.fail(failure, method);
        }
      }
      proceed();
    });
  }

  /** Forgets what waits: the channel is closed. */
  void clear() {
    if (waiting != null) {
      waiting.clear();
    }
    resumeReading();
  }

  private void proceed() {
    // Answers that are there at once come back here from within.
    if (proceeding) {
      return;
    }
    proceeding = true;
    while (!busy && waiting != null && !waiting.isEmpty()) {
      waiting.remove().run();
    }
    proceeding = false;
    if (!isBusy()) {
      waiting = null;
      resumeReading();
      channel.connection().channelIdle();
    }
  }

  private void resumeReading() {
    if (waitingBytes > MOST_WAITING) {
      channel.connection().reading().resume(Reading.Reason.METHODS_WAITING);
    }
    waitingBytes = 0;
  }
}
