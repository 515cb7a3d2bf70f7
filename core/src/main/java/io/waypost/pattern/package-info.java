/**
 * Regular expressions that administrators write over names that clients choose: permissions and policies. This room
 * knows neither of the two, only how to search a name safely.
 */
@NullMarked
package io.waypost.pattern;

import org.jspecify.annotations.NullMarked;
