package io.waypost.engine;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.waypost.broker.BrokerException;
import io.waypost.broker.ErrorCode;
import io.waypost.message.Message;
import io.waypost.queue.Queue;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Finds the queues of a message: through bindings, exchange-to-exchange bindings (each exchange once, so cycles end) and
 * alternate exchanges, each queue once.
 *
 * <p>Any loop may route, without a lock. Results are cached by address. Staleness: the topology has a version, raised
 * after each change; a route is computed from a version read before the first table is looked at, and used only while
 * that version is the present one. A change that a routing loop saw half of therefore voids what it computed.
 */
final class Router {
  private record Address(String exchange, String key) {}

  /** What cached routes may weigh together, each as much as it has queues and its address counts for. */
  private static final int CACHED_WEIGHT = 1_000_000;

  private static final int ADDRESS_WEIGHT = 16;

  private final String virtualHost;
  private final Map<String, Exchange> exchanges;
  private final Map<String, Queue> queues;
  private final Cache<Address, Route> cache = Caffeine.newBuilder()
      .maximumWeight(CACHED_WEIGHT)
      .weigher((Address address, Route route) -> ADDRESS_WEIGHT + route.queues().size())
      .executor(Runnable::run)
      .build();
  private final AtomicLong version = new AtomicLong();

  Router(String virtualHost, Map<String, Exchange> exchanges, Map<String, Queue> queues) {
    this.virtualHost = virtualHost;
    this.exchanges = exchanges;
    this.queues = queues;
  }

  /** The topology's present version. */
  long version() {
    return version.get();
  }

  /** A change is complete. On the virtual host's loop. */
  void changed() {
    version.incrementAndGet();
  }

  /**
   * The exchange that a client publishes to.
   *
   * @throws BrokerException if there is none, or none for clients
   */
  Exchange published(String name) {
    Exchange exchange = exchanges.get(name);
    if (exchange == null) {
      throw new BrokerException(
          ErrorCode.NOT_FOUND, "no exchange '" + name + "' in vhost '" + virtualHost + "'");
    }
    if (exchange.spec().internal()) {
      throw new BrokerException(
          ErrorCode.ACCESS_REFUSED,
          "cannot publish to internal exchange '" + name + "' in vhost '" + virtualHost + "'");
    }
    return exchange;
  }

  /** Where a message goes from its exchange; nowhere when there is no such exchange. */
  Route route(Message message) {
    long now = version.get();
    boolean plain = message.copyKeys().isEmpty() && message.blindKeys().isEmpty();
    if (plain && message.exchange().isEmpty()) {
      Queue queue = queues.get(message.routingKey());
      return queue == null ? Route.none(now) : Route.to(now, queue);
    }
    if (!plain) {
      return compute(now, message, null);
    }
    Address address = new Address(message.exchange(), message.routingKey());
    Route known = cache.getIfPresent(address);
    if (known != null && known.version() == now) {
      return known;
    }
    Route fresh = compute(now, message, null);
    if (fresh.cacheable()) {
      cache.put(address, fresh);
    } else if (known != null) {
      cache.invalidate(address);
    }
    return fresh;
  }

  /** Where a message goes from an exchange that has kept it back until now. */
  Route routeDelayed(Message message, Exchange from) {
    return compute(version.get(), message, from);
  }

  private Route compute(long now, Message message, @Nullable Exchange undelayed) {
    Walk walk = new Walk(message, undelayed);
    if (message.exchange().isEmpty() && undelayed == null) {
      walk.byQueueName();
    } else {
      walk.visit(undelayed != null ? undelayed : exchanges.get(message.exchange()));
    }
    return Route.to(now, walk.found, walk.delays, walk.cacheable);
  }

  private final class Walk {
    final Message message;
    final @Nullable Exchange undelayed;
    final Map<Queue, Integer> found = new LinkedHashMap<>();
    final List<Exchange> delays = new ArrayList<>(0);
    final Set<Exchange> visited = new HashSet<>();
    boolean cacheable;

    Walk(Message message, @Nullable Exchange undelayed) {
      this.message = message;
      this.undelayed = undelayed;
      cacheable =
          message.copyKeys().isEmpty() && message.blindKeys().isEmpty() && undelayed == null;
    }

    void byQueueName() {
      forEachKey(key -> {
        Queue queue = queues.get(key);
        if (queue != null) {
          found.put(queue, Terms.NONE);
        }
      });
    }

    void visit(@Nullable Exchange exchange) {
      if (exchange == null || !visited.add(exchange)) {
        return;
      }
      if (exchange.name().isEmpty()) {
        byQueueName();
        return;
      }
      cacheable &= !exchange.table().usesHeaders() && !exchange.isDelayed();
      if (exchange != undelayed && exchange.delayOf(message) > 0) {
        delays.add(exchange);
        return;
      }
      Set<Destination> matched = new LinkedHashSet<>();
      forEachKey(key -> match(exchange, key, matched));
      String alternate = exchange.alternate();
      if (matched.isEmpty() && alternate != null) {
        visit(exchanges.get(alternate));
      }
      for (Destination destination : matched) {
        if (destination instanceof Destination.ToQueue to) {
          found.merge(to.queue(), Terms.asked(to.terms()), (terms, others) -> terms & others);
        } else if (destination instanceof Destination.ToExchange to) {
          visit(to.exchange());
        }
      }
    }

    private void match(Exchange exchange, String key, Set<Destination> matched) {
      if (!Terms.isReserved(key)) {
        exchange.table().match(message, key, matched);
        return;
      }
      List<Destination> all = new ArrayList<>();
      exchange.table().match(message, key, all);
      for (Destination destination : all) {
        if (!(destination instanceof Destination.ToQueue to) || !Terms.hide(to.terms(), key)) {
          matched.add(destination);
        }
      }
    }

    private void forEachKey(java.util.function.Consumer<String> action) {
      action.accept(message.routingKey());
      message.copyKeys().forEach(action);
      message.blindKeys().forEach(action);
    }
  }
}
