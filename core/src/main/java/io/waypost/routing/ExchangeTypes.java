package io.waypost.routing;

import java.util.List;
import java.util.Optional;

/** The exchange types there are, by the names that clients declare them with. */
public final class ExchangeTypes {
  /** The routing key equals the binding's key. */
  public static final String DIRECT = "direct";

  /** Every message goes to every destination. */
  public static final String FANOUT = "fanout";

  /** The binding's key is a pattern of words with {@code *} and {@code #}. */
  public static final String TOPIC = "topic";

  /** The message's headers match the binding's arguments. */
  public static final String HEADERS = "headers";

  private ExchangeTypes() {}

  /** The names of the types. */
  public static List<String> names() {
    return List.of(DIRECT, FANOUT, TOPIC, HEADERS);
  }

  /**
   * A new table without a binding.
   *
   * @param type the exchange type
   * @param <D> what destinations are
   * @return empty when there is no such type
   */
  public static <D> Optional<BindingTable<D>> table(String type) {
    MatchTable<D> matches = switch (type) {
      case DIRECT -> new DirectTable<>();
      case FANOUT -> new FanoutTable<>();
      case TOPIC -> new TopicTable<>();
      case HEADERS -> new HeadersTable<>();
      default -> null;
    };
    return Optional.ofNullable(matches).map(BindingTable::new);
  }
}
