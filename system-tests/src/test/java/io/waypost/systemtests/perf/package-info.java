/**
 * The field's usual load generator against the packaged broker: that it runs without an error, not how fast. This room
 * knows no internals.
 */
@NullMarked
package io.waypost.systemtests.perf;

import org.jspecify.annotations.NullMarked;
