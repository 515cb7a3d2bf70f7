package io.waypost.message;

/**
 * Who published a message: facts of the broker, which the publisher cannot forge. One instance a session.
 *
 * @param session number of the publishing session, unique in the broker's life; 0 for the broker itself
 * @param protocol the adapter's name, such as {@code amqp}
 * @param user the authenticated user
 * @param clientId the client's own id or connection name; empty when it gave none
 */
public record Origin(long session, String protocol, String user, String clientId) {
  /** Messages that the broker makes itself. */
  public static final Origin BROKER = new Origin(0, "broker", "", "");
}
