package io.waypost.systemtests.crash;

/**
 * A promise that was broken.
 *
 * @param kind which
 * @param text where, and with what
 */
record Fault(Kind kind, String text) {
  /** The promises. */
  enum Kind {
    /** A confirmed message is gone. */
    LOST,
    /** A message that was dealt with for good came back. */
    CAME_BACK,
    /** A message came twice, and the second time it was not flagged. */
    DUPLICATE,
    /** A message was flagged as redelivered that nobody can have been given before. */
    WRONGLY_FLAGGED,
    /** A message that nobody published, or that was taken back, or in a queue that it was not sent to. */
    GHOST,
    /** A body with wrong bytes. */
    DAMAGED,
    /** A message before one that was published earlier. */
    REORDERED,
    /** A message before its time. */
    EARLY,
    /** Something transient that survived the end of the broker. */
    SURVIVED,
    /** What is declared is not what should be. */
    DECLARATION,
    /** The broker did what nobody asked for. */
    UNEXPECTED
  }

  @Override
  public String toString() {
    return kind + ": " + text;
  }
}
