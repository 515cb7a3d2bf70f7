package io.waypost.engine;

import io.waypost.broker.BrokerException;
import io.waypost.broker.ErrorCode;
import io.waypost.broker.ExchangeSpec;
import io.waypost.broker.QueueSpec;
import io.waypost.message.Headers;
import io.waypost.queue.Queue;
import io.waypost.queue.QueueArguments;
import io.waypost.queue.Subscriber;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Whether a second declaration says the same as the first: every property, and of the arguments those that the broker
 * acts on. Numbers compare by value, whatever their width on the wire.
 */
final class Equivalence {
  private static final List<String> EXCHANGE_ARGUMENTS =
      List.of(Exchange.ALTERNATE, Exchange.DELAYED_TYPE);

  private Equivalence() {}

  static void check(ExchangeSpec current, ExchangeSpec received, String virtualHost) {
    String where = "exchange '" + current.name() + "' in vhost '" + virtualHost + "'";
    same("type", where, received.type(), current.type());
    same("durable", where, received.durable(), current.durable());
    same("auto_delete", where, received.autoDelete(), current.autoDelete());
    same("internal", where, received.internal(), current.internal());
    sameArguments(EXCHANGE_ARGUMENTS, where, received.arguments(), current.arguments());
  }

  static void check(QueueSpec current, QueueSpec received, String virtualHost) {
    String where = "queue '" + current.name() + "' in vhost '" + virtualHost + "'";
    same("durable", where, received.durable(), current.durable());
    same("auto_delete", where, received.autoDelete(), current.autoDelete());
    if (received.exclusive() != current.exclusive()) {
      throw locked(current.name(), virtualHost);
    }
    sameArguments(QueueArguments.KNOWN, where, received.arguments(), current.arguments());
  }

  /** Fails when the queue belongs to another session alone. */
  static void checkOwner(Queue queue, Subscriber session) {
    Subscriber owner = queue.ownerSession();
    if (owner != null && owner != session) {
      throw locked(queue.name(), queue.virtualHost());
    }
  }

  private static BrokerException locked(String queue, String virtualHost) {
    return new BrokerException(
        ErrorCode.RESOURCE_LOCKED,
        "cannot obtain exclusive access to locked queue '"
            + queue
            + "' in vhost '"
            + virtualHost
            + "'. It could be originally declared on another connection or the exclusive property value"
            + " does not match that of the original declaration.");
  }

  private static void same(String property, String where, Object received, Object current) {
    if (!received.equals(current)) {
      throw new BrokerException(
          ErrorCode.PRECONDITION_FAILED,
          "inequivalent arg '"
              + property
              + "' for "
              + where
              + ": received '"
              + received
              + "' but current is '"
              + current
              + "'");
    }
  }

  private static void sameArguments(
      List<String> names, String where, Headers received, Headers current) {
    for (String name : names) {
      Object now = current.get(name);
      Object asked = received.get(name);
      if (!Objects.equals(comparable(now), comparable(asked)) && !isDefault(name, now, asked)) {
        throw new BrokerException(
            ErrorCode.PRECONDITION_FAILED,
            "inequivalent arg '"
                + name
                + "' for "
                + where
                + ": received "
                + described(received.contains(name), asked)
                + " but current is "
                + described(current.contains(name), now));
      }
    }
  }

  private static boolean isDefault(String name, @Nullable Object now, @Nullable Object asked) {
    return name.equals("x-queue-type") && (now == null || asked == null);
  }

  private static @Nullable Object comparable(@Nullable Object value) {
    Long number = QueueArguments.integer(value);
    return number != null ? number : value;
  }

  private static String described(boolean given, @Nullable Object value) {
    return given
        ? "the value '" + value + "' of type '" + QueueArguments.typeName(value) + "'"
        : "none";
  }
}
