/**
 * Exchange types as pure data structures: which destinations a message goes to. This room knows the message and nothing
 * else: a destination is any object with a stable {@code equals}; who publishes, and what a queue is, is not known here.
 */
@NullMarked
package io.waypost.routing;

import org.jspecify.annotations.NullMarked;
