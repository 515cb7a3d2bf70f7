package io.waypost.security;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Some names that were asked for lately, for one thread; the last one is found at once. Bounded in number and, by not
 * keeping names of unusual length, in size.
 */
final class RecentNames {
  private static final int MOST = 256;
  private static final int LONGEST = 255;

  private @Nullable String last;
  private @Nullable Set<String> names;

  boolean contains(String name) {
    if (name.equals(last)) {
      return true;
    }
    if (names == null || !names.contains(name)) {
      return false;
    }
    last = name;
    return true;
  }

  void add(String name) {
    if (name.length() > LONGEST) {
      return;
    }
    if (last == null) {
      // Most sessions need one name.
      last = name;
      return;
    }
    if (names == null) {
      names = new HashSet<>();
      names.add(last);
    } else if (names.size() >= MOST) {
      names.clear();
    }
    names.add(name);
    last = name;
  }

  void clear() {
    last = null;
    names = null;
  }
}
