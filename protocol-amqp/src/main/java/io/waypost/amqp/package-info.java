/**
 * AMQP 0-9-1 as an adapter of the broker: connections, channels, and what each method asks of a session. This room
 * speaks to the broker through its interfaces only; it knows no queue, no store and no other protocol.
 */
@NullMarked
package io.waypost.amqp;

import org.jspecify.annotations.NullMarked;
