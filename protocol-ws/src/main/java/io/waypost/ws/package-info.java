/**
 * The WebSocket endpoint: carries bytes between a WebSocket and whichever protocol names the
 * subprotocol that the client asked for. It must not know any protocol, nor what the bytes mean.
 */
@NullMarked
package io.waypost.ws;

import org.jspecify.annotations.NullMarked;
