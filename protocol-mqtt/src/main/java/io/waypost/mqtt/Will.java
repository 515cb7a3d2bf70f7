package io.waypost.mqtt;

import io.waypost.broker.ClientInfo;
import io.waypost.broker.Identity;
import io.waypost.broker.Session;
import io.waypost.message.Message;

/**
 * What a client wants published if it leaves without a word (section 3.1.2.5).
 *
 * @param message the message
 * @param retain whether it is retained too
 * @param delaySeconds how long it waits for the client to come back, 0 for not at all
 * @param identity whose rights it needs when it is published
 * @param client the connection that it belongs to
 */
record Will(
    Message message, boolean retain, long delaySeconds, Identity identity, ClientInfo client) {

  /**
   * Publishes it.
   *
   * @throws io.waypost.broker.BrokerException as {@link Session#publish} does
   */
  void publish(Session session) {
    session.publish(
        retain ? message.toRetain() : message, 0, io.waypost.broker.PublishListener.NONE);
  }
}
