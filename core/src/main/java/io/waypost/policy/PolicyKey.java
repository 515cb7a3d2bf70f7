package io.waypost.policy;

import io.waypost.broker.BrokerException;
import io.waypost.broker.ErrorCode;
import io.waypost.message.Unsigned;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a policy can set. */
enum PolicyKey {
  ALTERNATE_EXCHANGE("alternate-exchange", false),
  DEAD_LETTER_EXCHANGE("dead-letter-exchange", false),
  DEAD_LETTER_ROUTING_KEY("dead-letter-routing-key", false),
  MESSAGE_TTL("message-ttl", true),
  EXPIRES("expires", true),
  MAX_LENGTH("max-length", true),
  MAX_LENGTH_BYTES("max-length-bytes", true),
  OVERFLOW("overflow", true),
  DELIVERY_LIMIT("delivery-limit", true);

  private static final List<String> OVERFLOWS =
      List.of("drop-head", "reject-publish", "reject-publish-dlx");
  // What fits a double, which is how many clients read numbers.
  private static final long MAX_MILLIS = 1L << 53;

  private final String text;
  private final boolean operators;

  PolicyKey(String text, boolean operators) {
    this.text = text;
    this.operators = operators;
  }

  /** The key of that name, if such a policy may have it. */
  static Optional<PolicyKey> of(String name, boolean operator) {
    return Arrays.stream(values())
        .filter(key -> key.text.equals(name) && key.mayBeSet(operator))
        .findFirst();
  }

  /** The names of all keys that such a policy may have, for people. */
  static String names(boolean operator) {
    return Arrays.stream(values())
        .filter(key -> key.mayBeSet(operator))
        .map(PolicyKey::toString)
        .collect(Collectors.joining(", "));
  }

  /**
   * Checks a value.
   *
   * @return the value; a number as a {@link Long}
   * @throws BrokerException {@link ErrorCode#PRECONDITION_FAILED} with the key and what is allowed
   */
  Object checked(@Nullable Object value) {
    return switch (this) {
      case ALTERNATE_EXCHANGE, DEAD_LETTER_EXCHANGE, DEAD_LETTER_ROUTING_KEY -> text(value);
      case OVERFLOW -> overflow(value);
      case MESSAGE_TTL -> number(value, 0, MAX_MILLIS);
      case EXPIRES -> number(value, 1, MAX_MILLIS);
      case MAX_LENGTH, MAX_LENGTH_BYTES -> number(value, 0, Long.MAX_VALUE);
      case DELIVERY_LIMIT -> number(value, 0, Integer.MAX_VALUE);
    };
  }

  /** The name. */
  @Override
  public String toString() {
    return text;
  }

  private boolean mayBeSet(boolean operator) {
    return operators || !operator;
  }

  private String text(@Nullable Object value) {
    if (value instanceof String given) {
      return given;
    }
    throw refused("must be text", value);
  }

  private String overflow(@Nullable Object value) {
    if (value instanceof String given && OVERFLOWS.contains(given)) {
      return given;
    }
    throw refused("must be one of " + String.join(", ", OVERFLOWS), value);
  }

  private Long number(@Nullable Object value, long least, long most) {
    Long number = null;
    if (value instanceof Unsigned unsigned) {
      number = unsigned.value();
    } else if (value instanceof Long
        || value instanceof Integer
        || value instanceof Short
        || value instanceof Byte) {
      number = ((Number) value).longValue();
    }
    if (number == null || number < least || number > most) {
      throw refused("must be a whole number from " + least + " to " + most, value);
    }
    return number;
  }

  private BrokerException refused(String rule, @Nullable Object value) {
    return new BrokerException(
        ErrorCode.PRECONDITION_FAILED, "policy key " + text + " " + rule + ", not '" + value + "'");
  }
}
