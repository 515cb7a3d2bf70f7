package io.waypost.engine;

import io.waypost.broker.BrokerException;
import io.waypost.broker.ErrorCode;
import io.waypost.broker.RouteSpec;
import io.waypost.routes.RefusedRule;
import io.waypost.routes.RouteDefaults;
import io.waypost.routes.RouteRule;
import io.waypost.routes.RouteRules;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rules of a virtual host: those of the configuration in their order, then those that operators declared, by name.
 * Any loop may read them; the virtual host's loop alone changes them.
 */
final class RuleBook {
  private static final Logger LOG = LoggerFactory.getLogger(RuleBook.class);

  private final String virtualHost;
  private final RouteDefaults defaults;
  private final List<RouteRule> configured;
  // Of the virtual host's loop alone.
  private final TreeMap<String, RouteRule> declared = new TreeMap<>();
  private volatile RouteRules rules;

  RuleBook(String virtualHost, RouteSettings settings) {
    this.virtualHost = virtualHost;
    this.defaults = settings.defaults();
    this.configured = settings.configured().getOrDefault(virtualHost, List.of()).stream()
        .map(this::checked)
        .toList();
    this.rules = configured.isEmpty() ? RouteRules.NONE : new RouteRules(configured);
  }

  private RouteRule checked(RouteSpec spec) {
    try {
      return RouteRule.of(spec, defaults);
    } catch (RefusedRule refused) {
      throw new BrokerException(
          ErrorCode.PRECONDITION_FAILED, String.valueOf(refused.getMessage()));
    }
  }

  RouteDefaults defaults() {
    return defaults;
  }

  /** The rules that apply now. */
  RouteRules rules() {
    return rules;
  }

  /** Whether the rule of that name is one of the configuration. */
  boolean isConfigured(String rule) {
    return configured.stream().anyMatch(one -> one.name().equals(rule));
  }

  /**
   * Adds a rule, or replaces the one of that name.
   *
   * @throws BrokerException if it can't be used, or the configuration has one of that name
   */
  void put(RouteSpec spec) {
    checkNotConfigured(spec.name());
    declared.put(spec.name(), checked(spec));
    changed();
  }

  /** Takes in a rule that the store kept. */
  void restore(RouteSpec spec) {
    if (isConfigured(spec.name())) {
      LOG.warn(
          "Vhost '{}': the route '{}' that was declared has no effect while the configuration has"
              + " one of that name",
          virtualHost,
          spec.name());
      return;
    }
    put(spec);
  }

  /**
   * Removes a rule.
   *
   * @throws BrokerException if there is none, or it is one of the configuration
   */
  RouteSpec remove(String rule) {
    checkNotConfigured(rule);
    RouteRule gone = declared.remove(rule);
    if (gone == null) {
      throw new BrokerException(
          ErrorCode.NOT_FOUND, "no route '" + rule + "' in vhost '" + virtualHost + "'");
    }
    changed();
    return gone.spec();
  }

  /** The rules that operators declared. On the virtual host's loop. */
  List<RouteSpec> declared() {
    return declared.values().stream().map(RouteRule::spec).toList();
  }

  private void checkNotConfigured(String rule) {
    if (isConfigured(rule)) {
      throw new BrokerException(
          ErrorCode.PRECONDITION_FAILED,
          "the route '" + rule + "' is part of the configuration, and is changed there only");
    }
  }

  private void changed() {
    List<RouteRule> all = new ArrayList<>(configured);
    all.addAll(declared.values());
    rules = all.isEmpty() ? RouteRules.NONE : new RouteRules(all);
  }
}
