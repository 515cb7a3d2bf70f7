package io.waypost.engine;

import io.waypost.broker.ExchangeSpec;
import io.waypost.message.Message;
import io.waypost.queue.QueueArguments;
import io.waypost.routing.BindingTable;
import org.jspecify.annotations.Nullable;

/**
 * An exchange: its bindings and what policies make of it. Any loop may route through it; the virtual host's loop alone
 * changes it.
 */
final class Exchange {
  static final String DELAYED = "x-delayed-message";
  static final String DELAYED_TYPE = "x-delayed-type";
  static final String DELAY = "x-delay";
  static final String ALTERNATE = "alternate-exchange";

  private final ExchangeSpec spec;
  private final BindingTable<Destination> table;
  private final String routingType;
  private final boolean topic;
  private volatile @Nullable String alternate;
  private volatile @Nullable String policy;
  private boolean boundOnce;

  Exchange(ExchangeSpec spec, String routingType, BindingTable<Destination> table) {
    this.spec = spec;
    this.table = table;
    this.routingType = routingType;
    this.topic = routingType.equals("topic");
    this.alternate = spec.arguments().text(ALTERNATE);
  }

  ExchangeSpec spec() {
    return spec;
  }

  String name() {
    return spec.name();
  }

  BindingTable<Destination> table() {
    return table;
  }

  /** The type by which it routes: that of a delayed one is the type behind it. */
  String routingType() {
    return routingType;
  }

  /** Whether users may be limited to some of its routing keys. */
  boolean isTopic() {
    return topic;
  }

  @Nullable
  String alternate() {
    return alternate;
  }

  @Nullable
  String policy() {
    return policy;
  }

  /** What policies say; the exchange's own arguments come first. */
  void apply(@Nullable String policyName, @Nullable String policyAlternate) {
    policy = policyName;
    String own = spec.arguments().text(ALTERNATE);
    alternate = own != null ? own : policyAlternate;
  }

  void bound() {
    boundOnce = true;
  }

  /** Whether it was declared to go when unused, and is. */
  boolean isDisused() {
    return spec.autoDelete() && boundOnce && table.isEmpty();
  }

  boolean isDelayed() {
    return spec.type().equals(DELAYED);
  }

  /** For how many milliseconds it keeps the message back; 0 when it does not. */
  long delayOf(Message message) {
    if (!isDelayed()) {
      return 0;
    }
    Object value = message.properties().headers().get(DELAY);
    Long millis = value instanceof String text ? parse(text) : QueueArguments.integer(value);
    return millis == null ? 0 : Math.max(0, millis);
  }

  private static @Nullable Long parse(String text) {
    try {
      return Long.valueOf(text);
    } catch (NumberFormatException e) {
      return null;
    }
  }
}
