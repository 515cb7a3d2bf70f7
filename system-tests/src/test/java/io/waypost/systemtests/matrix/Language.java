package io.waypost.systemtests.matrix;

/** The protocols, as far as they differ in what they can say. */
enum Language {
  AMQP,
  MQTT_5,
  MQTT_3,
  STOMP
}
