package io.waypost.systemtests.crash;

/** A message in one queue, and how far it got there. */
final class Copy {
  /** What a consumer said. */
  enum Settlement {
    NONE,
    ACK,
    REJECT,
    REQUEUE,
    PURGE
  }

  final Message message;
  final String queue;

  /** What was said last, {@code NONE} since it came (back). */
  Settlement settlement = Settlement.NONE;
  /** The run in which that was said. */
  int settledIn = -1;
  /** Since when the broker is known to have understood that, by {@link System#nanoTime()}; 0 if it may not have. */
  long understood;

  /** The last run in which it was delivered, -1 if it never was. */
  int deliveredIn = -1;
  /** Whether it was delivered unflagged. */
  boolean firstDelivery;

  /** How often it was rejected, so that it may be as often among the dead letters. */
  int rejects;
  /** How often it came from the dead letters. */
  int arrivals;
  /** As {@link #understood}, for its dead letter. */
  long deadUnderstood;
  /** Whether its dead letter must not be seen again. */
  boolean deadGone;

  /** Whether it must not be seen again. */
  boolean gone;

  Copy(Message message, String queue) {
    this.message = message;
    this.queue = queue;
  }

  /** Whether it must be in its queue, or, if it may have been moved there, among the dead letters. */
  boolean due(boolean deadLetters) {
    if (!message.kept() || arrivals > 0) {
      return false;
    }
    return switch (settlement) {
      case NONE, REQUEUE -> !gone;
      case REJECT -> deadLetters;
      case ACK, PURGE -> false;
    };
  }

  /** The consumer, or who purges, says something about it. */
  void settling(Settlement how, int run) {
    settlement = how;
    settledIn = run;
    understood = 0;
    if (how == Settlement.REJECT) {
      rejects++;
    }
  }

  /** Whether it is settled for good, if the broker understood. */
  boolean finished() {
    return settlement == Settlement.ACK
        || settlement == Settlement.REJECT
        || settlement == Settlement.PURGE;
  }

  /**
   * The broker ended.
   *
   * @param restart whether what is transient is gone
   * @param before what it understood before this moment it may not have forgotten
   */
  void ended(boolean restart, long before) {
    if (restart && !message.persistent) {
      gone = true;
      deadGone = true;
    }
    gone |= finished() && understood != 0 && understood - before < 0;
    deadGone |= deadUnderstood != 0 && deadUnderstood - before < 0;
    // What the end may have undone stays so: the message may be back, unseen, in the runs that
    // follow.
    understood = 0;
    deadUnderstood = 0;
  }
}
