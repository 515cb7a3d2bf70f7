/**
 * An adapter for a protocol that the broker has never heard of, written against the plug alone: it is not on the class
 * path of the broker but dropped into lib/ by the tests. It must not know any other adapter, nor the engine.
 */
@NullMarked
package io.waypost.line;

import org.jspecify.annotations.NullMarked;
