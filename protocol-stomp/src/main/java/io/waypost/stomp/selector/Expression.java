package io.waypost.stomp.selector;

import io.waypost.message.Message;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Part of a selector. A value is a {@link Boolean}, a {@link Double}, a {@link String}, or null for what is not known:
 * the third truth value. Headers of STOMP are text, so text that is compared with a number counts as the number that it
 * writes.
 */
@FunctionalInterface
interface Expression {
  /** Its value for a message. */
  @Nullable
  Object of(Message message);

  static Expression constant(Object value) {
    return message -> value;
  }

  static Expression and(Expression left, Expression right) {
    return message -> {
      Object first = left.of(message);
      if (Boolean.FALSE.equals(first)) {
        return false;
      }
      Object second = right.of(message);
      return Boolean.FALSE.equals(second) ? (Object) false : both(first, second);
    };
  }

  private static @Nullable Object both(@Nullable Object first, @Nullable Object second) {
    boolean bothTrue = Boolean.TRUE.equals(first) && Boolean.TRUE.equals(second);
    return bothTrue ? true : null;
  }

  static Expression or(Expression left, Expression right) {
    return not(and(not(left), not(right)));
  }

  static Expression not(Expression operand) {
    return message -> operand.of(message) instanceof Boolean known ? !known : null;
  }

  static Expression isNull(Expression operand) {
    return message -> operand.of(message) == null;
  }

  static Expression equal(Expression left, Expression right) {
    return message -> {
      Object first = left.of(message);
      Object second = right.of(message);
      if (first == null || second == null) {
        return null;
      }
      if (first instanceof Double || second instanceof Double) {
        Double a = number(first);
        Double b = number(second);
        return a != null && b != null && a.doubleValue() == b.doubleValue();
      }
      if (first instanceof Boolean || second instanceof Boolean) {
        return first.toString().equalsIgnoreCase(second.toString());
      }
      return first.equals(second);
    };
  }

  /** Compares numbers; of anything else the order is not known. */
  static Expression ordered(Expression left, Expression right, IntPredicate holds) {
    return message -> {
      Double first = number(left.of(message));
      Double second = number(right.of(message));
      if (first == null || second == null) {
        return null;
      }
      return holds.test(first.compareTo(second));
    };
  }

  static Expression arithmetic(Expression left, Expression right, DoubleBinaryOperator operator) {
    return message -> {
      Double first = number(left.of(message));
      Double second = number(right.of(message));
      if (first == null || second == null) {
        return null;
      }
      return operator.applyAsDouble(first, second);
    };
  }

  static Expression in(Expression operand, List<String> values) {
    return message -> {
      Object value = operand.of(message);
      return value == null ? null : values.contains(value.toString());
    };
  }

  static Expression like(Expression operand, String pattern, int escape) {
    return message -> {
      Object value = operand.of(message);
      return value == null ? null : Like.matches(value.toString(), pattern, escape);
    };
  }

  private static @Nullable Double number(@Nullable Object value) {
    if (value instanceof Double number) {
      return number;
    }
    if (value instanceof String text) {
      try {
        return Double.valueOf(text);
      } catch (NumberFormatException e) {
        return null;
      }
    }
    return null;
  }
}
