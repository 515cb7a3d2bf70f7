package io.waypost.routing;

import java.util.Set;

/**
 * A set of destinations that counts how many bindings put each one into it, and forgets it with the last. One writer,
 * any number of readers.
 */
final class Destinations<D> {
  private final GrowingMap<D, Integer> counts = new GrowingMap<>();

  void add(D destination) {
    Integer count = counts.get(destination);
    counts.put(destination, count == null ? 1 : count + 1);
  }

  void remove(D destination) {
    Integer count = counts.get(destination);
    if (count == null) {
      throw new IllegalStateException("no binding leads to " + destination);
    }
    if (count == 1) {
      counts.remove(destination);
    } else {
      counts.put(destination, count - 1);
    }
  }

  boolean isEmpty() {
    return counts.isEmpty();
  }

  /** The destinations, each once. */
  Set<D> all() {
    return counts.keys();
  }
}
