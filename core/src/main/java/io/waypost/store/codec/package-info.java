/** The bytes of stored things: messages and definitions, to and from. Pure functions; knows no file. */
@NullMarked
package io.waypost.store.codec;

import org.jspecify.annotations.NullMarked;
