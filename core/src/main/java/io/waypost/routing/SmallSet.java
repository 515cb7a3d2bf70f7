package io.waypost.routing;

import java.util.HashSet;
import java.util.Set;

/**
 * Sets for one writer that exist in very large numbers and almost always hold one element: that one is an immutable set, more
 * are a hash set, changed in place. Whoever changes a set goes on with what the call returns.
 */
public final class SmallSet {
  private SmallSet() {}

  /** The set with one more element, unless it is there. */
  public static <E> Set<E> with(Set<E> all, E one) {
    if (all.isEmpty()) {
      return Set.of(one);
    }
    if (all.contains(one)) {
      return all;
    }
    Set<E> grown = all instanceof HashSet ? all : new HashSet<>(all);
    grown.add(one);
    return grown;
  }

  /** The set without an element, if it was there. */
  public static <E> Set<E> without(Set<E> all, E one) {
    if (all instanceof HashSet) {
      all.remove(one);
      return all;
    }
    return all.contains(one) ? Set.of() : all;
  }
}
