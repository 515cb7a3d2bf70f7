package io.waypost.message;

import org.jspecify.annotations.Nullable;

/** The header by which the protocols tell each other that a message was published to be {@link Message#retain retained}. */
public final class RetainHeader {
  /** Its name; its value is true, or the text of it. */
  public static final String NAME = "x-retain";

  private RetainHeader() {}

  /** Whether it is there and says yes. */
  public static boolean isIn(Headers headers) {
    return isTrue(headers.get(NAME));
  }

  /** Whether a value says yes: true, or the text of it. */
  public static boolean isTrue(@Nullable Object value) {
    return Boolean.TRUE.equals(value) || "true".equals(value);
  }
}
