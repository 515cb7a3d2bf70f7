package io.waypost.routes;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a rule matches. Every part that is there must.
 *
 * @param protocols the protocols, one of them; all when empty
 * @param clients patterns of client ids, one of them; all when empty
 * @param users patterns of user names, one of them; all when empty
 * @param exchange the exchange, or null for every one
 * @param pattern the routing keys
 */
record RouteMatch(
    List<String> protocols,
    List<Glob> clients,
    List<Glob> users,
    @Nullable String exchange,
    KeyPattern pattern) {
  private static final String DEFAULT_EXCHANGE = "amq.default";
  private static final List<String> KEYS =
      List.of("protocol", "topic", "exchange", "key", "client", "user");

  /**
   * Reads it.
   *
   * @throws RefusedRule if it can't be used
   */
  static RouteMatch of(Fields rule, RouteDefaults defaults) {
    Fields fields = rule.table("match", KEYS);
    if (fields == null || fields.isEmpty()) {
      throw rule.refused(
          "match", "must say what is matched, by one or more of " + String.join(", ", KEYS));
    }
    List<String> protocols = fields.texts("protocol");
    for (String protocol : protocols) {
      if (!defaults.protocols().contains(protocol)) {
        throw fields.refused(
            "protocol",
            "must be among "
                + String.join(", ", defaults.protocols().stream().sorted().toList())
                + ", not \"" + protocol + "\"");
      }
    }
    String exchange = exchangeName(fields.text("exchange"));
    String topic = fields.text("topic");
    if (topic != null && fields.has("key")) {
      throw fields.refused("key", "stands beside a topic; give one of the two");
    }
    if (topic != null && exchange == null) {
      exchange = defaults.topicExchange();
    }
    return new RouteMatch(
        protocols, globs(fields, "client"), globs(fields, "user"), exchange, pattern(fields));
  }

  private static KeyPattern pattern(Fields fields) {
    String topic = fields.text("topic");
    String key = fields.text("key");
    KeyPattern pattern = topic != null
        ? parsed(fields, "topic", topic, KeyPattern::ofTopic)
        : key != null ? parsed(fields, "key", key, KeyPattern::ofKey) : KeyPattern.EVERY;
    for (String common : Values.COMMON) {
      if (pattern.names().contains(common)) {
        throw fields.refused(
            topic != null ? "topic" : "key",
            "{" + common + "} stands for something else already; take another name");
      }
    }
    if (topic != null) {
      RouteTarget.checkPlace(fields, topic);
    }
    return pattern;
  }

  private static KeyPattern parsed(
      Fields fields, String name, String text, Function<String, KeyPattern> parser) {
    try {
      return parser.apply(text);
    } catch (IllegalArgumentException invalid) {
      throw fields.refused(name, String.valueOf(invalid.getMessage()));
    }
  }

  private static List<Glob> globs(Fields fields, String name) {
    List<Glob> globs = new ArrayList<>();
    fields.texts(name).forEach(text -> globs.add(new Glob(text)));
    return List.copyOf(globs);
  }

  /** The exchange's name; the default exchange, whose name is empty, may be written out. */
  static @Nullable String exchangeName(@Nullable String written) {
    return DEFAULT_EXCHANGE.equals(written) ? "" : written;
  }

  /** The names of what is found. */
  Set<String> names() {
    return pattern.names();
  }

  /** Whether it may match what that client publishes. */
  boolean fits(Sender sender) {
    return (protocols.isEmpty() || protocols.contains(sender.protocol()))
        && matches(clients, sender.clientId())
        && matches(users, sender.user());
  }

  /** Why it does not match, or null when it does. */
  @Nullable
  String mismatch(Sender sender, String toExchange, String key) {
    if (!protocols.isEmpty() && !protocols.contains(sender.protocol())) {
      return "the protocol is " + sender.protocol() + ", not " + String.join(" or ", protocols);
    }
    if (!matches(clients, sender.clientId())) {
      return "the client is \"" + sender.clientId() + "\", not " + shown(clients);
    }
    if (!matches(users, sender.user())) {
      return "the user is \"" + sender.user() + "\", not " + shown(users);
    }
    if (exchange != null && !exchange.equals(toExchange)) {
      return "the exchange is " + shown(toExchange) + ", not " + shown(exchange);
    }
    return pattern.match(key) == null ? "the key \"" + key + "\" does not match" : null;
  }

  private static boolean matches(List<Glob> globs, String name) {
    if (globs.isEmpty()) {
      return true;
    }
    for (Glob glob : globs) {
      if (glob.matches(name)) {
        return true;
      }
    }
    return false;
  }

  private static String shown(List<Glob> globs) {
    return String.join(
        " or ", globs.stream().map(glob -> "\"" + glob.pattern() + "\"").toList());
  }

  private static String shown(String exchange) {
    return exchange.isEmpty() ? DEFAULT_EXCHANGE : exchange;
  }
}
