/**
 * Puts the broker together and runs it as a process: settings, wiring, logging, the data folder, start and stop. This
 * room alone knows every other; it must not know how any of them works.
 */
@NullMarked
package io.waypost.distribution;

import org.jspecify.annotations.NullMarked;
