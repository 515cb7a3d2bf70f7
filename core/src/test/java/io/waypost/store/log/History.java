package io.waypost.store.log;

import io.waypost.message.Message;
import io.waypost.store.Definition;
import io.waypost.store.QueueStore.Loaded;
import io.waypost.store.QueueStore.Run;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A random life of a store, beside a model of what it must, may and must not have after its end. Then the next life on
 * what the end left of the disk, and so on.
 */
final class History {
  private static final int LOOPS = 2;

  /** A message of a lane, as the model knows it. */
  private static final class Item {
    final String text;
    final Kept kept;
    final long appended;
    boolean evicted;
    long removed = -1;
    boolean consumed;
    boolean discarded;
    long returned = -1;
    int attemptsBefore;

    Item(String text, Kept kept, long appended) {
      this.text = text;
      this.kept = kept;
      this.appended = appended;
    }
  }

  private static final class ModelLane {
    final String name;
    final Lane lane;
    final TreeMap<Long, Item> items = new TreeMap<>();
    final List<Run> runs = new ArrayList<>();
    final Map<Run, List<Item>> inRun = new HashMap<>();
    final Map<Long, Long> marks = new TreeMap<>();
    long everStored = -1;

    ModelLane(String name, Lane lane) {
      this.name = name;
      this.lane = lane;
    }
  }

  private static final class Change {
    final @Nullable Definition to;
    final CompletableFuture<Void> done;

    Change(@Nullable Definition to, CompletionStage<Void> done) {
      this.to = to;
      this.done = done.toCompletableFuture();
    }
  }

  private final Random random;
  private final StoreSettings settings;
  private final List<String> trace = new ArrayList<>();
  private final Map<String, ModelLane> lanes = new LinkedHashMap<>();
  private final Map<String, List<Change>> changes = new LinkedHashMap<>();
  private final long[] commands = new long[LOOPS];
  private final long[] safe = new long[LOOPS];
  private StoreRig rig;
  private int bodies;
  private int names;
  private boolean stopped;
  int losses;

  History(long seed, StoreSettings settings) {
    this.random = new Random(seed);
    this.settings = settings;
    this.rig = new StoreRig(new MemoryDisk(), settings, LOOPS);
    trace.add("seed " + seed);
  }

  /** Several lives. */
  void run(int lives, int steps) {
    try {
      for (int life = 0; life < lives; life++) {
        trace.add("--- life " + life);
        live(steps);
        end();
      }
      rig.close();
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError(e + "\n" + String.join("\n", trace), e);
    }
  }

  private void live(int steps) {
    if (random.nextInt(3) > 0) {
      rig.disk.failPowerAfter(random.nextInt(120), random);
    }
    for (int i = 0; i < steps && !rig.disk.isPowerLost(); i++) {
      step();
    }
  }

  private void step() {
    int dice = random.nextInt(100);
    if (lanes.isEmpty() || (dice < 4 && lanes.size() < 4)) {
      declare();
    } else if (dice < 40) {
      publish();
    } else if (dice < 48) {
      fanOut();
    } else if (dice < 66) {
      remove();
    } else if (dice < 70) {
      giveBack();
    } else if (dice < 74) {
      ModelLane in = anyLane();
      long upTo = in.lane.next - 1;
      in.lane.turn(() -> in.lane.store.delivering(upTo, () -> {}));
      in.marks.put(upTo, ++commands[in.lane.loop.index()]);
      trace.add(in.name + " delivers up to " + upTo);
    } else if (dice < 79) {
      define();
    } else if (dice < 83) {
      page();
    } else if (dice < 86) {
      loadSome();
    } else if (dice < 87) {
      discard();
    } else if (dice < 91) {
      trace.add("checkpoint wanted");
      rig.store.writer.submit((LogWriter on) -> on.checkpoints.want());
    } else if (dice < 93) {
      trace.add("rest");
      rig.settle();
    } else if (dice < 94 && lanes.size() > 1) {
      drop();
    } else {
      trace.add("wait");
      rig.loops.await("decisions", this::isDecided);
      rig.loops.settle();
      learn();
    }
  }

  private boolean isDecided() {
    return lanes.values().stream()
        .allMatch(each -> each.items.values().stream().allMatch(item -> item.kept.isDecided()));
  }

  private ModelLane anyLane() {
    List<ModelLane> all = List.copyOf(lanes.values());
    return all.get(random.nextInt(all.size()));
  }

  private void declare() {
    String name = "q" + names++;
    DrivenLoop loop = rig.loops.loop(random.nextInt(LOOPS));
    Lane lane = new Lane(rig, name, rig.store.newQueue(), true, loop);
    Change change = new Change(lane.definition(), rig.store.definitions().put(lane.definition()));
    changes.computeIfAbsent(name, absent -> new ArrayList<>()).add(change);
    rig.loops.await("a definition", change.done::isDone);
    trace.add("declare " + name + " " + !change.done.isCompletedExceptionally());
    if (!change.done.isCompletedExceptionally()) {
      lanes.put(name, new ModelLane(name, lane));
    }
  }

  private void drop() {
    ModelLane gone = anyLane();
    Change change = new Change(null, rig.store.definitions().remove(gone.lane.definition()));
    changes.computeIfAbsent(gone.name, absent -> new ArrayList<>()).add(change);
    rig.loops.await("a removal", change.done::isDone);
    trace.add("drop " + gone.name + " " + !change.done.isCompletedExceptionally());
    if (!change.done.isCompletedExceptionally()) {
      gone.lane.turn(gone.lane.store::drop);
      lanes.remove(gone.name);
    }
  }

  private String body() {
    int length = random.nextInt(12) == 0 ? random.nextInt(9000) : random.nextInt(300);
    return "body " + bodies++ + " " + "x".repeat(length);
  }

  private void publish() {
    ModelLane to = anyLane();
    int count = 1 + random.nextInt(5);
    trace.add(to.name + " gets " + count + " from " + to.lane.next + " on");
    to.lane.turn(() -> {
      for (int i = 0; i < count; i++) {
        String text = body();
        Kept kept = to.lane.add(StoreRig.message(text), 1, random.nextInt(4) / 3);
        add(to, new Item(text, kept, ++commands[to.lane.loop.index()]));
        if (random.nextInt(12) == 0) {
          take(to, Objects.requireNonNull(to.items.get(kept.position())), true);
        }
      }
    });
  }

  private void fanOut() {
    DrivenLoop loop = rig.loops.loop(random.nextInt(LOOPS));
    List<ModelLane> all =
        lanes.values().stream().filter(each -> each.lane.loop == loop).toList();
    String text = body();
    Message message = StoreRig.message(text);
    trace.add("all of loop " + loop.index() + " get one");
    loop.turn(() -> all.forEach(each -> {
      Kept kept = each.lane.add(message, all.size(), 0);
      add(each, new Item(text, kept, ++commands[loop.index()]));
    }));
  }

  private static void add(ModelLane to, Item item) {
    to.items.put(item.kept.position(), item);
  }

  /** Items that the queue still has in its hands. */
  private static List<Item> held(ModelLane lane) {
    return lane.items.values().stream()
        .filter(item -> item.removed < 0 && !item.evicted)
        .toList();
  }

  private void remove() {
    ModelLane from = anyLane();
    List<Item> held = held(from);
    if (held.isEmpty()) {
      return;
    }
    int mode = random.nextInt(3);
    from.lane.turn(() -> {
      for (Item item : held) {
        if (mode == 0 || random.nextInt(3) == 0) {
          take(from, item, random.nextBoolean());
        }
      }
    });
  }

  private void take(ModelLane from, Item item, boolean consumed) {
    from.lane.store.remove(item.kept, consumed);
    item.removed = ++commands[from.lane.loop.index()];
    item.consumed = consumed;
    trace.add(from.name + " loses " + item.kept.position());
  }

  private void giveBack() {
    ModelLane from = anyLane();
    List<Item> held = held(from);
    if (!held.isEmpty()) {
      Item item = held.get(random.nextInt(held.size()));
      if (item.returned < 0) {
        item.attemptsBefore = item.kept.attempts();
        from.lane.turn(() -> from.lane.store.returned(item.kept.came()));
        item.returned = ++commands[from.lane.loop.index()];
        trace.add(from.name + " has back " + item.kept.position());
      }
    }
  }

  private void define() {
    String user = "u" + random.nextInt(4);
    String name = StoreRig.name(new Definition.User(user, "", Set.of()));
    Definition.User definition = new Definition.User(user, "hash " + bodies++, Set.of());
    boolean gone = random.nextInt(3) == 0;
    trace.add((gone ? "remove " : "put ") + definition.passwordHash() + " of " + name);
    CompletionStage<Void> stage = gone
        ? rig.store.definitions().remove(definition)
        : rig.store.definitions().put(definition);
    changes
        .computeIfAbsent(name, absent -> new ArrayList<>())
        .add(new Change(gone ? null : definition, stage));
  }

  /** Puts what is at the end of a lane, and stored, out of memory. */
  private void page() {
    ModelLane of = anyLane();
    List<Item> held = held(of);
    int from = held.size();
    while (from > 0 && held.get(from - 1).kept.isStored()) {
      from--;
    }
    List<Item> out = held.subList(from, held.size());
    long end = of.items.isEmpty() ? 0 : of.items.lastKey();
    if (out.isEmpty()
        || of.runs.stream().anyMatch(run -> run.first() > out.get(0).kept.position())
        || end != out.get(out.size() - 1).kept.position()) {
      return;
    }
    trace.add(of.name + " pages " + out.size() + " from " + out.get(0).kept.position());
    of.lane.turn(() -> {
      for (int level = 0; level < 2; level++) {
        List<Run> runs = new ArrayList<>();
        for (Item item : out) {
          if (item.kept.level() == level) {
            item.evicted = true;
            Run run = of.lane.evict(item.kept, runs);
            of.inRun.computeIfAbsent(run, absent -> new ArrayList<>()).add(item);
          }
        }
        of.runs.addAll(runs);
      }
    });
  }

  private void loadSome() {
    ModelLane of = anyLane();
    if (of.runs.isEmpty()) {
      return;
    }
    Run run = of.runs.get(0);
    List<Item> expected = Objects.requireNonNull(of.inRun.get(run));
    int most = 1 + random.nextInt(6);
    List<Loaded> loaded = of.lane.load(run, most);
    trace.add(
        of.name + " loads " + loaded.size() + " from " + expected.get(0).kept.position());
    if (rig.disk.isPowerLost()) {
      return;
    }
    for (Loaded each : loaded) {
      Item item = expected.remove(0);
      check(
          each.position() == item.kept.position()
              && StoreRig.text(each.message()).equals(item.text),
          of.name + " loads another message than " + item.kept.position() + ": " + each);
      check(each.attempts() == item.kept.attempts(), "attempts of a loaded message");
      item.kept.place(each.place());
      item.kept.arrive(each.message());
      item.evicted = false;
    }
    check(rig.unreadable == 0, "unreadable messages");
    if (run.size() == 0) {
      of.runs.remove(run);
    }
  }

  private void discard() {
    ModelLane of = anyLane();
    if (!of.runs.isEmpty()) {
      Run run = of.runs.remove(0);
      trace.add(of.name + " discards a run from " + run.first());
      Objects.requireNonNull(of.inRun.get(run)).forEach(item -> {
        item.removed = Long.MAX_VALUE;
        item.discarded = true;
      });
      of.lane.turn(() -> of.lane.store.discard(run));
    }
  }

  /** What is known to be safe because something later on the same loop is. */
  private void learn() {
    for (ModelLane each : lanes.values()) {
      for (Item item : each.items.values()) {
        // What was consumed may never have been written.
        if (item.kept.isStored() && !item.consumed) {
          each.everStored = Math.max(each.everStored, item.kept.position());
          int loop = each.lane.loop.index();
          safe[loop] = Math.max(safe[loop], item.appended);
        }
      }
    }
  }

  // --- the end of a life, and what is left
  // ------------------------------------------------------------------------

  private void end() {
    int how = random.nextInt(4);
    if (how == 1) {
      rig.disk.failPowerAfter(-1, random);
    }
    how = rig.disk.isPowerLost() ? 0 : how;
    MemoryDisk left;
    boolean clean = false;
    // The power may fail when the stop is as good as done.
    stopped = how == 2;
    List<Audit.Living> living = null;
    if (how == 1) {
      rig.flush();
      living = Audit.of(rig);
      left = rig.disk.kill();
      trace.add("killed");
    } else if (how == 2) {
      rig.close();
      clean = !rig.disk.isPowerLost();
      left = clean ? rig.disk : rig.disk.afterPowerLoss(random);
      trace.add("stopped " + clean);
    } else {
      if (how == 3) {
        rig.loops.await("decisions", this::isDecided);
      }
      left = rig.disk.afterPowerLoss(random);
      trace.add("power lost");
    }
    rig.close();
    rig.loops.settle();
    learn();
    losses++;
    StoreRig next = null;
    while (next == null) {
      if (living == null && random.nextInt(4) == 0) {
        left.failPowerAfter(random.nextInt(12), random);
      }
      try {
        next = new StoreRig(left, settings, LOOPS);
      } catch (UncheckedIOException e) {
        check(left.isPowerLost(), "not opened: " + e);
        trace.add("power lost at the start");
        left = left.afterPowerLoss(random);
        living = null;
      }
    }
    rig = next;
    if (living != null && !rig.disk.isPowerLost()) {
      List<Audit.Living> now = Audit.of(rig);
      check(living.equals(now), "live state differs:\n" + living + "\n" + now);
    }
    compare(clean);
  }

  private static void check(boolean condition, String what) {
    if (!condition) {
      throw new AssertionError(what);
    }
  }

  private void compare(boolean clean) {
    changes.forEach((name, all) -> compareDefinition(name, all));
    for (String name : rig.found.keySet()) {
      check(changes.containsKey(name), "a definition that nobody made: " + name);
    }
    Map<String, ModelLane> before = new LinkedHashMap<>(lanes);
    lanes.clear();
    boolean lost = rig.disk.isPowerLost();
    for (String name : Set.copyOf(rig.found.keySet())) {
      if (rig.found.get(name) instanceof Definition.Queue) {
        ModelLane old = before.get(name);
        ModelLane now =
            new ModelLane(name, rig.reopen(name, old == null ? 0 : old.lane.loop.index()));
        compareLane(old, now, clean, lost);
        lanes.put(name, now);
      }
    }
    java.util.Arrays.fill(commands, 0);
    java.util.Arrays.fill(safe, -1);
  }

  private void compareDefinition(String name, List<Change> all) {
    Set<Definition> possible = new LinkedHashSet<>();
    boolean maybeNone = true;
    for (Change change : all) {
      boolean told = change.done.isDone() && !change.done.isCompletedExceptionally();
      if (told) {
        possible.clear();
        maybeNone = false;
      }
      if (change.to == null) {
        maybeNone = true;
      } else {
        possible.add(change.to);
      }
    }
    Definition there = rig.found.get(name);
    check(
        there == null ? maybeNone : possible.contains(there),
        name + " is " + there + ", may be " + possible + (maybeNone ? " or gone" : ""));
    all.clear();
    all.add(new Change(there, CompletableFuture.completedFuture(null)));
  }

  private void compareLane(
      @Nullable ModelLane old, ModelLane now, boolean clean, boolean powerLost) {
    if (powerLost) {
      // It is not the time to look; the next life will.
      carryOver(old, now);
      return;
    }
    List<Loaded> all = now.lane.loadRecovered();
    if (rig.disk.isPowerLost()) {
      carryOver(old, now);
      return;
    }
    check(rig.unreadable == 0, now.name + " has unreadable messages");
    Map<Long, Item> items = old == null ? Map.of() : old.items;
    int loop = now.lane.loop.index();
    long lastPosition = -1;
    int lastLevel = 0;
    Set<Long> seen = new HashSet<>();
    for (Loaded each : all) {
      Item item = items.get(each.position());
      check(item != null, now.name + " has a ghost at " + each.position());
      check(
          item != null && StoreRig.text(each.message()).equals(item.text),
          now.name + " has another body at " + each.position());
      check(seen.add(each.position()), now.name + " has twice " + each.position());
      boolean removedSafely =
          item != null && item.removed >= 0 && (clean || item.removed < safe[loop]);
      check(!removedSafely, now.name + " has back what was removed: " + each.position());
      if (item != null) {
        check(each.level() == item.kept.level(), "level");
        boolean returnSafe = item.returned >= 0 && (clean || item.returned < safe[loop]);
        int least = returnSafe || item.returned < 0 ? item.kept.attempts() : item.attemptsBefore;
        check(
            each.attempts() >= least && each.attempts() <= item.kept.attempts(),
            now.name + " has " + each.attempts() + " attempts at " + each.position());
      }
      check(
          each.level() > lastLevel || each.position() > lastPosition,
          now.name + " is out of order at " + each.position());
      lastLevel = each.level();
      lastPosition = each.position();
      boolean mayBeDelivered = !stopped
          && old != null
          && old.marks.entrySet().stream()
              .anyMatch(mark -> mark.getKey() >= each.position() && mark.getValue() < safe[loop]);
      check(
          !mayBeDelivered || each.redelivered(),
          now.name + " does not flag what was delivered: " + each.position());
    }
    items.forEach((position, item) -> check(
        seen.contains(position) || !item.kept.isStored() || item.removed >= 0,
        now.name + " has lost " + position));
    long stored = old == null ? -1 : old.everStored;
    check(now.lane.next > stored, now.name + " would use a position again: " + now.lane.next);
    now.everStored = Math.max(stored, now.lane.next - 1);
    for (Loaded each : all) {
      Kept kept = Kept.of(each);
      kept.decided(true);
      now.items.put(each.position(), new Item(StoreRig.text(each.message()), kept, -1));
    }
  }

  private static void carryOver(@Nullable ModelLane old, ModelLane now) {
    if (old != null) {
      now.items.putAll(old.items);
      now.everStored = old.everStored;
    }
  }
}
