/**
 * Which policies apply to which name, and what they set together. This room knows the features by name only: what a
 * queue or an exchange makes of them is not known here.
 */
@NullMarked
package io.waypost.policy;

import org.jspecify.annotations.NullMarked;
