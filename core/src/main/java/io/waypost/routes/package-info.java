/**
 * Rules that send messages somewhere else than they were published to: what they match, and what they make of it. Pure
 * data: no queue, no thread, no store. This room knows the message, routing patterns and topics.
 */
@NullMarked
package io.waypost.routes;

import org.jspecify.annotations.NullMarked;
