package io.waypost.security;

import io.waypost.broker.TopicPermissions;
import io.waypost.pattern.NamePattern;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A user's topic permissions on one exchange, ready to match for one session.
 *
 * @param write keys to publish with
 * @param read keys to bind with
 */
record TopicGrant(NamePattern write, NamePattern read) {
  private static final Logger LOG = LoggerFactory.getLogger(TopicGrant.class);
  private static final NamePattern NEVER = NamePattern.compile("(?!)");

  /**
   * Puts the session's values, taken literally, into the expressions and compiles them.
   *
   * @throws IllegalArgumentException if one of them is none
   */
  static TopicGrant of(
      TopicPermissions permissions, String user, String virtualHost, String clientId) {
    return new TopicGrant(
        Grant.pattern(expand(permissions.write(), user, virtualHost, clientId)),
        Grant.pattern(expand(permissions.read(), user, virtualHost, clientId)));
  }

  /**
   * The same for expressions that were valid with another client id. One that is not with this, such as a range of
   * characters that a variable begins, allows nothing.
   */
  static TopicGrant orNothing(
      TopicPermissions permissions, String user, String virtualHost, String clientId) {
    try {
      return of(permissions, user, virtualHost, clientId);
    } catch (IllegalArgumentException invalid) {
      LOG.warn(
          "Topic permissions of user '{}' on exchange '{}' allow nothing to this client: {}",
          user,
          permissions.exchange(),
          invalid.getMessage());
      return new TopicGrant(NEVER, NEVER);
    }
  }

  boolean allows(Permission permission, String routingKey) {
    return switch (permission) {
      case WRITE -> write.find(routingKey);
      case READ -> read.find(routingKey);
      case CONFIGURE -> throw new IllegalArgumentException("topics are not configured");
    };
  }

  private static String expand(
      String expression, String user, String virtualHost, String clientId) {
    StringBuilder expanded = new StringBuilder();
    int at = 0;
    while (at < expression.length()) {
      int length = 1;
      if (expression.startsWith("{username}", at)) {
        expanded.append(Pattern.quote(user));
        length = "{username}".length();
      } else if (expression.startsWith("{vhost}", at)) {
        expanded.append(Pattern.quote(virtualHost));
        length = "{vhost}".length();
      } else if (expression.startsWith("{client_id}", at)) {
        expanded.append(Pattern.quote(clientId));
        length = "{client_id}".length();
      } else {
        expanded.append(expression.charAt(at));
      }
      at += length;
    }
    return expanded.toString();
  }
}
