package io.waypost.message;

/**
 * An unsigned integer of one, two or four bytes: kept apart from the signed ones so that a header leaves with the type
 * with which it came.
 *
 * @param value the value, 0 to 2^(8*width) - 1
 * @param width bytes on the wire: 1, 2 or 4
 */
public record Unsigned(long value, int width) {
  /** Checks that the value fits its width. */
  public Unsigned {
    if (width != 1 && width != 2 && width != 4) {
      throw new IllegalArgumentException("width " + width);
    }
    if (value < 0 || value >>> (8 * width) != 0) {
      throw new IllegalArgumentException(value + " does not fit " + width + " bytes");
    }
  }

  @Override
  public String toString() {
    return Long.toString(value);
  }
}
