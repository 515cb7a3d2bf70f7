package io.waypost.routes;

import io.waypost.message.Header;
import io.waypost.message.Headers;
import io.waypost.message.Message;
import io.waypost.message.Properties;

/**
 * What a rule makes of every message with one address from one sender.
 *
 * @param rule the rule
 * @param exchange the exchange that the message goes to
 * @param key the routing key that it gets
 * @param headers what is added to its headers, in place of those of the same names
 */
public record Reroute(RouteRule rule, String exchange, String key, Headers headers) {
  /** The message as the rule has it. */
  public Message of(Message message) {
    Properties properties = message.properties();
    if (!headers.isEmpty()) {
      Headers all = properties.headers();
      for (Header header : headers) {
        all = all.with(header.name(), header.value());
      }
      properties = properties.withHeaders(all);
    }
    Boolean persistent = rule.persistent();
    if (persistent != null && persistent != properties.persistent()) {
      properties = properties.withPersistent(persistent);
    }
    Long expiry = rule.expiryMillis();
    if (expiry != null) {
      properties = properties.withExpiration(Long.toString(expiry));
    }
    return message.republished(exchange, key, properties);
  }
}
