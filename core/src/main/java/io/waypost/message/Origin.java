package io.waypost.message;

import org.jspecify.annotations.Nullable;

/**
 * Who published a message: facts of the broker, which the publisher cannot forge. One instance a session, and one for each
 * message that the broker has published anew.
 *
 * @param session number of the publishing session, unique in the broker's life; 0 for the broker itself
 * @param protocol the adapter's name, such as {@code amqp}
 * @param user the authenticated user
 * @param clientId the client's own id or connection name; empty when it gave none
 * @param first where it published the message, if that has another address by now (dead letters); else null
 */
public record Origin(
    long session,
    String protocol,
    String user,
    String clientId,
    @Nullable Address first) {
  /** Messages that the broker makes itself. */
  public static final Origin BROKER = new Origin(0, "broker", "", "");

  /**
   * Where a message was published.
   *
   * @param exchange the exchange
   * @param key the routing key
   */
  public record Address(String exchange, String key) {}

  /** The origin of messages that are where they were published. */
  public Origin(long session, String protocol, String user, String clientId) {
    this(session, protocol, user, clientId, null);
  }

  /** The same for a message that leaves this address for another; only the first one is remembered. */
  Origin leaving(String exchange, String key) {
    return first != null
        ? this
        : new Origin(session, protocol, user, clientId, new Address(exchange, key));
  }
}
