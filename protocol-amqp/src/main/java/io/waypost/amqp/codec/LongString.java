package io.waypost.amqp.codec;

import java.util.Arrays;

/**
 * A long string that is not text (section 4.2.5.3): what SASL exchanges.
 *
 * @param bytes the bytes, never modified
 */
@SuppressWarnings("ArrayRecordComponent")
public record LongString(byte[] bytes) {
  @Override
  public boolean equals(Object other) {
    return other instanceof LongString that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** The length only: the bytes may be secret. */
  @Override
  public String toString() {
    return bytes.length + " bytes";
  }
}
