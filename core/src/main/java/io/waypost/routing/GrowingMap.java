package io.waypost.routing;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A map for one writer and any number of readers, made to exist in very large numbers: almost always it holds one entry
 * or a few, and sometimes 100,000.
 *
 * <p>While it is small, each change publishes a new map that is never written again; past {@link #SMALL} entries the
 * map becomes a concurrent one and is changed in place. Either way a reader sees every change that was complete when
 * its call began.
 */
final class GrowingMap<K, V> {
  private static final int SMALL = 16;

  private volatile Map<K, V> map = Map.of();

  /** The value of the key; a key equal by {@code key.equals(stored)} and of equal hash finds it too. */
  @Nullable
  V get(Object key) {
    return map.get(key);
  }

  /** The keys at this moment or a little later. */
  Set<K> keys() {
    return map.keySet();
  }

  /** The entries at this moment or a little later. */
  Set<Map.Entry<K, V>> entries() {
    return map.entrySet();
  }

  boolean isEmpty() {
    return map.isEmpty();
  }

  void put(K key, V value) {
    Map<K, V> now = map;
    if (now.isEmpty()) {
      map = Map.of(key, value);
    } else if (now instanceof ConcurrentHashMap) {
      now.put(key, value);
    } else {
      Map<K, V> grown = now.size() < SMALL ? new HashMap<>(now) : new ConcurrentHashMap<>(now);
      grown.put(key, value);
      map = grown;
    }
  }

  void remove(Object key) {
    Map<K, V> now = map;
    if (!now.containsKey(key)) {
      return;
    }
    if (now.size() == 1) {
      map = Map.of();
    } else if (now instanceof ConcurrentHashMap) {
      now.remove(key);
    } else {
      Map<K, V> shrunk = new HashMap<>(now);
      shrunk.remove(key);
      map = shrunk;
    }
  }
}
