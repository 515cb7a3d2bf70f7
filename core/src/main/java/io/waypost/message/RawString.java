package io.waypost.message;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A text value whose bytes are not valid UTF-8; they are passed on untouched.
 *
 * @param bytes the bytes, never modified
 */
@SuppressWarnings("ArrayRecordComponent") // equality is by content, and nobody writes to the bytes
public record RawString(byte[] bytes) {
  @Override
  public boolean equals(Object other) {
    return other instanceof RawString that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** The bytes read as ISO 8859-1, for people. */
  @Override
  public String toString() {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
