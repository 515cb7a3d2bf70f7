package io.waypost.routing;

import io.waypost.message.Header;
import io.waypost.message.Headers;
import io.waypost.message.RawString;
import io.waypost.message.Unsigned;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * When two header values are the same for a headers exchange: by value, whatever type the two sides wrote it with.
 * Numbers of every width are equal when they are the same number, and a time is the number of its seconds; text is
 * equal to the same bytes. A boolean is no number.
 */
final class HeaderValues {
  private HeaderValues() {}

  static boolean equal(@Nullable Object left, @Nullable Object right) {
    if (left == null || right == null) {
      return left == right;
    }
    if (left instanceof String && right instanceof String) {
      return left.equals(right);
    }
    if (isWhole(left) && isWhole(right)) {
      return whole(left) == whole(right);
    }
    if (isNumber(left)) {
      return isNumber(right) && equalNumbers(left, right);
    }
    if (isText(left)) {
      return isText(right) && Arrays.equals(bytes(left), bytes(right));
    }
    if (left instanceof List<?> some && right instanceof List<?> others) {
      return equalLists(some, others);
    }
    if (left instanceof Headers some && right instanceof Headers others) {
      return equalTables(some, others);
    }
    return left.equals(right);
  }

  private static boolean isWhole(Object value) {
    return value instanceof Long
        || value instanceof Integer
        || value instanceof Short
        || value instanceof Byte
        || value instanceof Unsigned
        || value instanceof Instant;
  }

  private static long whole(Object value) {
    if (value instanceof Unsigned unsigned) {
      return unsigned.value();
    }
    return value instanceof Instant instant
        ? instant.getEpochSecond()
        : ((Number) value).longValue();
  }

  private static boolean isNumber(Object value) {
    return isWhole(value)
        || value instanceof Double
        || value instanceof Float
        || value instanceof BigDecimal;
  }

  private static boolean equalNumbers(Object left, Object right) {
    BigDecimal some = exact(left);
    BigDecimal other = exact(right);
    if (some == null || other == null) {
      return left.equals(right);
    }
    return some.compareTo(other) == 0;
  }

  // Null for infinities and NaN.
  private static @Nullable BigDecimal exact(Object number) {
    if (number instanceof BigDecimal decimal) {
      return decimal;
    }
    if (isWhole(number)) {
      return BigDecimal.valueOf(whole(number));
    }
    double value = ((Number) number).doubleValue();
    return Double.isFinite(value) ? new BigDecimal(value) : null;
  }

  private static boolean isText(Object value) {
    return value instanceof String || value instanceof RawString || value instanceof byte[];
  }

  private static byte[] bytes(Object text) {
    if (text instanceof byte[] bytes) {
      return bytes;
    }
    return text instanceof RawString raw
        ? raw.bytes()
        : ((String) text).getBytes(StandardCharsets.UTF_8);
  }

  private static boolean equalLists(List<?> left, List<?> right) {
    if (left.size() != right.size()) {
      return false;
    }
    Iterator<?> others = right.iterator();
    for (Object some : left) {
      if (!equal(some, others.next())) {
        return false;
      }
    }
    return true;
  }

  private static boolean equalTables(Headers left, Headers right) {
    if (left.size() != right.size()) {
      return false;
    }
    Iterator<Header> others = right.iterator();
    for (Header some : left) {
      Header other = others.next();
      if (!some.name().equals(other.name()) || !equal(some.value(), other.value())) {
        return false;
      }
    }
    return true;
  }
}
