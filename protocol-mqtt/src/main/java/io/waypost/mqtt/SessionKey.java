package io.waypost.mqtt;

/**
 * Which session: client identifiers are unique within a virtual host.
 *
 * @param virtualHost the virtual host
 * @param clientId the client identifier
 */
record SessionKey(String virtualHost, String clientId) {
  /** What the names of sessions' queues begin with. */
  static final String QUEUE_PREFIX = "mqtt-subscription-";

  /** The name of the session's queue. */
  String queue() {
    return QUEUE_PREFIX + clientId;
  }

  /** The name of the session's note. */
  String note() {
    return virtualHost + '\0' + clientId;
  }
}
