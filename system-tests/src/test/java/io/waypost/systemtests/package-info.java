/**
 * What tests need that look at the broker from outside: the packaged broker as a process, other programs, and what a
 * machine must have for them. Knows no protocol and none of the broker's classes.
 */
@NullMarked
package io.waypost.systemtests;

import org.jspecify.annotations.NullMarked;
