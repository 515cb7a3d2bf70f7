/**
 * The bytes of STOMP: frames read and written, in every version. This room knows no broker and no connection; of the
 * broker it knows only what a message's properties are.
 */
@NullMarked
package io.waypost.stomp.codec;

import org.jspecify.annotations.NullMarked;
