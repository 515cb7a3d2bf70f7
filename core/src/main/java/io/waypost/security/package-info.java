/**
 * Who a client is, and whether it may. Every operation of every adapter is allowed or refused here and nowhere else.
 * This room knows names, not things: what a queue or an exchange is, and who is connected, is not known here.
 */
@NullMarked
package io.waypost.security;

import org.jspecify.annotations.NullMarked;
