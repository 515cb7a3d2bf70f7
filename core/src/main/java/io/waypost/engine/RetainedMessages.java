package io.waypost.engine;

import io.waypost.broker.Session.Retained;
import io.waypost.loop.Loop;
import io.waypost.loop.Tally;
import io.waypost.loop.Timer;
import io.waypost.message.Message;
import io.waypost.routing.WordTree;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The last message of each address that was to be kept for those who come later, of one virtual host. Belongs to the
 * virtual host's loop. A search through very many goes on in turns, so that nobody else on the loop waits for it.
 */
final class RetainedMessages {
  private static final int STEPS_A_TURN = 4096;
  private static final long LONGEST = TimeUnit.NANOSECONDS.toMillis(Long.MAX_VALUE / 4);

  private final Loop loop;
  private final Map<String, WordTree<Kept>> byExchange = new HashMap<>();
  private final TreeSet<Kept> mortal = new TreeSet<>(Kept::compare);
  private final Tally count = new Tally();
  private final Tally bytes = new Tally();
  private @Nullable Timer timer;
  private long numbers;

  RetainedMessages(Loop loop) {
    this.loop = loop;
  }

  private static final class Kept {
    final Message message;
    final boolean expires;
    final long deadline;
    final long number;

    Kept(Message message, long number, long now) {
      this.number = number;
      this.message = message;
      this.expires = message.timeToLive() != Message.NO_EXPIRY;
      this.deadline =
          now + TimeUnit.MILLISECONDS.toNanos(Math.max(0, Math.min(message.timeToLive(), LONGEST)));
    }

    static int compare(Kept one, Kept other) {
      int order = Long.signum(one.deadline - other.deadline);
      return order != 0 ? order : Long.compare(one.number, other.number);
    }
  }

  /** How many there are. Any thread. */
  long count() {
    return count.get();
  }

  /** The bytes of their bodies. Any thread. */
  long bytes() {
    return bytes.get();
  }

  /** Keeps a message in place of the one before; an empty one only takes that away. */
  void put(Message message) {
    assert loop.inLoop();
    if (message.body().length == 0) {
      remove(message.exchange(), message.routingKey());
      return;
    }
    message.compact();
    Kept kept = new Kept(message, numbers++, loop.clock().nanos());
    Kept before = byExchange
        .computeIfAbsent(message.exchange(), absent -> new WordTree<>())
        .put(message.routingKey(), kept);
    if (before != null) {
      forget(before);
    }
    count.add(1);
    bytes.add(message.body().length);
    if (kept.expires) {
      mortal.add(kept);
      watch();
    }
  }

  private void remove(String exchange, String key) {
    WordTree<Kept> tree = byExchange.get(exchange);
    Kept gone = tree == null ? null : tree.remove(key);
    if (gone != null) {
      forget(gone);
    }
    if (tree != null && tree.size() == 0) {
      byExchange.remove(exchange);
    }
  }

  private void forget(Kept gone) {
    count.add(-1);
    bytes.add(-gone.message.body().length);
    if (gone.expires) {
      mortal.remove(gone);
    }
  }

  /** The exchange is gone, and what was kept for it. */
  void drop(String exchange) {
    assert loop.inLoop();
    WordTree<Kept> tree = byExchange.remove(exchange);
    if (tree != null) {
      List<Kept> all = new ArrayList<>(tree.size());
      tree.search("#").run(Integer.MAX_VALUE, all);
      all.forEach(this::forget);
    }
  }

  /** Those whose routing keys match a pattern. */
  CompletableFuture<List<Retained>> find(String exchange, String pattern, boolean hideReserved) {
    assert loop.inLoop();
    CompletableFuture<List<Retained>> result = new CompletableFuture<>();
    WordTree<Kept> tree = byExchange.get(exchange);
    if (tree == null) {
      result.complete(List.of());
    } else {
      boolean hides = hideReserved && (pattern.startsWith("*") || pattern.startsWith("#"));
      search(tree.search(pattern), new ArrayList<>(), hides, result);
    }
    return result;
  }

  private void search(
      WordTree<Kept>.Search search,
      List<Kept> found,
      boolean hides,
      CompletableFuture<List<Retained>> result) {
    if (search.run(STEPS_A_TURN, found)) {
      result.complete(living(found, hides));
    } else {
      loop.execute(() -> search(search, found, hides, result));
    }
  }

  private List<Retained> living(List<Kept> found, boolean hides) {
    long now = loop.clock().nanos();
    List<Retained> living = new ArrayList<>(found.size());
    for (Kept kept : new LinkedHashSet<>(found)) {
      long left =
          kept.expires ? TimeUnit.NANOSECONDS.toMillis(kept.deadline - now) : Message.NO_EXPIRY;
      boolean alive = !kept.expires || kept.deadline - now > 0;
      if (alive && !(hides && Terms.isReserved(kept.message.routingKey()))) {
        living.add(new Retained(kept.message, left));
      }
    }
    return living;
  }

  private void watch() {
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
    Kept next = mortal.isEmpty() ? null : mortal.first();
    if (next != null) {
      timer =
          loop.schedule(this::expire, Math.max(0, next.deadline - loop.clock().nanos()));
    }
  }

  private void expire() {
    timer = null;
    while (!mortal.isEmpty() && mortal.first().deadline - loop.clock().nanos() <= 0) {
      Kept next = mortal.first();
      mortal.remove(next);
      WordTree<Kept> tree = byExchange.get(next.message.exchange());
      if (tree != null && tree.get(next.message.routingKey()) == next) {
        remove(next.message.exchange(), next.message.routingKey());
      }
    }
    watch();
  }
}
