package io.waypost.routes;

import io.waypost.message.Headers;
import io.waypost.message.Message;
import io.waypost.routing.BindingTable;
import io.waypost.routing.ExchangeTypes;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * The rules of a virtual host in the order in which they apply. Immutable, any thread: a change makes another one.
 *
 * <p>Which rules match an address is found as a topic exchange finds queues, not by asking every rule.
 */
public final class RouteRules {
  /** No rule. */
  public static final RouteRules NONE = new RouteRules(List.of());

  private final List<RouteRule> rules;
  private final Map<String, BindingTable<Integer>> byExchange = new HashMap<>();
  private final BindingTable<Integer> atEveryExchange = table();

  /** These rules, in this order. */
  public RouteRules(List<RouteRule> rules) {
    this.rules = List.copyOf(rules);
    for (int i = 0; i < this.rules.size(); i++) {
      RouteRule rule = this.rules.get(i);
      BindingTable<Integer> table = rule.exchange() == null
          ? atEveryExchange
          : byExchange.computeIfAbsent(rule.exchange(), exchange -> table());
      table.bind(i, rule.binding(), Headers.empty());
    }
  }

  private static BindingTable<Integer> table() {
    return ExchangeTypes.<Integer>table(ExchangeTypes.TOPIC).orElseThrow();
  }

  /** The rules in order. */
  public List<RouteRule> rules() {
    return rules;
  }

  /** Whether there is none. */
  public boolean isEmpty() {
    return rules.isEmpty();
  }

  /** The places of the rules that may match what a client publishes. */
  public BitSet fitting(Sender sender) {
    BitSet fitting = new BitSet(rules.size());
    for (int i = 0; i < rules.size(); i++) {
      fitting.set(i, rules.get(i).fits(sender));
    }
    return fitting;
  }

  /**
   * What the rules make of a message, in order.
   *
   * @param fitting the places of the rules that are asked
   * @param key one of the message's keys
   */
  public List<Reroute> apply(BitSet fitting, Sender sender, Message message, String key) {
    TreeSet<Integer> candidates = new TreeSet<>();
    atEveryExchange.match(message, key, candidates);
    BindingTable<Integer> atExchange = byExchange.get(message.exchange());
    if (atExchange != null) {
      atExchange.match(message, key, candidates);
    }
    if (candidates.isEmpty()) {
      return List.of();
    }
    List<Reroute> reroutes = new ArrayList<>(candidates.size());
    for (int place : candidates) {
      Reroute reroute =
          fitting.get(place) ? rules.get(place).apply(sender, message.exchange(), key) : null;
      if (reroute != null) {
        reroutes.add(reroute);
      }
    }
    return List.copyOf(reroutes);
  }
}
