package io.waypost.engine;

import io.waypost.queue.Queue;
import java.util.List;

/**
 * Where a message goes.
 *
 * @param version the state of the topology that it was computed from; a later state makes it void
 * @param queues the queues, each once
 * @param delays the exchanges that keep it back first
 * @param cacheable whether it holds for every message with the same address
 */
record Route(long version, List<Queue> queues, List<Exchange> delays, boolean cacheable) {
  Route {
    queues = List.copyOf(queues);
    delays = List.copyOf(delays);
  }

  static Route none(long version) {
    return new Route(version, List.of(), List.of(), true);
  }

  static Route to(long version, Queue queue) {
    return new Route(version, List.of(queue), List.of(), true);
  }
}
