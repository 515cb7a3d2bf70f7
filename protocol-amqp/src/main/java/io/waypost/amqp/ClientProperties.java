package io.waypost.amqp;

import io.waypost.message.Headers;

/**
 * What a client says about itself in {@code connection.start-ok}.
 *
 * @param all everything it says
 * @param connectionName the name that it gave the connection; empty when none
 * @param consumerCancelNotify whether it wants to hear that a consumer is cancelled
 * @param connectionBlocked whether it wants to hear that its publishes are held back
 * @param authenticationFailureClose whether it wants to hear that its login was refused
 */
record ClientProperties(
    Headers all,
    String connectionName,
    boolean consumerCancelNotify,
    boolean connectionBlocked,
    boolean authenticationFailureClose) {
  static final ClientProperties NONE = of(Headers.empty());

  static ClientProperties of(Headers properties) {
    String name = properties.text("connection_name");
    Headers capabilities =
        properties.get("capabilities") instanceof Headers table ? table : Headers.empty();
    return new ClientProperties(
        properties,
        name == null ? "" : name,
        Boolean.TRUE.equals(capabilities.get("consumer_cancel_notify")),
        Boolean.TRUE.equals(capabilities.get("connection.blocked")),
        Boolean.TRUE.equals(capabilities.get("authentication_failure_close")));
  }
}
