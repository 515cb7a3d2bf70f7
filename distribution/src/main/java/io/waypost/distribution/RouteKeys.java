package io.waypost.distribution;

import io.waypost.broker.RouteSpec;
import io.waypost.distribution.config.Config;
import io.waypost.distribution.config.ConfigException;
import io.waypost.distribution.config.Tree;
import io.waypost.engine.RouteSettings;
import io.waypost.message.Header;
import io.waypost.message.Headers;
import io.waypost.routes.RefusedRule;
import io.waypost.routes.RouteDefaults;
import io.waypost.routes.RouteRule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The routes of the configuration: a list of rules below {@code routes}. */
final class RouteKeys {
  /** Where they stand. */
  static final String KEY = "routes";

  /** The exchange that topics are at is MQTT's to say. */
  private static final String TOPIC_EXCHANGE = "mqtt.exchange";

  private static final String NAME = "name";
  private static final String VHOST = "vhost";

  private final RouteDefaults defaults;
  private final String defaultVirtualHost;
  private final List<String> problems = new ArrayList<>();
  private final Map<List<String>, String> places = new HashMap<>();
  private final Map<String, List<RouteSpec>> rules = new LinkedHashMap<>();

  private RouteKeys(RouteDefaults defaults, String defaultVirtualHost) {
    this.defaults = defaults;
    this.defaultVirtualHost = defaultVirtualHost;
  }

  /**
   * Reads them.
   *
   * @param protocols the protocols that there are adapters for
   * @throws ConfigException with every mistake that was found
   */
  static RouteSettings read(Config config, Set<String> protocols) throws ConfigException {
    Set<String> all = new HashSet<>(RouteDefaults.USUAL.protocols());
    all.addAll(protocols);
    Object exchange = config.find(TOPIC_EXCHANGE);
    RouteDefaults defaults = new RouteDefaults(
        exchange == null ? RouteDefaults.USUAL.topicExchange() : exchange.toString(), all);
    RouteKeys keys = new RouteKeys(defaults, config.get(BrokerKeys.DEFAULT_VHOST));
    Tree given = config.tree(KEY);
    if (given != null) {
      keys.read(given);
    }
    if (!keys.problems.isEmpty()) {
      throw new ConfigException(keys.problems);
    }
    return new RouteSettings(defaults, keys.rules);
  }

  private void read(Tree given) {
    List<Tree> elements = given.elements();
    if (elements == null) {
      problems.add(given.where() + ": " + KEY + " must be a list of rules, each with a name");
      return;
    }
    elements.forEach(this::rule);
  }

  private void rule(Tree given) {
    Map<String, Tree> members = given.members();
    if (members == null) {
      problems.add(
          given.where() + ": " + KEY + ": each must be a section with a name, match and to");
      return;
    }
    String name = text(given, members, NAME, null);
    String virtualHost = text(given, members, VHOST, defaultVirtualHost);
    if (name == null || virtualHost == null) {
      return;
    }
    List<Header> definition = new ArrayList<>();
    members.forEach((key, member) -> {
      if (!key.equals(NAME) && !key.equals(VHOST)) {
        definition.add(new Header(key, member.plain()));
      }
    });
    RouteSpec spec = new RouteSpec(name, Headers.of(definition));
    try {
      RouteRule.of(spec, defaults);
    } catch (RefusedRule refused) {
      problems.add(given.where(refused.path()) + ": route " + name + ": " + refused.getMessage());
      return;
    }
    String first = places.putIfAbsent(List.of(virtualHost, name), given.where());
    if (first != null) {
      problems.add(given.where(List.of(NAME)) + ": route " + name + ": there is another of that"
          + " name in vhost " + virtualHost + ", at " + first);
      return;
    }
    rules.computeIfAbsent(virtualHost, absent -> new ArrayList<>()).add(spec);
  }

  private @Nullable String text(
      Tree rule, Map<String, Tree> members, String name, @Nullable String absent) {
    Tree member = members.get(name);
    if (member == null && absent != null) {
      return absent;
    }
    if (member != null && member.value() instanceof String text && !text.isEmpty()) {
      return text;
    }
    problems.add(rule.where(List.of(name)) + ": " + KEY + ": "
        + (member == null ? "a rule must have a " + name : name + " must be a text, not empty"));
    return null;
  }
}
