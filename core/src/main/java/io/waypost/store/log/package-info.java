/**
 * The durable store: one log of segments for all queues and definitions, written by one thread. The format is described
 * in docs/storage.md, the promises in docs/durability.md.
 */
@NullMarked
package io.waypost.store.log;

import org.jspecify.annotations.NullMarked;
