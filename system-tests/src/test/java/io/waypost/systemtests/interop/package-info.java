/**
 * Runs the tests that are written in other languages, with those languages' clients, against the packaged broker.
 * What they test is their affair; must not know the broker's classes.
 */
@NullMarked
package io.waypost.systemtests.interop;

import org.jspecify.annotations.NullMarked;
