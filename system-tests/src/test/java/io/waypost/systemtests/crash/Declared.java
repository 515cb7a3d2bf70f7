package io.waypost.systemtests.crash;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * What is declared in the broker: each thing by its name, with one value, or several while an answer is awaited that may
 * never come. Safe for several threads.
 */
final class Declared {
  /** The value of what is not there. */
  static final String ABSENT = "absent";

  private static final class Thing {
    final Set<String> possible = new TreeSet<>();
    boolean lasting = true;
  }

  private final Map<String, Thing> things = new TreeMap<>();

  /** Takes over what a fresh broker has. */
  synchronized void adopt(Map<String, String> found) {
    found.forEach(this::is);
  }

  /** The broker is about to be asked to make a thing so. */
  synchronized void becomes(String name, String value) {
    Thing thing = things.computeIfAbsent(name, any -> {
      Thing fresh = new Thing();
      fresh.possible.add(ABSENT);
      return fresh;
    });
    thing.possible.add(value);
  }

  /** The broker said that a thing is so. */
  synchronized void is(String name, String value) {
    Thing thing = things.computeIfAbsent(name, any -> new Thing());
    thing.possible.clear();
    thing.possible.add(value);
    thing.lasting = true;
  }

  /** The broker said that a thing is so that goes when the broker ends. */
  synchronized void isTransient(String name, String value) {
    is(name, value);
    Objects.requireNonNull(things.get(name)).lasting = false;
  }

  /** The names of the things that are surely there. */
  synchronized List<String> names(Predicate<String> which) {
    return things.entrySet().stream()
        .filter(each -> which.test(each.getKey()) && !each.getValue().possible.contains(ABSENT))
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Whether a thing that is there survives the end of the broker. */
  synchronized boolean isLasting(String name) {
    Thing thing = things.get(name);
    return thing != null && thing.lasting;
  }

  /** The names of the things that may be there. */
  synchronized List<String> possibleNames(Predicate<String> which) {
    return things.entrySet().stream()
        .filter(
            each -> which.test(each.getKey()) && !each.getValue().possible.equals(Set.of(ABSENT)))
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Several things are about to go together. */
  synchronized void vanishing(Collection<String> names) {
    names.forEach(each -> becomes(each, ABSENT));
  }

  /** They are gone, the broker said. */
  synchronized void vanished(Collection<String> names) {
    names.forEach(each -> is(each, ABSENT));
  }

  /** The broker has ended: what was transient is gone. */
  synchronized void ended() {
    for (Thing thing : things.values()) {
      if (!thing.lasting) {
        thing.possible.clear();
        thing.possible.add(ABSENT);
      }
    }
  }

  /**
   * Compares with what a broker has after its start, and believes the broker where both were possible.
   *
   * @return what does not fit
   */
  synchronized List<String> compare(Map<String, String> found) {
    List<String> wrong = new ArrayList<>();
    Set<String> names = new TreeSet<>(found.keySet());
    names.addAll(things.keySet());
    for (String name : names) {
      String value = found.getOrDefault(name, ABSENT);
      Thing thing = things.get(name);
      if (thing == null) {
        wrong.add("nobody declared " + name + ", which is " + value);
      } else if (!thing.possible.contains(value)) {
        wrong.add(name + " should be " + String.join(" or ", thing.possible) + ", but is " + value);
      }
      is(name, value);
    }
    things.values().removeIf(each -> each.possible.equals(Set.of(ABSENT)));
    return wrong;
  }
}
