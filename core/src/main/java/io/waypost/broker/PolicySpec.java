package io.waypost.broker;

import io.waypost.message.Headers;

/**
 * A policy: features for all queues or exchanges whose names match.
 *
 * @param name its name, unique in the virtual host among those of its kind
 * @param operator whether it is an operator's, which limits what users set
 * @param pattern regular expression over names
 * @param applyTo what it applies to
 * @param priority of several that match, the highest applies alone
 * @param definition the features, by names without {@code x-}: {@code message-ttl}, {@code max-length} ...
 */
public record PolicySpec(
    String name,
    boolean operator,
    String pattern,
    ApplyTo applyTo,
    int priority,
    Headers definition) {

  /** What a policy applies to. */
  public enum ApplyTo {
    /** Queues only. */
    QUEUES,
    /** Exchanges only. */
    EXCHANGES,
    /** Both. */
    ALL
  }
}
