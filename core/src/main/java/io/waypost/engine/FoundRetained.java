package io.waypost.engine;

import io.waypost.broker.Session.Retained;
import io.waypost.loop.Loop;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What a search for retained messages found: of the messages only where they are, until somebody wants them. They come in
 * the order of their positions, which is that of the store, so that a long search does not read it here and there. Belongs
 * to the virtual host's loop.
 */
final class FoundRetained {
  private final RetainedMessages home;
  private final Loop loop;
  private final boolean hides;

  /** What each step of the search found, in order, the lowest position first. */
  private final PriorityQueue<ArrayDeque<KeptMessage>> steps = new PriorityQueue<>(
      (one, other) -> KeptMessage.comparePosition(one.getFirst(), other.getFirst()));

  private @Nullable KeptMessage last;

  /**
   * Nothing yet.
   *
   * @param hides whether reserved topics are left out
   */
  FoundRetained(RetainedMessages home, Loop loop, boolean hides) {
    this.home = home;
    this.loop = loop;
    this.hides = hides;
  }

  /** Adds what a step of the search found, in any order. */
  void add(List<KeptMessage> some) {
    if (!some.isEmpty()) {
      List<KeptMessage> ordered = new ArrayList<>(some);
      ordered.sort(KeptMessage::comparePosition);
      steps.add(new ArrayDeque<>(ordered));
    }
  }

  /** The one that is next; each comes once, in however many ways it matches. */
  private @Nullable KeptMessage poll() {
    ArrayDeque<KeptMessage> step = steps.poll();
    while (step != null) {
      KeptMessage next = step.removeFirst();
      if (!step.isEmpty()) {
        steps.add(step);
      }
      if (next != last) {
        last = next;
        return next;
      }
      step = steps.poll();
    }
    return null;
  }

  /** Up to so many more of those that are still there; none when there are no more. */
  CompletableFuture<List<Retained>> next(int most) {
    assert loop.inLoop();
    long now = loop.clock().nanos();
    List<KeptMessage> living = new ArrayList<>();
    while (living.size() < most) {
      KeptMessage kept = poll();
      if (kept == null) {
        break;
      }
      boolean alive = !kept.gone && (!kept.expires() || kept.expiry - now > 0);
      if (alive && !(hides && Terms.isReserved(kept.key))) {
        living.add(kept);
      }
    }
    return home.read(living)
        .thenCompose(messages -> messages.isEmpty() && !steps.isEmpty()
            ? next(most)
            : CompletableFuture.completedFuture(messages));
  }
}
