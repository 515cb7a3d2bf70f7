package io.waypost.systemtests.crash;

import io.waypost.systemtests.crash.Copy.Settlement;
import io.waypost.systemtests.crash.Fault.Kind;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** What should be in one queue. Not safe for several threads; the {@link Ledger} takes care. */
final class QueueLedger {
  private static final int SLACK_NANOS = 100_000_000;

  private final Lane lane;
  private final BiConsumer<Kind, Copy> faults;
  private final Map<MessageId, Copy> copies = new LinkedHashMap<>();
  private final Map<Integer, BitSet> archived = new HashMap<>();

  /** The last run in which a consumer may have been given what the ledger never saw. */
  private int exposedIn = -1;

  private int exposedBefore = -1;

  QueueLedger(Lane lane, BiConsumer<Kind, Copy> faults) {
    this.lane = lane;
    this.faults = faults;
  }

  Lane lane() {
    return lane;
  }

  void add(Copy copy) {
    copies.put(copy.message.id, copy);
  }

  @Nullable
  Copy find(MessageId id) {
    return copies.get(id);
  }

  Collection<Copy> copies() {
    return copies.values();
  }

  /** Whether it was there and must not come back, so long ago that nothing else is known. */
  boolean isArchived(MessageId id) {
    BitSet numbers = archived.get(id.publisher());
    return numbers != null && numbers.get(id.number());
  }

  /** A consumer is attached, so that messages may be given to it from now on. */
  void attached(int run) {
    if (exposedIn != run) {
      exposedBefore = exposedIn;
      exposedIn = run;
    }
  }

  /**
   * A consumer gets a message.
   *
   * @param kills how often the broker was killed since it was published: then it may flag more than it must
   */
  void delivered(Copy copy, boolean flagged, int run, int kills, long now) {
    // A crash while it goes from one place to the other leaves it in both, and then the second one
    // says so.
    boolean doubled = lane.nature() == Lane.Nature.DELAYED && kills > 0 && flagged;
    if (copy.gone) {
      faults.accept(copy.message.persistent ? Kind.CAME_BACK : Kind.SURVIVED, copy);
    } else if (copy.finished() && copy.settledIn == run && !doubled) {
      faults.accept(Kind.CAME_BACK, copy);
    }
    boolean before = copy.deliveredIn >= 0;
    if (!flagged && before && (copy.firstDelivery || copy.deliveredIn < run)) {
      faults.accept(Kind.DUPLICATE, copy);
    }
    if (flagged && !before && kills == 0 && exposedIn < copy.message.run) {
      faults.accept(Kind.WRONGLY_FLAGGED, copy);
    }
    if (now - copy.message.due < -SLACK_NANOS) {
      faults.accept(Kind.EARLY, copy);
    }
    copy.deliveredIn = run;
    copy.firstDelivery |= !flagged;
    copy.settlement = Settlement.NONE;
    copy.understood = 0;
  }

  /**
   * A message that died here comes from the dead letters.
   *
   * @param kills how often the broker was killed since it was published: then it may have died twice
   */
  void buried(Copy copy, boolean flagged, int kills) {
    if (copy.deadGone) {
      faults.accept(copy.message.persistent ? Kind.CAME_BACK : Kind.SURVIVED, copy);
    }
    int possible = copy.rejects + (lane.nature() == Lane.Nature.EXPIRING ? 1 + kills : 0);
    if (possible == 0) {
      faults.accept(Kind.GHOST, copy);
    } else if (!flagged && ++copy.arrivals > possible) {
      faults.accept(Kind.DUPLICATE, copy);
    }
    copy.arrivals = Math.max(1, copy.arrivals);
  }

  /** Everything that was in the queue has been delivered in this run; what was not is missing. */
  void drained(int run) {
    if (lane.nature() == Lane.Nature.LIMITED) {
      checkNewest(run);
    } else {
      missing(run);
    }
  }

  /** What is in neither the queue nor, if it has some, the dead letters, both of which have been drained, is missing. */
  void missing(int run) {
    boolean deadLetters = lane.deadLetters() != null;
    copies.values().stream()
        .filter(each -> each.due(deadLetters) && each.deliveredIn != run)
        .forEach(each -> faults.accept(Kind.LOST, each));
    // A delayed message about which nothing is promised may still come.
    boolean late = lane.nature() == Lane.Nature.DELAYED;
    for (Copy copy : copies.values()) {
      if (copy.deliveredIn != run && (!late || copy.message.kept())) {
        copy.gone = true;
      }
    }
  }

  private void checkNewest(int run) {
    List<Copy> there = copies.values().stream()
        .filter(each -> each.deliveredIn == run || each.due(false))
        .sorted(Comparator.<Copy>comparingInt(each -> each.message.id.publisher())
            .thenComparingInt(each -> each.message.id.number()))
        .toList();
    int from = Math.max(0, there.size() - Lane.LIMIT);
    there.subList(0, from).stream()
        .filter(each -> each.deliveredIn == run)
        .forEach(each -> faults.accept(Kind.CAME_BACK, each));
    List<Copy> missing = there.subList(from, there.size()).stream()
        .filter(each -> each.deliveredIn != run)
        .toList();
    // A message that the crash took may have pushed out an older one before.
    long pushed = copies.values().stream()
        .filter(each -> !each.gone
            && each.deliveredIn != run
            && each.message.outcome == Message.Outcome.IN_DOUBT)
        .count();
    if (missing.size() > pushed) {
      missing.forEach(each -> faults.accept(Kind.LOST, each));
    }
    copies.values().stream()
        .filter(each -> each.deliveredIn != run)
        .forEach(each -> each.gone = true);
  }

  /** Whoever empties the queue says so. */
  List<MessageId> purging(int run) {
    List<MessageId> purged = new ArrayList<>();
    for (Copy copy : copies.values()) {
      if (!copy.gone && copy.message.run <= run && !copy.finished()) {
        copy.settling(Settlement.PURGE, run);
        purged.add(copy.message.id);
      }
    }
    return purged;
  }

  /** The queue is gone. */
  void deleted() {
    copies.values().forEach(copy -> copy.gone = true);
  }

  /**
   * The broker ended.
   *
   * @param seen whether everything that was delivered in this run has been seen
   * @param restart whether what is transient is gone
   * @param before what it understood before this moment it may not have forgotten
   */
  void ended(int run, boolean seen, boolean restart, long before) {
    if (seen && exposedIn == run) {
      exposedIn = exposedBefore;
    }
    copies.values().forEach(each -> each.ended(restart, before));
  }

  /** Shortens what is known of messages that were published before a run and must not be seen again. */
  Set<MessageId> archive(int before) {
    Set<MessageId> done = new HashSet<>();
    for (Iterator<Copy> all = copies.values().iterator(); all.hasNext(); ) {
      Copy copy = all.next();
      boolean dead = lane.deadLetters() == null || copy.deadGone || copy.arrivals == 0;
      if (copy.message.run < before && copy.gone && dead && !copy.due(lane.deadLetters() != null)) {
        all.remove();
        MessageId id = copy.message.id;
        archived.computeIfAbsent(id.publisher(), any -> new BitSet()).set(id.number());
        copy.message.copies.remove(copy);
        if (copy.message.copies.isEmpty()) {
          done.add(id);
        }
      }
    }
    return done;
  }
}
