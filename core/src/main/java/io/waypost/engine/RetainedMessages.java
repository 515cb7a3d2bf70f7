package io.waypost.engine;

import io.waypost.broker.Session.Retained;
import io.waypost.loop.Loop;
import io.waypost.loop.Tally;
import io.waypost.loop.Timer;
import io.waypost.message.Message;
import io.waypost.queue.MemoryPressure;
import io.waypost.routing.WordTree;
import io.waypost.store.QueueStore;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The last message of each address that was to be kept for those who come later, of one virtual host. Belongs to the
 * virtual host's loop. A search through very many goes on in turns, so that nobody else on the loop waits for it.
 *
 * <p>They are messages of a queue in the store that nobody consumes: what replaces a message is added first, and what it
 * replaces leaves the store when that is safe, so that a crash leaves one of the two. What takes a message away is a
 * message itself, without a body, for as long. After a restart all are read once, the later ones over the earlier;
 * whoever asks meanwhile waits. In memory stay the addresses, and of the messages no more than a window.
 */
final class RetainedMessages {
  private static final int STEPS_A_TURN = 4096;
  private static final int LOADED_AT_ONCE = 1024;

  /** Messages and bytes that stay in memory although they are stored. */
  private static final int WINDOW = 65_536;

  private static final long WINDOW_BYTES = 16L << 20;

  private final Loop loop;
  private final MemoryPressure pressure;
  private final Supplier<QueueStore> opening;
  private final Map<String, WordTree<KeptMessage>> byExchange = new HashMap<>();
  private final TreeSet<KeptMessage> mortal = new TreeSet<>(KeptMessage::compareExpiry);
  private final ArrayDeque<QueueStore.Run> recovering = new ArrayDeque<>();
  private final List<Runnable> waiting = new ArrayList<>();
  private final Tally count = new Tally();
  private final Tally bytes = new Tally();
  private @Nullable QueueStore store;
  private @Nullable Timer timer;
  private long positions;
  private int inMemory;
  private long bytesInMemory;
  private boolean loading;
  private boolean dropped;

  /**
   * None.
   *
   * @param opening a place in the store, asked for once, when the first is to be stored
   */
  RetainedMessages(Loop loop, MemoryPressure pressure, Supplier<QueueStore> opening) {
    this.loop = loop;
    this.pressure = pressure;
    this.opening = opening;
  }

  /** How many there are. Any thread. */
  long count() {
    return count.get();
  }

  /** The bytes of their bodies. Any thread. */
  long bytes() {
    return bytes.get();
  }

  // --- after a restart
  // ---------------------------------------------------------------------------------------------

  /** Reads what the store kept. Before anything else. */
  void recover(QueueStore from) {
    assert loop.inLoop();
    store = from;
    QueueStore.Recovered recovered = from.recovered();
    positions = recovered.nextPosition();
    recovered.levels().forEach(recovering::addAll);
    loading = true;
    recoverMore(from);
  }

  private void recoverMore(QueueStore from) {
    QueueStore.Run run = recovering.peek();
    if (run == null) {
      loading = false;
      watch();
      List<Runnable> tasks = List.copyOf(waiting);
      waiting.clear();
      tasks.forEach(Runnable::run);
      return;
    }
    from.load(run, LOADED_AT_ONCE, (messages, unreadable, unreadableBytes) -> {
      if (dropped) {
        return;
      }
      for (QueueStore.Loaded loaded : messages) {
        KeptMessage kept = new KeptMessage(this, loaded, loop.clock());
        take(kept);
        evictIfMany(kept);
      }
      if (run.size() == 0) {
        recovering.remove();
      }
      recoverMore(from);
    });
  }

  /** Runs something now, or when everything is known that was kept. */
  private void whenKnown(Runnable task) {
    if (loading) {
      waiting.add(task);
    } else {
      task.run();
    }
  }

  // --- changes
  // -----------------------------------------------------------------------------------------------------

  /**
   * Keeps a message in place of the one before; an empty one only takes that away.
   *
   * @param durable whether it is stored
   * @return completes when that is as safe as it will be
   */
  CompletableFuture<Void> put(Message message, boolean durable) {
    assert loop.inLoop();
    CompletableFuture<Void> told = new CompletableFuture<>();
    whenKnown(() -> put(message, durable, told));
    return told;
  }

  private void put(Message message, boolean durable, CompletableFuture<Void> told) {
    WordTree<KeptMessage> tree = byExchange.get(message.exchange());
    boolean takesAway = message.body().length == 0;
    if (dropped || (takesAway && (tree == null || tree.get(message.routingKey()) == null))) {
      told.complete(null);
      return;
    }
    message.compact();
    KeptMessage kept = new KeptMessage(
        this, positions++, durable, durable ? lasting(message) : message, loop.clock());
    kept.told = told;
    take(kept);
    if (!durable || store().append(kept)) {
      stored(kept);
    } else {
      kept.undecided = true;
    }
    watch();
  }

  private QueueStore store() {
    QueueStore known = store;
    if (known == null) {
      known = opening.get();
      store = known;
    }
    return known;
  }

  /** The message as one that the store keeps, however it was published. */
  private static Message lasting(Message message) {
    return message.persistent() || message.encoded() == null
        ? message
        : Message.encoded(
            message.exchange(),
            message.routingKey(),
            message.body(),
            message.encoded(),
            message.origin(),
            true,
            message.priority(),
            message.timeToLive());
  }

  /** Puts it in its place, or takes away what is there. */
  private void take(KeptMessage kept) {
    inMemory++;
    bytesInMemory += kept.bodyLength();
    WordTree<KeptMessage> tree =
        byExchange.computeIfAbsent(kept.exchange, absent -> new WordTree<>());
    boolean takesAway = kept.bodyLength() == 0;
    KeptMessage before = takesAway ? tree.remove(kept.key) : tree.put(kept.key, kept);
    if (tree.size() == 0) {
      byExchange.remove(kept.exchange);
    }
    if (before != null) {
      forget(before);
      kept.replaces = before;
    }
    if (kept.place() != QueueStore.NOWHERE) {
      stored(kept);
    }
    if (!takesAway) {
      count.add(1);
      bytes.add(kept.bodyLength());
      if (kept.expires()) {
        mortal.add(kept);
      }
    }
  }

  private void forget(KeptMessage gone) {
    gone.gone = true;
    count.add(-1);
    bytes.add(-gone.bodyLength());
    if (gone.expires()) {
      mortal.remove(gone);
    }
  }

  /** The store has it, or never will. */
  void decided(KeptMessage kept, boolean safe) {
    if (dropped) {
      kept.tell(safe);
    } else if (safe) {
      stored(kept);
    } else {
      // What it was to replace is still in the store, and goes with the next that is safe.
      kept.tell(false);
    }
  }

  /** It is as safe as it will be: what it replaces may go. */
  private void stored(KeptMessage kept) {
    KeptMessage before = kept.replaces;
    kept.replaces = null;
    leaveAll(before);
    if (kept.bodyLength() == 0) {
      leave(kept);
    } else {
      evictIfMany(kept);
    }
    kept.tell(true);
  }

  private void leaveAll(@Nullable KeptMessage newest) {
    KeptMessage each = newest;
    while (each != null) {
      KeptMessage before = each.replaces;
      each.replaces = null;
      leave(each);
      each = before;
    }
  }

  /** Leaves memory and the store; again is harmless, since the store may decide about it afterwards. */
  private void leave(KeptMessage gone) {
    if (gone.left) {
      return;
    }
    gone.left = true;
    if (gone.message != null) {
      inMemory--;
      bytesInMemory -= gone.bodyLength();
    }
    if (gone.stored) {
      store().remove(gone, false);
    }
  }

  private void evictIfMany(KeptMessage kept) {
    boolean many = inMemory > WINDOW || bytesInMemory > WINDOW_BYTES || pressure.isHigh();
    if (many && !kept.gone && kept.mayLeave() && store().canPage()) {
      store().evict(kept);
      kept.message = null;
      inMemory--;
      bytesInMemory -= kept.bodyLength();
    }
  }

  /** Takes one away without leaving a trace of that: its exchange is gone, or its time is over. */
  private void removeNow(KeptMessage gone) {
    forget(gone);
    leaveAll(gone);
  }

  /** The exchange is gone, and what was kept for it. */
  void drop(String exchange) {
    assert loop.inLoop();
    whenKnown(() -> {
      WordTree<KeptMessage> tree = byExchange.remove(exchange);
      if (tree != null) {
        List<KeptMessage> all = new ArrayList<>(tree.size());
        tree.search("#").run(Integer.MAX_VALUE, all);
        new LinkedHashSet<>(all).forEach(this::removeNow);
      }
    });
  }

  /** The virtual host is gone. */
  void drop() {
    assert loop.inLoop();
    dropped = true;
    byExchange.clear();
    mortal.clear();
    recovering.clear();
    watch();
    if (store != null) {
      store.drop();
    }
  }

  // --- searches
  // ----------------------------------------------------------------------------------------------------

  /** Those whose routing keys match a pattern. */
  CompletableFuture<FoundRetained> find(String exchange, String pattern, boolean hideReserved) {
    assert loop.inLoop();
    CompletableFuture<FoundRetained> result = new CompletableFuture<>();
    whenKnown(() -> {
      WordTree<KeptMessage> tree = byExchange.get(exchange);
      boolean hides = hideReserved && (pattern.startsWith("*") || pattern.startsWith("#"));
      FoundRetained found = new FoundRetained(this, loop, hides);
      if (tree == null) {
        result.complete(found);
      } else {
        search(tree.search(pattern), found, result);
      }
    });
    return result;
  }

  /** The one of just that routing key, if there is one. */
  CompletableFuture<FoundRetained> findOne(String exchange, String key) {
    assert loop.inLoop();
    CompletableFuture<FoundRetained> result = new CompletableFuture<>();
    whenKnown(() -> {
      FoundRetained found = new FoundRetained(this, loop, false);
      WordTree<KeptMessage> tree = byExchange.get(exchange);
      KeptMessage kept = tree == null ? null : tree.get(key);
      if (kept != null) {
        found.add(List.of(kept));
      }
      result.complete(found);
    });
    return result;
  }

  private void search(
      WordTree<KeptMessage>.Search search,
      FoundRetained found,
      CompletableFuture<FoundRetained> result) {
    List<KeptMessage> some = new ArrayList<>();
    boolean all = search.run(STEPS_A_TURN, some);
    found.add(some);
    if (all) {
      result.complete(found);
    } else {
      loop.execute(() -> search(search, found, result));
    }
  }

  /** Those that can still be read, with their messages. */
  CompletableFuture<List<Retained>> read(List<KeptMessage> living) {
    Map<Long, Message> messages = new HashMap<>();
    List<KeptMessage> evicted = new ArrayList<>(0);
    for (KeptMessage kept : living) {
      if (kept.message == null) {
        evicted.add(kept);
      } else {
        messages.put(kept.position(), kept.message);
      }
    }
    if (evicted.isEmpty()) {
      return CompletableFuture.completedFuture(retained(living, messages));
    }
    CompletableFuture<List<Retained>> result = new CompletableFuture<>();
    store().fetch(evicted, (loaded, unreadable, unreadableBytes) -> {
      for (QueueStore.Loaded each : loaded) {
        messages.put(each.position(), each.message());
      }
      if (!dropped) {
        // They came for this search only.
        letGo(evicted, messages);
      }
      result.complete(retained(living, messages));
    });
    return result;
  }

  private void letGo(List<KeptMessage> fetched, Map<Long, Message> messages) {
    for (KeptMessage kept : fetched) {
      Message message = messages.get(kept.position());
      if (message != null && kept.message == null) {
        kept.message = message;
        store().evict(kept);
        kept.message = null;
      }
    }
  }

  private List<Retained> retained(List<KeptMessage> kept, Map<Long, Message> messages) {
    long now = loop.clock().nanos();
    List<Retained> all = new ArrayList<>(kept.size());
    for (KeptMessage each : kept) {
      Message message = messages.get(each.position());
      long left = each.expires()
          ? Math.max(0, TimeUnit.NANOSECONDS.toMillis(each.expiry - now))
          : Message.NO_EXPIRY;
      if (message != null) {
        all.add(new Retained(message, left));
      }
    }
    return all;
  }

  // --- expiry
  // ------------------------------------------------------------------------------------------------------

  private void watch() {
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
    KeptMessage next = mortal.isEmpty() || loading ? null : mortal.first();
    if (next != null) {
      timer = loop.schedule(this::expire, Math.max(0, next.expiry - loop.clock().nanos()));
    }
  }

  private void expire() {
    timer = null;
    while (!mortal.isEmpty() && mortal.first().expiry - loop.clock().nanos() <= 0) {
      KeptMessage next = mortal.first();
      WordTree<KeptMessage> tree = byExchange.get(next.exchange);
      if (tree != null && tree.get(next.key) == next) {
        tree.remove(next.key);
        if (tree.size() == 0) {
          byExchange.remove(next.exchange);
        }
      }
      removeNow(next);
    }
    watch();
  }
}
