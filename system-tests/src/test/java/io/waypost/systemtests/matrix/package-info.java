/** Every protocol to every other one: what becomes of a message's properties. */
@NullMarked
package io.waypost.systemtests.matrix;

import org.jspecify.annotations.NullMarked;
