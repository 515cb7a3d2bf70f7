/**
 * The packed broker as a process, tried from outside as its users do: its script, its ports, its files, its signals.
 */
@NullMarked
package io.waypost.process;

import org.jspecify.annotations.NullMarked;
