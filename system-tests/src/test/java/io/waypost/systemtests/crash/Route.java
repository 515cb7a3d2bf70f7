package io.waypost.systemtests.crash;

import java.util.List;

/**
 * A way to publish.
 *
 * @param exchange where
 * @param key with which key
 * @param queues where it gets
 */
record Route(String exchange, String key, List<String> queues) {
  /** The way through the default exchange. */
  static Route to(String queue) {
    return new Route("", queue, List.of(queue));
  }
}
