package io.waypost.engine;

import io.waypost.message.Message;
import io.waypost.store.QueueStore;
import org.jspecify.annotations.Nullable;

/**
 * A message that the virtual host has in no queue: delayed, or retained. Belongs to the virtual host's loop; the store's
 * threads may ask what {@link QueueStore.Entry} says.
 */
abstract class ParkedMessage implements QueueStore.Entry {
  private final long position;
  private final long deadline;
  private final int bytes;
  private long place;

  /** Null while it is evicted. */
  @Nullable
  Message message;

  /** Whether the store is still at it. */
  boolean undecided;

  /** Whether nothing is to become of it any more. */
  boolean gone;

  ParkedMessage(long position, long deadline, Message message, long place) {
    this.position = position;
    this.deadline = deadline;
    this.message = message;
    this.bytes = message.body().length;
    this.place = place;
  }

  /** Whether the store has it, so that it may leave memory. */
  boolean isStored() {
    return !undecided && place > QueueStore.NOWHERE;
  }

  @Override
  public long position() {
    return position;
  }

  @Override
  public @Nullable Message inMemory() {
    return message;
  }

  @Override
  public int bodyLength() {
    return bytes;
  }

  @Override
  public int share() {
    return 1;
  }

  @Override
  public int level() {
    return 0;
  }

  @Override
  public long deadline() {
    return deadline;
  }

  @Override
  public int attempts() {
    return 0;
  }

  @Override
  public boolean handedOut() {
    return false;
  }

  @Override
  public long place() {
    return place;
  }

  @Override
  public void place(long changed) {
    place = changed;
  }
}
