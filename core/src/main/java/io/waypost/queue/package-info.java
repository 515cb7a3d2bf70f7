/**
 * One queue and its features: what is ready, who consumes, what expires, what is dead-lettered. A queue belongs to one
 * loop. This room knows neither exchanges nor sessions; the outside is reached through {@link
 * io.waypost.queue.QueueOwner}.
 */
@NullMarked
package io.waypost.queue;

import org.jspecify.annotations.NullMarked;
