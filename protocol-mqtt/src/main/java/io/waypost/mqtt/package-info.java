/**
 * The MQTT adapter: reads packets from the wire and speaks to the broker on the client's behalf. It
 * sees messages, loops, the broker's API and the transport, and must not know any other protocol or how
 * queues and routing work.
 */
@NullMarked
package io.waypost.mqtt;

import org.jspecify.annotations.NullMarked;
