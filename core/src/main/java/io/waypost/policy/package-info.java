/**
 * Which policy applies to which name. This room knows neither queues nor exchanges, only their names and the features
 * that policies set.
 */
@NullMarked
package io.waypost.policy;

import org.jspecify.annotations.NullMarked;
