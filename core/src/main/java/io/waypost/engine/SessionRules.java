package io.waypost.engine;

import io.waypost.message.Message;
import io.waypost.routes.Reroute;
import io.waypost.routes.RouteRule;
import io.waypost.routes.RouteRules;
import io.waypost.routes.Sender;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the virtual host's rules make of one session's messages. Belongs to the session's loop.
 *
 * <p>Rules apply here and nowhere else, when a client publishes: what they make goes to the {@link Router}, as dead
 * letters and delayed messages do, so that no message is looked at by rules twice and none can go round in circles.
 *
 * <p>Each of a message's keys (CC, BCC) is looked at as if the message had been published with it alone. The rules that
 * can match the session at all are chosen once a version of the rules, and what they make of an address is remembered
 * until the next one.
 */
final class SessionRules {
  private static final Logger LOG = LoggerFactory.getLogger(SessionRules.class);

  private final VirtualHost virtualHost;
  private final Sender sender;
  private RouteRules known = RouteRules.NONE;
  private BitSet fitting = new BitSet(0);
  private String lastExchange = "";
  private String lastKey = "";
  private @Nullable List<Reroute> last;

  SessionRules(VirtualHost virtualHost, Sender sender) {
    this.virtualHost = virtualHost;
    this.sender = sender;
  }

  /**
   * What becomes of a message, counted.
   *
   * @param own where it goes without rules
   * @return null when no rule matches it
   */
  @Nullable
  List<Sending> apply(Message message, Route own) {
    return concern() ? sendings(message, own, true) : null;
  }

  /** The message and what rules make of it, as far as it has an address at an exchange. */
  List<Message> messages(Message message) {
    List<Sending> sendings =
        concern() ? sendings(message, Route.none(virtualHost.router().version()), false) : null;
    if (sendings == null) {
      return List.of(message);
    }
    return sendings.stream()
        .map(Sending::message)
        .filter(one -> !one.exchange().isEmpty())
        .toList();
  }

  /** Whether there are rules for this session. */
  private boolean concern() {
    RouteRules now = virtualHost.rules().rules();
    if (now.isEmpty()) {
      return false;
    }
    if (now != known) {
      known = now;
      fitting = now.fitting(sender);
      last = null;
    }
    return !fitting.isEmpty();
  }

  private @Nullable List<Sending> sendings(Message message, Route own, boolean counted) {
    if (message.copyKeys().isEmpty() && message.blindKeys().isEmpty()) {
      List<Reroute> reroutes = reroutes(message);
      if (reroutes.isEmpty()) {
        return null;
      }
      List<Sending> all = new ArrayList<>(reroutes.size() + 1);
      if (!send(message, reroutes, all, counted)) {
        all.add(0, new Sending(message, own));
      }
      return all;
    }
    return sendingsOfKeys(message, own, counted);
  }

  private @Nullable List<Sending> sendingsOfKeys(Message message, Route own, boolean counted) {
    Set<String> keys = new LinkedHashSet<>();
    keys.add(message.routingKey());
    keys.addAll(message.copyKeys());
    keys.addAll(message.blindKeys());
    List<String> left = new ArrayList<>(keys.size());
    // A rule that sends two of the keys to the same place sends one message there.
    Set<Reroute> all = new LinkedHashSet<>();
    for (String key : keys) {
      List<Reroute> reroutes = known.apply(fitting, sender, message, key);
      all.addAll(reroutes);
      if (reroutes.stream().noneMatch(this::moves)) {
        left.add(key);
      }
    }
    if (all.isEmpty()) {
      return null;
    }
    List<Sending> sendings = new ArrayList<>(all.size() + 1);
    if (left.size() == keys.size()) {
      sendings.add(new Sending(message, own));
    } else if (!left.isEmpty()) {
      Message addressed = message
          .republished(message.exchange(), left.get(0), message.properties())
          .withMoreKeys(left.subList(1, left.size()), List.of());
      sendings.add(new Sending(message, virtualHost.router().route(addressed)));
    }
    send(message, List.copyOf(all), sendings, counted);
    return sendings;
  }

  private boolean moves(Reroute reroute) {
    return !reroute.rule().copy() && virtualHost.findExchange(reroute.exchange()) != null;
  }

  /** Adds what the rules make of a message; whether one of them moves it. */
  private boolean send(
      Message message, List<Reroute> reroutes, List<Sending> into, boolean counted) {
    boolean moved = false;
    for (Reroute reroute : reroutes) {
      RouteRule rule = reroute.rule();
      boolean there = virtualHost.findExchange(reroute.exchange()) != null;
      if (counted) {
        count(rule, reroute.exchange(), there);
      }
      if (there) {
        moved |= !rule.copy();
        Message made = reroute.of(message);
        into.add(new Sending(made, virtualHost.router().route(made)));
      }
    }
    return moved;
  }

  private void count(RouteRule rule, String exchange, boolean there) {
    rule.countMatch();
    if (!there && rule.countMiss()) {
      LOG.warn(
          "Vhost '{}': the route '{}' leads to the exchange '{}', and there is none; {}. This is"
              + " logged once, and counted",
          virtualHost.name(),
          rule.name(),
          exchange,
          rule.copy() ? "no copy is made" : "messages stay where they are published");
    }
  }

  private List<Reroute> reroutes(Message message) {
    List<Reroute> same = last;
    if (same != null
        && message.routingKey().equals(lastKey)
        && message.exchange().equals(lastExchange)) {
      return same;
    }
    List<Reroute> found = known.apply(fitting, sender, message, message.routingKey());
    lastExchange = message.exchange();
    lastKey = message.routingKey();
    last = found;
    return found;
  }
}
