package io.waypost.message;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An ordered, immutable list of named values; a name may occur more than once (MQTT 5 user properties). Lookups are
 * linear: tables on the wire are short, and the order is part of the message.
 */
public final class Headers implements Iterable<Header> {
  private static final Headers EMPTY = new Headers(List.of());
  private static final int PER_ENTRY = 72;
  private static final int PER_VALUE = 40;

  private final List<Header> entries;

  private Headers(List<Header> entries) {
    this.entries = entries;
  }

  /** The table without an entry. */
  public static Headers empty() {
    return EMPTY;
  }

  /** A table of these entries, in this order. */
  public static Headers of(List<Header> entries) {
    return entries.isEmpty() ? EMPTY : new Headers(List.copyOf(entries));
  }

  /** A table of the map's entries, in its iteration order. */
  public static Headers of(Map<String, ?> entries) {
    List<Header> list = new ArrayList<>(entries.size());
    entries.forEach((name, value) -> list.add(new Header(name, value)));
    return of(list);
  }

  /** The entries in order. */
  public List<Header> entries() {
    return entries;
  }

  /** The number of entries. */
  public int size() {
    return entries.size();
  }

  /** Whether there is no entry. */
  public boolean isEmpty() {
    return entries.isEmpty();
  }

  /** Whether an entry of that name exists, even one without a value. */
  public boolean contains(String name) {
    for (Header entry : entries) {
      if (entry.name().equals(name)) {
        return true;
      }
    }
    return false;
  }

  /** The value of the first entry of that name; null when there is none or it has no value. */
  public @Nullable Object get(String name) {
    for (Header entry : entries) {
      if (entry.name().equals(name)) {
        return entry.value();
      }
    }
    return null;
  }

  /** The first value of that name when it is text, else null. */
  public @Nullable String text(String name) {
    return get(name) instanceof String text ? text : null;
  }

  /** A copy in which that name occurs once, in its first place or at the end, with this value. */
  public Headers with(String name, @Nullable Object value) {
    List<Header> copy = new ArrayList<>(entries.size() + 1);
    boolean placed = false;
    for (Header entry : entries) {
      if (!entry.name().equals(name)) {
        copy.add(entry);
      } else if (!placed) {
        copy.add(new Header(name, value));
        placed = true;
      }
    }
    if (!placed) {
      copy.add(new Header(name, value));
    }
    return of(copy);
  }

  /** A copy without that name; this table when it does not occur. */
  public Headers without(String name) {
    if (!contains(name)) {
      return this;
    }
    return of(entries.stream().filter(entry -> !entry.name().equals(name)).toList());
  }

  /** Roughly the heap that it holds, in bytes. */
  int footprint() {
    int sum = 0;
    for (Header entry : entries) {
      sum += PER_ENTRY + entry.name().length() + footprint(entry.value());
    }
    return sum;
  }

  private static int footprint(@Nullable Object value) {
    if (value instanceof String text) {
      return PER_VALUE + text.length();
    }
    if (value instanceof byte[] bytes) {
      return PER_VALUE + bytes.length;
    }
    if (value instanceof RawString text) {
      return PER_VALUE + text.bytes().length;
    }
    if (value instanceof Headers nested) {
      return PER_VALUE + nested.footprint();
    }
    if (value instanceof List<?> list) {
      int sum = PER_VALUE;
      for (Object element : list) {
        sum += footprint(element);
      }
      return sum;
    }
    return PER_VALUE;
  }

  @Override
  public Iterator<Header> iterator() {
    return entries.iterator();
  }

  /** Equal when names, values and order are. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Headers that && entries.equals(that.entries);
  }

  @Override
  public int hashCode() {
    return entries.hashCode();
  }

  @Override
  public String toString() {
    return entries.toString();
  }
}
