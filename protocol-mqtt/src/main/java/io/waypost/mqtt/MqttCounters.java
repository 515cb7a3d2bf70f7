package io.waypost.mqtt;

import io.waypost.loop.Tally;

/** What the connections of one loop count; any thread may read. */
final class MqttCounters {
  final Tally connected = new Tally();
  final Tally connections = new Tally();
  final Tally subscriptions = new Tally();
  final Tally messagesReceived = new Tally();
  final Tally messagesSent = new Tally();
  final Tally publishesReceived = new Tally();
  final Tally publishesSent = new Tally();
  final Tally publishesDropped = new Tally();
  final Tally bytesReceived = new Tally();
  final Tally bytesSent = new Tally();

  /** Packets that break a rule of the protocol. */
  final Tally malformed = new Tally();
}
