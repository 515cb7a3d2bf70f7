package io.waypost.architecture.wrong.amqp;

import io.waypost.architecture.wrong.queue.Innocent;

/** A protocol that looks behind the broker. */
record SeesQueue(Innocent queue) {}
