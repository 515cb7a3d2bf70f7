/**
 * What a protocol adapter sees of the broker: interfaces, records and enums, no behaviour. This room knows no wire
 * format and no implementation; whatever is behind it may be replaced.
 */
@NullMarked
package io.waypost.broker;

import org.jspecify.annotations.NullMarked;
