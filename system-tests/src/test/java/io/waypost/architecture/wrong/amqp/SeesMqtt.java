package io.waypost.architecture.wrong.amqp;

import io.waypost.architecture.wrong.mqtt.Innocent;

/** One protocol that knows another. */
record SeesMqtt(Innocent mqtt) {}
