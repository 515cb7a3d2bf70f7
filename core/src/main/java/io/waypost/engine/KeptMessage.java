package io.waypost.engine;

import io.waypost.loop.Clock;
import io.waypost.message.Message;
import io.waypost.store.QueueStore;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A message that is retained, or for a moment one with an empty body that takes another away. It is gone when another is
 * there in its place, or none.
 */
final class KeptMessage extends ParkedMessage {
  private static final long LONGEST = TimeUnit.NANOSECONDS.toMillis(Long.MAX_VALUE / 4);

  private final RetainedMessages home;

  final String exchange;
  final String key;

  /** Whether the store has it, or will. */
  final boolean stored;

  /** When it expires, in the loop's nanoseconds, if it {@link #expires}. */
  final long expiry;

  /** What it took the place of and the store still has, since it does not have this one. */
  @Nullable
  KeptMessage replaces;

  /** Completed when it is as safe as it will be. */
  @Nullable
  CompletableFuture<Void> told;

  /** Whether it has left memory and the store. */
  boolean left;

  /** A new one. */
  KeptMessage(RetainedMessages home, long position, boolean stored, Message message, Clock clock) {
    this(home, position, stored, message, deadline(message, clock), QueueStore.NOWHERE, clock);
  }

  /** One that the store had. */
  KeptMessage(RetainedMessages home, QueueStore.Loaded loaded, Clock clock) {
    this(home, loaded.position(), true, loaded.message(), loaded.deadline(), loaded.place(), clock);
  }

  private KeptMessage(
      RetainedMessages home,
      long position,
      boolean stored,
      Message message,
      long deadline,
      long place,
      Clock clock) {
    super(position, deadline, message, place);
    this.home = home;
    this.stored = stored;
    this.exchange = message.exchange();
    this.key = message.routingKey();
    long left = Math.min(LONGEST, deadline - clock.millis());
    this.expiry = expires() ? clock.nanos() + TimeUnit.MILLISECONDS.toNanos(left) : 0;
  }

  private static long deadline(Message message, Clock clock) {
    long life = message.timeToLive();
    return life == Message.NO_EXPIRY
        ? QueueStore.NEVER
        : clock.millis() + Math.max(0, Math.min(life, LONGEST));
  }

  boolean expires() {
    return deadline() != QueueStore.NEVER;
  }

  /** Whether its message may leave memory. */
  boolean mayLeave() {
    return message != null && stored && isStored();
  }

  static int comparePosition(KeptMessage one, KeptMessage other) {
    return Long.compare(one.position(), other.position());
  }

  static int compareExpiry(KeptMessage one, KeptMessage other) {
    int order = Long.signum(one.expiry - other.expiry);
    return order != 0 ? order : Long.compare(one.position(), other.position());
  }

  void tell(boolean safe) {
    CompletableFuture<Void> waiting = told;
    told = null;
    if (waiting != null && safe) {
      waiting.complete(null);
    } else if (waiting != null) {
      waiting.completeExceptionally(new IllegalStateException("the message could not be stored"));
    }
  }

  @Override
  public void decided(boolean safe) {
    undecided = false;
    home.decided(this, safe);
  }
}
