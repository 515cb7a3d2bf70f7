package io.waypost.queue;

import io.waypost.broker.BrokerException;
import io.waypost.broker.ErrorCode;
import io.waypost.message.Header;
import io.waypost.message.Headers;
import io.waypost.message.Unsigned;
import io.waypost.queue.QueueSettings.Overflow;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a queue's {@code x-} arguments and merges them with what policies set. Where both give a number the smaller one
 * holds; any other feature is the argument's. Unknown arguments are ignored, as clients of other brokers expect.
 */
public final class QueueArguments {
  /** The arguments that make a difference: those that a second declaration must repeat. */
  public static final List<String> KNOWN = List.of(
      "x-message-ttl",
      "x-expires",
      "x-max-length",
      "x-max-length-bytes",
      "x-overflow",
      "x-dead-letter-exchange",
      "x-dead-letter-routing-key",
      "x-max-priority",
      "x-delivery-limit",
      "x-single-active-consumer",
      "x-queue-type");

  private static final long MAX_MILLIS = 1L << 53;

  /** The last settings with a feature. */
  private static volatile QueueSettings last = QueueSettings.PLAIN;

  private final Headers arguments;
  private final String where;

  private QueueArguments(Headers arguments, String where) {
    this.arguments = arguments;
    this.where = where;
  }

  /**
   * Checks the arguments of a declaration.
   *
   * @throws BrokerException {@link ErrorCode#PRECONDITION_FAILED} naming the argument and what is wrong with it
   */
  public static void check(Headers arguments, String queue, String virtualHost) {
    settings(arguments, Headers.empty(), queue, virtualHost);
  }

  /**
   * The features that hold.
   *
   * @param policy what policies set, by names without {@code x-}, already valid
   */
  public static QueueSettings settings(
      Headers arguments, Headers policy, String queue, String virtualHost) {
    QueueArguments own = new QueueArguments(
        arguments, " for queue '" + queue + "' in vhost '" + virtualHost + "': ");
    own.checkType();
    own.text("x-dead-letter-exchange");
    own.text("x-dead-letter-routing-key");
    if (own.arguments.contains("x-dead-letter-routing-key")
        && !own.arguments.contains("x-dead-letter-exchange")) {
      throw own.invalid("x-dead-letter-routing-key", "routing_key_but_no_dlx_defined");
    }
    String overflowText = own.text("x-overflow");
    if (overflowText != null && Overflow.of(overflowText) == null) {
      throw own.invalid("x-overflow", "invalid overflow '" + overflowText + "'");
    }
    boolean deadLettersByArgument = arguments.contains("x-dead-letter-exchange");
    Overflow overflow =
        Overflow.of(String.valueOf(overflowText != null ? overflowText : policy.text("overflow")));
    QueueSettings settings = new QueueSettings(
        least(own.number("x-message-ttl", 0, MAX_MILLIS), policy.get("message-ttl")),
        least(own.number("x-expires", 1, MAX_MILLIS), policy.get("expires")),
        least(own.number("x-max-length", 0, Long.MAX_VALUE), policy.get("max-length")),
        least(own.number("x-max-length-bytes", 0, Long.MAX_VALUE), policy.get("max-length-bytes")),
        overflow == null ? Overflow.DROP_HEAD : overflow,
        deadLettersByArgument
            ? own.text("x-dead-letter-exchange")
            : policy.text("dead-letter-exchange"),
        arguments.contains("x-dead-letter-routing-key")
            ? own.text("x-dead-letter-routing-key")
            : policy.text("dead-letter-routing-key"),
        (int) Math.max(0, own.number("x-max-priority", 1, 255)),
        least(own.number("x-delivery-limit", 0, Integer.MAX_VALUE), policy.get("delivery-limit")),
        own.flag("x-single-active-consumer"));
    // Many queues are alike: they can share them.
    if (settings.equals(QueueSettings.PLAIN)) {
      return QueueSettings.PLAIN;
    }
    QueueSettings before = last;
    if (settings.equals(before)) {
      return before;
    }
    last = settings;
    return settings;
  }

  private void checkType() {
    String type = text("x-queue-type");
    if (type != null && !type.equals("classic")) {
      throw invalid(
          "x-queue-type", "unsupported queue type '" + type + "'; this broker has 'classic'");
    }
  }

  private long number(String name, long least, long most) {
    if (!arguments.contains(name)) {
      return QueueSettings.NONE;
    }
    Object value = arguments.get(name);
    Long number = integer(value);
    if (number == null) {
      throw invalid(name, "expected integer, got " + typeName(value));
    }
    if (number < 0) {
      throw invalid(name, "{value_negative," + number + "}");
    }
    if (number < least) {
      throw invalid(name, "{value_zero," + number + "}");
    }
    if (number > most) {
      throw invalid(name, "{value_too_big," + number + "}");
    }
    return number;
  }

  private @Nullable String text(String name) {
    if (!arguments.contains(name)) {
      return null;
    }
    Object value = arguments.get(name);
    if (value instanceof String text) {
      return text;
    }
    throw invalid(name, "expected string, got " + typeName(value));
  }

  private boolean flag(String name) {
    if (!arguments.contains(name)) {
      return false;
    }
    Object value = arguments.get(name);
    if (value instanceof Boolean flag) {
      return flag;
    }
    throw invalid(name, "expected boolean, got " + typeName(value));
  }

  private BrokerException invalid(String name, String why) {
    return new BrokerException(
        ErrorCode.PRECONDITION_FAILED, "invalid arg '" + name + "'" + where + why);
  }

  private static long least(long own, @Nullable Object policy) {
    Long other = integer(policy);
    if (other == null) {
      return own;
    }
    return own == QueueSettings.NONE ? other : Math.min(own, other);
  }

  /** The value as a whole number, or null when it is none. */
  public static @Nullable Long integer(@Nullable Object value) {
    if (value instanceof Unsigned unsigned) {
      return unsigned.value();
    }
    if (value instanceof Long
        || value instanceof Integer
        || value instanceof Short
        || value instanceof Byte) {
      return ((Number) value).longValue();
    }
    return null;
  }

  /** How AMQP's users call the type of a value. */
  public static String typeName(@Nullable Object value) {
    if (value == null) {
      return "void";
    }
    if (value instanceof Integer) {
      return "signedint";
    }
    if (value instanceof Long) {
      return "long";
    }
    if (value instanceof Short) {
      return "short";
    }
    if (value instanceof Byte) {
      return "byte";
    }
    if (value instanceof Unsigned unsigned) {
      return unsigned.width() == 1
          ? "unsignedbyte"
          : unsigned.width() == 2 ? "unsignedshort" : "unsignedint";
    }
    if (value instanceof Boolean) {
      return "bool";
    }
    if (value instanceof Float) {
      return "float";
    }
    if (value instanceof Double) {
      return "double";
    }
    if (value instanceof byte[]) {
      return "binary";
    }
    if (value instanceof List<?>) {
      return "array";
    }
    if (value instanceof Headers || value instanceof Header) {
      return "table";
    }
    if (value instanceof java.time.Instant) {
      return "timestamp";
    }
    if (value instanceof java.math.BigDecimal) {
      return "decimal";
    }
    return "longstr";
  }
}
