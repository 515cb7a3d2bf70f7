package io.waypost.routes;

import java.util.Set;

/**
 * What rules need not say.
 *
 * @param topicExchange the exchange that topics with slashes are at
 * @param protocols the protocols that there are, by the names of their adapters
 */
public record RouteDefaults(String topicExchange, Set<String> protocols) {
  /** What holds when nothing is configured. */
  public static final RouteDefaults USUAL =
      new RouteDefaults("amq.topic", Set.of("amqp", "mqtt", "stomp", "http"));

  /** Copies the protocols. */
  public RouteDefaults {
    protocols = Set.copyOf(protocols);
  }
}
