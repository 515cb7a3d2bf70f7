package io.waypost.systemtests.crash;

import java.util.HashMap;
import java.util.Map;

/**
 * The order in which one consumer gets the messages of a queue: those of one publisher and priority in the order in which
 * they were published.
 */
final class OrderWatch {
  private record Stream(int publisher, int priority) {}

  private final Map<Stream, Integer> latest = new HashMap<>();

  /**
   * The next message.
   *
   * @return the number of the publisher's message that came before it and should have come after it; -1 if all is well
   */
  int next(MessageId id, int priority) {
    Stream stream = new Stream(id.publisher(), priority);
    Integer before = latest.get(stream);
    if (before != null && before > id.number()) {
      return before;
    }
    latest.put(stream, id.number());
    return -1;
  }
}
