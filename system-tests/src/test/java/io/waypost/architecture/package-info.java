/**
 * The rules of the house: which room may see which, and what no room may do. This package knows the
 * names of rooms and nothing of what is in them.
 */
@NullMarked
package io.waypost.architecture;

import org.jspecify.annotations.NullMarked;
