package io.waypost.engine;

import io.waypost.message.Message;
import io.waypost.queue.Queue;
import io.waypost.queue.QueueEntry;
import io.waypost.queue.Receipt;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a message goes.
 *
 * @param version the state of the topology that it was computed from; a later state makes it void
 * @param queues the queues, each once
 * @param terms what the bindings to each queue ask ({@link Terms#asked}), at the same places; empty when none asks
 * @param delays the exchanges that keep it back first
 * @param cacheable whether it holds for every message with the same address
 */
record Route(
    long version,
    List<Queue> queues,
    List<Integer> terms,
    List<Exchange> delays,
    boolean cacheable) {
  Route {
    queues = List.copyOf(queues);
    terms = List.copyOf(terms);
    delays = List.copyOf(delays);
  }

  static Route none(long version) {
    return new Route(version, List.of(), List.of(), List.of(), true);
  }

  static Route to(long version, Queue queue) {
    return new Route(version, List.of(queue), List.of(), List.of(), true);
  }

  /** A route to these queues, each under its terms. */
  static Route to(
      long version, Map<Queue, Integer> found, List<Exchange> delays, boolean cacheable) {
    boolean plain = true;
    for (int terms : found.values()) {
      plain &= terms == Terms.NONE;
    }
    return new Route(
        version,
        List.copyOf(found.keySet()),
        plain ? List.of() : List.copyOf(found.values()),
        delays,
        cacheable);
  }

  /** How many queues and exchanges that delay there are. */
  int targets() {
    return queues.size() + delays.size();
  }

  /** The entry that brings the message to the queue at that place, or null when the queue does not want it. */
  @Nullable
  QueueEntry entry(int place, Message message, boolean again, @Nullable Receipt receipt) {
    Queue queue = queues.get(place);
    int asked = terms.isEmpty() ? Terms.NONE : terms.get(place);
    if (asked == Terms.NONE) {
      return new QueueEntry(queue, message, queues.size(), receipt, false, again);
    }
    boolean local = Terms.isLocal(queue, message);
    if (!wants(place, message)) {
      return null;
    }
    int bit = local ? Terms.LOCAL_AT_MOST_ONCE : Terms.AT_MOST_ONCE;
    boolean atMostOnce = (asked & bit) != 0;
    return new QueueEntry(queue, message, queues.size(), receipt, atMostOnce, again);
  }

  /** Whether a queue gets a message at all: not what its own client published, if its terms say so. */
  boolean wants(int place, Message message) {
    int asked = terms.isEmpty() ? Terms.NONE : terms.get(place);
    return (asked & Terms.NO_LOCAL) == 0 || !Terms.isLocal(queues.get(place), message);
  }
}
