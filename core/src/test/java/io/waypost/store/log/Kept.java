package io.waypost.store.log;

import io.waypost.message.Message;
import io.waypost.store.QueueStore;
import io.waypost.store.QueueStore.Loaded;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An entry as a queue would have it. */
final class Kept implements QueueStore.Entry {
  private final long position;
  private final int level;
  private final int share;
  private final long deadline;
  private final int bodyLength;
  private volatile @Nullable Message message;
  private volatile long place;
  private volatile boolean redelivered;
  private int attempts;
  private @Nullable String stamp;

  /** What the store decided, in order; of the queue's loop. */
  final List<Boolean> decisions = new ArrayList<>(1);

  Kept(long position, Message message, int share, int level, long deadline) {
    this.position = position;
    this.message = message;
    this.share = share;
    this.level = level;
    this.deadline = deadline;
    this.bodyLength = message.body().length;
  }

  static Kept of(Loaded loaded) {
    Kept kept = new Kept(loaded.position(), loaded.message(), 1, loaded.level(), loaded.deadline());
    kept.place = loaded.place();
    kept.attempts = loaded.attempts();
    kept.redelivered = loaded.redelivered();
    return kept;
  }

  /** The same, as its publisher knows it. */
  Kept stamped(String text) {
    stamp = text;
    return this;
  }

  Kept came() {
    attempts++;
    redelivered = true;
    return this;
  }

  void leave() {
    message = null;
  }

  void arrive(Message back) {
    message = back;
  }

  boolean isStored() {
    return decisions.equals(List.of(true));
  }

  boolean isDecided() {
    return !decisions.isEmpty();
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
    return bodyLength;
  }

  @Override
  public int share() {
    return share;
  }

  @Override
  public int level() {
    return level;
  }

  @Override
  public long deadline() {
    return deadline;
  }

  @Override
  public int attempts() {
    return attempts;
  }

  @Override
  public @Nullable String stamp() {
    return stamp;
  }

  @Override
  public boolean handedOut() {
    return redelivered;
  }

  @Override
  public long place() {
    return place;
  }

  @Override
  public void place(long now) {
    place = now;
  }

  @Override
  public void decided(boolean stored) {
    decisions.add(stored);
  }
}
