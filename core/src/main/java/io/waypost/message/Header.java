package io.waypost.message;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One named value of a message or of a declaration's arguments.
 *
 * <p>The value is one of a closed family, so that every adapter can translate each kind: {@code null} (void),
 * {@link Boolean}, {@link Byte}, {@link Short}, {@link Integer}, {@link Long}, {@link Unsigned}, {@link Float},
 * {@link Double}, {@link java.math.BigDecimal}, {@link String}, {@link RawString} (text that is not UTF-8),
 * {@code byte[]} (never modified), {@link java.time.Instant} (whole seconds on AMQP), {@link java.util.List} of such
 * values, and {@link Headers} for a nested table.
 *
 * @param name the name, possibly empty
 * @param value the value, of the family above
 */
public record Header(String name, @Nullable Object value) {
  /** Checks that there is a name. */
  public Header {
    Objects.requireNonNull(name, "name");
  }

  /** Equal when names are and values are, bytes compared one by one. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Header that
        && name.equals(that.name)
        && Objects.deepEquals(value, that.value);
  }

  @Override
  public int hashCode() {
    return 31 * name.hashCode()
        + (value instanceof byte[] bytes ? Arrays.hashCode(bytes) : Objects.hashCode(value));
  }
}
