/**
 * Ownership of state: every mutable object belongs to one loop and is touched there only. This room says what a loop
 * is; who drives it (an event loop with sockets, a test by hand) is not known here.
 */
@NullMarked
package io.waypost.loop;

import org.jspecify.annotations.NullMarked;
