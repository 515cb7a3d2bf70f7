/**
 * Durability: where definitions and messages are kept. This room knows neither routing nor consumers; what it keeps is
 * a function of the commands that it is given.
 */
@NullMarked
package io.waypost.store;

import org.jspecify.annotations.NullMarked;
