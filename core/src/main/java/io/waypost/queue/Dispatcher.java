package io.waypost.queue;

import io.waypost.broker.BrokerException;
import io.waypost.broker.ErrorCode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Chooses who gets the next message: the highest consumer priority first, in turn among equals, only those with credit.
 * Consumers that cannot take anything leave the round until something changed for them, so that a thousand idle
 * consumers cost nothing.
 */
final class Dispatcher {
  private static final class Rank {
    final int priority;
    final ArrayDeque<ConsumerSlot> round = new ArrayDeque<>(4);
    int members;

    Rank(int priority) {
      this.priority = priority;
    }
  }

  private final List<ConsumerSlot> slots = new ArrayList<>(2);
  private final List<Rank> ranks = new ArrayList<>(1);
  private final boolean singleActive;
  private final Queue queue;
  private @Nullable ConsumerSlot active;
  private @Nullable ConsumerSlot exclusive;
  private int turn;

  Dispatcher(Queue queue, boolean singleActive) {
    this.queue = queue;
    this.singleActive = singleActive;
  }

  void attach(ConsumerSlot slot) {
    boolean mayBeAlone = slots.isEmpty() && !singleActive;
    if (exclusive != null || (slot.spec().exclusive() && !mayBeAlone)) {
      throw new BrokerException(ErrorCode.EXCLUSIVE_USE, queue.described() + " in exclusive use");
    }
    if (slot.spec().exclusive()) {
      exclusive = slot;
    }
    slots.add(slot);
    rank(slot.spec().priority()).members++;
    if (singleActive && active == null) {
      activate(slot);
    }
  }

  void detach(ConsumerSlot slot) {
    if (!slots.remove(slot)) {
      return;
    }
    Rank rank = rank(slot.spec().priority());
    rank.round.remove(slot);
    rank.members--;
    if (rank.members == 0) {
      ranks.remove(rank);
    }
    if (exclusive == slot) {
      exclusive = null;
    }
    if (active == slot) {
      active = null;
      if (!slots.isEmpty()) {
        activate(firstByPriority());
      }
    }
  }

  private void activate(ConsumerSlot slot) {
    active = slot;
    slot.active(true);
  }

  private ConsumerSlot firstByPriority() {
    ConsumerSlot best = slots.get(0);
    for (ConsumerSlot slot : slots) {
      if (slot.spec().priority() > best.spec().priority()) {
        best = slot;
      }
    }
    return best;
  }

  /** Something changed for the consumer: it may be able to take a message now. */
  void wake(ConsumerSlot slot) {
    if (!slot.inRound && slot.canTake()) {
      slot.inRound = true;
      rank(slot.spec().priority()).round.addLast(slot);
    }
  }

  /** The consumer whose turn it is, or null when none can take a message. */
  @Nullable
  ConsumerSlot peek() {
    if (singleActive) {
      return active != null && active.canTake() ? active : null;
    }
    for (int i = 0; i < ranks.size(); i++) {
      ArrayDeque<ConsumerSlot> round = ranks.get(i).round;
      ConsumerSlot slot = round.peekFirst();
      while (slot != null) {
        if (slot.canTake()) {
          return slot;
        }
        slot.inRound = false;
        round.removeFirst();
        slot = round.peekFirst();
      }
    }
    return null;
  }

  /** Somebody who can take a message whatever credit there is, in turn; null when nobody can. */
  @Nullable
  ConsumerSlot open() {
    int count = slots.size();
    for (int i = 0; i < count; i++) {
      turn = turn + 1 < count ? turn + 1 : 0;
      ConsumerSlot slot = slots.get(turn);
      if (slot.isOpen()) {
        return slot;
      }
    }
    return null;
  }

  /** The consumer that {@link #peek} gave takes a message: it is the last of its rank to get the next one. */
  void chosen(ConsumerSlot slot) {
    if (!singleActive) {
      ArrayDeque<ConsumerSlot> round = rank(slot.spec().priority()).round;
      round.addLast(round.removeFirst());
    }
  }

  List<ConsumerSlot> slots() {
    return slots;
  }

  boolean isSingleActive() {
    return singleActive;
  }

  @Nullable
  ConsumerSlot active() {
    return active;
  }

  private Rank rank(int priority) {
    int at = 0;
    while (at < ranks.size() && ranks.get(at).priority > priority) {
      at++;
    }
    if (at < ranks.size() && ranks.get(at).priority == priority) {
      return ranks.get(at);
    }
    Rank rank = new Rank(priority);
    ranks.add(at, rank);
    return rank;
  }
}
