package io.waypost.systemtests.crash;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A queue of the load, and what may be expected of it.
 *
 * @param queue its name
 * @param nature what becomes of messages in it
 * @param arguments of its declaration
 * @param consumers how many it has while the load runs
 * @param deadLetters the queue where its dead letters go, if any
 */
record Lane(
    String queue,
    Nature nature,
    Map<String, Object> arguments,
    int consumers,
    @Nullable String deadLetters) {
  /** What becomes of messages in a queue. */
  enum Nature {
    /** They wait, in the order in which they came. */
    PLAIN,
    /** Only the newest {@link Lane#LIMIT} are kept. */
    LIMITED,
    /** They come after a delay. */
    DELAYED,
    /** They do not wait for long. */
    EXPIRING,
    /** They have died elsewhere. */
    DEAD
  }

  /** How many messages a limited queue keeps. */
  static final int LIMIT = 50;

  /** A queue about which there is nothing special. */
  static Lane plain(String queue, int consumers) {
    return new Lane(queue, Nature.PLAIN, Map.of(), consumers, null);
  }

  /** Whether messages come out in the order in which they were published. */
  boolean ordered() {
    return nature == Nature.PLAIN || nature == Nature.LIMITED;
  }
}
