/**
 * What a crash may take away, and what it may not: the packaged broker is loaded, killed, started again and held to
 * every promise that it gave, again and again on the same data folder; and disks that are full, broken or damaged.
 * {@link io.waypost.systemtests.crash.Ledger} and {@link io.waypost.systemtests.crash.Declared} are the judges and have
 * tests of their own. This room knows no internals.
 */
@NullMarked
package io.waypost.systemtests.crash;

import org.jspecify.annotations.NullMarked;
