package io.waypost.amqp;

import io.waypost.broker.Delivery;
import io.waypost.loop.Tally;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The deliveries of one channel that its client has not settled, in the order of their tags. A ring of parallel arrays,
 * so that a delivery costs no object here; one settled out of order leaves a hole, and when holes prevail the ring is
 * packed. Tags ascend, with gaps where deliveries needed no acknowledgement.
 */
final class Unacked {
  /** Takes deliveries out of the hands of a {@link Unacked}. */
  @FunctionalInterface
  interface Taker {
    /**
     * One delivery, already removed.
     *
     * @param consumer who got it, null for one that was asked for by {@code basic.get}
     */
    void taken(long tag, Delivery delivery, @Nullable AmqpConsumer consumer);
  }

  /**
   * A delivery out of the hands of a {@link Unacked}.
   *
   * @param tag its tag
   * @param delivery the delivery
   * @param consumer who got it, or null
   */
  record Taken(long tag, Delivery delivery, @Nullable AmqpConsumer consumer) {}

  private static final int FIRST_CAPACITY = 16;

  private long[] tags = {};
  private @Nullable Delivery[] deliveries = new Delivery[0];
  private @Nullable AmqpConsumer[] consumers = new AmqpConsumer[0];
  private int head;
  private int span;
  private final Tally count = new Tally();

  /** How many there are. Any thread. */
  int count() {
    return (int) count.get();
  }

  /** How many places they take, holes included. */
  int span() {
    return span;
  }

  /** Adds a delivery; its tag is higher than all before. */
  void add(long tag, Delivery delivery, @Nullable AmqpConsumer consumer) {
    if (span == tags.length) {
      makeRoom();
    }
    int slot = slot(span);
    tags[slot] = tag;
    deliveries[slot] = delivery;
    consumers[slot] = consumer;
    span++;
    count.add(1);
  }

  /**
   * Removes one delivery, or all up to it.
   *
   * @param tag with {@code multiple}, 0 means the latest
   * @return false if there is no such delivery
   */
  boolean take(long tag, boolean multiple, Taker taker) {
    if (multiple && tag == 0) {
      takeAll(taker);
      return true;
    }
    int place = find(tag);
    if (place < 0) {
      return false;
    }
    if (multiple) {
      takeUpTo(tag, taker);
    } else {
      remove(place, taker);
    }
    return true;
  }

  /** Removes all; those that are added meanwhile stay. */
  void takeAll(Taker taker) {
    if (span > 0) {
      takeUpTo(tags[slot(span - 1)], taker);
    }
  }

  /** Whatever the taker does may add deliveries, with higher tags, and must find them here: nothing is held over. */
  private void takeUpTo(long tag, Taker taker) {
    while (span > 0 && tags[head] <= tag) {
      if (deliveries[head] == null) {
        dropHead();
      } else {
        remove(0, taker);
      }
    }
  }

  private void remove(int place, Taker taker) {
    int slot = slot(place);
    long tag = tags[slot];
    Delivery delivery = deliveries[slot];
    AmqpConsumer consumer = consumers[slot];
    deliveries[slot] = null;
    consumers[slot] = null;
    count.add(-1);
    while (span > 0 && deliveries[head] == null) {
      dropHead();
    }
    if (delivery != null) {
      taker.taken(tag, delivery, consumer);
    }
  }

  private void dropHead() {
    head = slot(1);
    span--;
  }

  /** The place of a tag that is there, or -1. */
  private int find(long tag) {
    int low = 0;
    // Without gaps a tag's place follows from the first one's; with gaps it comes earlier.
    int high = (int) Math.min(span - 1L, span > 0 ? tag - tags[head] : -1);
    int middle = high;
    while (low <= high) {
      long there = tags[slot(middle)];
      if (there == tag) {
        return deliveries[slot(middle)] == null ? -1 : middle;
      }
      if (there < tag) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
      middle = (low + high) >>> 1;
    }
    return -1;
  }

  private int slot(int place) {
    return (head + place) & (tags.length - 1);
  }

  private void makeRoom() {
    boolean sparse = span >= FIRST_CAPACITY && count() < span / 2;
    int capacity = sparse ? tags.length : Math.max(FIRST_CAPACITY, 2 * tags.length);
    long[] oldTags = tags;
    @Nullable Delivery[] oldDeliveries = deliveries;
    @Nullable AmqpConsumer[] oldConsumers = consumers;
    int kept = 0;
    long[] newTags = new long[capacity];
    @Nullable Delivery[] newDeliveries = new Delivery[capacity];
    @Nullable AmqpConsumer[] newConsumers = new AmqpConsumer[capacity];
    for (int place = 0; place < span; place++) {
      int slot = slot(place);
      if (oldDeliveries[slot] != null) {
        newTags[kept] = oldTags[slot];
        newDeliveries[kept] = oldDeliveries[slot];
        newConsumers[kept++] = oldConsumers[slot];
      }
    }
    tags = newTags;
    deliveries = newDeliveries;
    consumers = newConsumers;
    head = 0;
    span = kept;
  }

  /** Puts deliveries back that were taken, at the places of their tags. */
  void restore(List<Taken> taken) {
    List<Taken> all = new ArrayList<>(taken);
    takeAll((tag, delivery, consumer) -> all.add(new Taken(tag, delivery, consumer)));
    all.sort(Comparator.comparingLong(Taken::tag));
    for (Taken one : all) {
      add(one.tag, one.delivery, one.consumer);
    }
  }
}
