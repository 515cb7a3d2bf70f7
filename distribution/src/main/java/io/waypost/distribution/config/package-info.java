/**
 * The configuration: a file, environment variables and the command line become checked values, or messages that name
 * what is wrong where. This room knows what a setting is; it must not know which settings there are, nor the broker.
 */
@NullMarked
package io.waypost.distribution.config;

import org.jspecify.annotations.NullMarked;
