package io.waypost.stomp;

import io.waypost.stomp.codec.Frame;
import io.waypost.stomp.codec.HeaderName;

/** Headers of a client's frame, as what they mean. */
final class FrameHeaders {
  private FrameHeaders() {}

  /**
   * A header that has to be there.
   *
   * @throws StompException if it is not, or is empty
   */
  static String required(Frame frame, HeaderName name) {
    String value = frame.get(name);
    if (value == null || value.isEmpty()) {
      throw new StompException(
          "Missing Header", frame.command() + " needs a header '" + name + "'");
    }
    return value;
  }

  /**
   * A header that says yes or no.
   *
   * @throws StompException if it says neither
   */
  static boolean flag(Frame frame, HeaderName name, boolean otherwise) {
    String value = frame.get(name);
    return value == null ? otherwise : flag(name.text(), value);
  }

  /**
   * A value that says yes or no.
   *
   * @throws StompException if it says neither
   */
  static boolean flag(String name, String value) {
    return switch (value) {
      case "true", "1" -> true;
      case "false", "0" -> false;
      default ->
        throw new StompException(
            "Invalid header", name + " must be true or false, not '" + value + "'");
    };
  }

  /**
   * A header that is a whole number, 0 or more.
   *
   * @throws StompException if it is none
   */
  static long number(String name, String value) {
    try {
      long number = Long.parseLong(value);
      if (number >= 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Told below.
    }
    throw new StompException(
        "Invalid header", name + " must be a whole number, not '" + value + "'");
  }
}
