package io.waypost.mqtt;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.waypost.mqtt.codec.PropertyWriter;

/**
 * How a client wants a message of which some of its subscriptions match the topic. It gets one copy (section 3.3.4).
 *
 * @param qos the highest QoS of those subscriptions, negative if the client has no right to them any more
 * @param retainAsPublished whether one of them wants the retain flag passed on
 * @param identifiers their subscription identifiers, as encoded properties
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Match(int qos, boolean retainAsPublished, byte[] identifiers) {
  private static final byte[] NONE = {};

  /** No subscription matches (any more): the message goes as it was published. */
  static final Match ANY = new Match(2, false, NONE);

  /** Only subscriptions match that the client has no right to any more: the message is not for it. */
  static final Match REVOKED = new Match(-1, false, NONE);

  /** Whether the message is not for the client. */
  boolean revoked() {
    return qos < 0;
  }

  static Match of(Iterable<Subscription> subscriptions, PropertyWriter writer) {
    int qos = 0;
    boolean retainAsPublished = false;
    for (Subscription one : subscriptions) {
      qos = Math.max(qos, one.qos());
      retainAsPublished |= one.retainAsPublished();
      if (one.identifier() != 0) {
        writer.integer(MqttProperties.SUBSCRIPTION_IDENTIFIER, one.identifier());
      }
    }
    return new Match(qos, retainAsPublished, writer.take());
  }
}
