package io.waypost.stomp;

import io.waypost.broker.Delivery;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The deliveries of one subscription that its client has not settled, in the order of their numbers. A ring of parallel
 * arrays, so that a delivery costs no object here; one settled out of order leaves a hole, and when holes prevail the
 * ring is packed. Numbers ascend, with gaps where other subscriptions were served.
 */
final class Unsettled {
  /**
   * A delivery that was taken out.
   *
   * @param number its number
   * @param delivery the delivery
   */
  record Taken(long number, Delivery delivery) {}

  private static final int FIRST_CAPACITY = 16;

  private long[] numbers = {};
  private @Nullable Delivery[] deliveries = new Delivery[0];
  private int head;
  private int span;
  private int count;

  /** How many there are. */
  int count() {
    return count;
  }

  /** Adds a delivery; its number is higher than all before. */
  void add(long number, Delivery delivery) {
    if (span == numbers.length) {
      makeRoom();
    }
    int slot = slot(span++);
    numbers[slot] = number;
    deliveries[slot] = delivery;
    count++;
  }

  /** Takes one out, or returns null if it is not there. */
  @Nullable
  Delivery take(long number) {
    int place = find(number);
    if (place < 0) {
      return null;
    }
    int slot = slot(place);
    Delivery delivery = deliveries[slot];
    deliveries[slot] = null;
    if (delivery != null) {
      count--;
    }
    dropHoles();
    return delivery;
  }

  /** Takes out the oldest one up to that number, or returns null if there is none. */
  @Nullable
  Taken takeOldest(long upTo) {
    if (span == 0 || numbers[head] > upTo) {
      return null;
    }
    long number = numbers[head];
    Delivery delivery = deliveries[head];
    deliveries[head] = null;
    dropHoles();
    if (delivery == null) {
      throw new IllegalStateException("a hole at the head");
    }
    count--;
    return new Taken(number, delivery);
  }

  /** Whether it is there. */
  boolean contains(long number) {
    int place = find(number);
    return place >= 0 && deliveries[slot(place)] != null;
  }

  /** Puts back what was taken, at the places of their numbers. */
  void restore(List<Taken> taken) {
    List<Taken> all = new ArrayList<>(taken);
    for (Taken one = takeOldest(Long.MAX_VALUE); one != null; one = takeOldest(Long.MAX_VALUE)) {
      all.add(one);
    }
    all.sort((a, b) -> Long.compare(a.number, b.number));
    all.forEach(one -> add(one.number, one.delivery));
  }

  private void dropHoles() {
    while (span > 0 && deliveries[head] == null) {
      head = slot(1);
      span--;
    }
  }

  private int find(long number) {
    int low = 0;
    // Without gaps a number's place follows from the first one's; with gaps it comes earlier.
    int high = (int) Math.min(span - 1L, span > 0 ? number - numbers[head] : -1);
    int middle = high;
    while (low <= high) {
      long there = numbers[slot(middle)];
      if (there == number) {
        return middle;
      }
      if (there < number) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
      middle = (low + high) >>> 1;
    }
    return -1;
  }

  private int slot(int place) {
    return (head + place) & (numbers.length - 1);
  }

  private void makeRoom() {
    boolean sparse = span >= FIRST_CAPACITY && count < span / 2;
    int capacity = sparse ? numbers.length : Math.max(FIRST_CAPACITY, 2 * numbers.length);
    long[] newNumbers = new long[capacity];
    @Nullable Delivery[] newDeliveries = new Delivery[capacity];
    int kept = 0;
    for (int place = 0; place < span; place++) {
      int slot = slot(place);
      if (deliveries[slot] != null) {
        newNumbers[kept] = numbers[slot];
        newDeliveries[kept++] = deliveries[slot];
      }
    }
    numbers = newNumbers;
    deliveries = newDeliveries;
    head = 0;
    span = kept;
  }
}
