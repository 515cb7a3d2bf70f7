/**
 * Sockets: the event loops, the listeners and the plug that a protocol adapter fits into. This room knows Netty and the
 * broker's interfaces; it must not know any protocol, nor what is behind the interfaces.
 */
@NullMarked
package io.waypost.transport;

import org.jspecify.annotations.NullMarked;
