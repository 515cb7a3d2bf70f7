package io.waypost.systemtests.crash;

import java.util.ArrayList;
import java.util.List;

/** A message that was published, as far as the ledger cares. */
final class Message {
  /** What the publisher knows. */
  enum Outcome {
    /** In a transaction that nobody asked to commit. It must never be seen. */
    UNCOMMITTED,
    /** Published, without an answer. It may be there, or not. */
    IN_DOUBT,
    /** The broker answers for it. */
    CONFIRMED,
    /** The broker refused it; some queues may have it. */
    REFUSED,
    /** Rolled back. It must never be seen. */
    TAKEN_BACK
  }

  final MessageId id;
  final boolean persistent;
  final int priority;
  /** The run of the broker in which it was published. */
  final int run;
  /** Not to be seen before, by {@link System#nanoTime()}. */
  final long due;

  final List<Copy> copies = new ArrayList<>(1);
  Outcome outcome;

  Message(MessageId id, boolean persistent, int priority, int run, long due, Outcome outcome) {
    this.id = id;
    this.persistent = persistent;
    this.priority = priority;
    this.run = run;
    this.due = due;
    this.outcome = outcome;
  }

  /** Whether the broker promised to keep it over its own end. */
  boolean kept() {
    return persistent && outcome == Outcome.CONFIRMED;
  }
}
