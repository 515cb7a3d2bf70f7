/**
 * AMQP 0-9-1 on the wire: frames, methods, field tables and content headers, in both directions. This room turns bytes
 * into values and back; it knows no connection state and no broker, only the neutral message's properties.
 */
@NullMarked
package io.waypost.amqp.codec;

import org.jspecify.annotations.NullMarked;
