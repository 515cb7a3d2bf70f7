/**
 * The one internal message: immutable, the same for every protocol. This room knows no wire format, no queue and no
 * thread; adapters translate into it and out of it, everything between only passes it on.
 */
@NullMarked
package io.waypost.message;

import org.jspecify.annotations.NullMarked;
