/**
 * Does what the README and the tutorials tell their readers to do, and compares what happens with what they show. Knows
 * the documentation's form, not its content; must not know the broker's classes.
 */
@NullMarked
package io.waypost.systemtests.walkthrough;

import org.jspecify.annotations.NullMarked;
