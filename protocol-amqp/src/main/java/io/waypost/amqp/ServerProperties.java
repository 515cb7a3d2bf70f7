package io.waypost.amqp;

import io.waypost.message.Header;
import io.waypost.message.Headers;
import java.util.List;

/** What the broker says about itself in {@code connection.start}. */
final class ServerProperties {
  private static final Headers CAPABILITIES = Headers.of(List.of(
      new Header("publisher_confirms", true),
      new Header("exchange_exchange_bindings", true),
      new Header("basic.nack", true),
      new Header("consumer_cancel_notify", true),
      new Header("connection.blocked", true),
      new Header("consumer_priorities", true),
      new Header("authentication_failure_close", true),
      new Header("per_consumer_qos", true),
      new Header("direct_reply_to", true)));

  private ServerProperties() {}

  static Headers of(AmqpSettings settings) {
    return Headers.of(List.of(
        new Header("capabilities", CAPABILITIES),
        new Header("cluster_name", settings.clusterName()),
        new Header("copyright", "The Waypost authors"),
        new Header("information", "Licensed under the Apache License, Version 2.0"),
        new Header("platform", "Java " + Runtime.version().feature()),
        new Header("product", settings.product()),
        new Header("version", settings.version())));
  }
}
