package io.waypost.routing;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Values by routing key, found by topic patterns: the opposite of a topic exchange's table, which holds patterns and is
 * asked by key. Confined to one thread.
 *
 * @param <V> what is kept
 */
public final class WordTree<V> {
  private static final String ONE = "*";
  private static final String ANY = "#";
  private static final char SEPARATOR = '.';

  private final Node<V> root = new Node<>(null, "");
  private int size;

  private static final class Node<V> {
    final @Nullable Node<V> parent;
    final String word;

    @Nullable
    Map<String, Node<V>> children;

    @Nullable
    V value;

    Node(@Nullable Node<V> parent, String word) {
      this.parent = parent;
      this.word = word;
    }
  }

  /** How many values there are. */
  public int size() {
    return size;
  }

  /** Puts a value in place of the one that was there, and returns that. */
  public @Nullable V put(String key, V value) {
    Node<V> node = root;
    for (String word : words(key)) {
      Map<String, Node<V>> children = node.children;
      if (children == null) {
        children = new HashMap<>(2);
        node.children = children;
      }
      Node<V> parent = node;
      node = children.computeIfAbsent(word, absent -> new Node<>(parent, absent));
    }
    V before = node.value;
    node.value = value;
    if (before == null) {
      size++;
    }
    return before;
  }

  /** The value of exactly that key. */
  public @Nullable V get(String key) {
    Node<V> node = find(key);
    return node == null ? null : node.value;
  }

  /** Takes the value of a key away and returns it. */
  public @Nullable V remove(String key) {
    Node<V> node = find(key);
    if (node == null || node.value == null) {
      return null;
    }
    V before = node.value;
    node.value = null;
    size--;
    for (Node<V> parent = node.parent;
        parent != null && node.value == null && node.children == null;
        parent = node.parent) {
      Map<String, Node<V>> siblings = parent.children;
      if (siblings != null) {
        siblings.remove(node.word);
        if (siblings.isEmpty()) {
          parent.children = null;
        }
      }
      node = parent;
    }
    return before;
  }

  private @Nullable Node<V> find(String key) {
    Node<V> node = root;
    for (String word : words(key)) {
      Map<String, Node<V>> children = node.children;
      node = children == null ? null : children.get(word);
      if (node == null) {
        return null;
      }
    }
    return node;
  }

  /** A search for what matches a pattern, where {@code *} is one word and {@code #} any number of them. */
  public Search search(String pattern) {
    return new Search(words(pattern));
  }

  /** The words of a routing key; none if it is empty. */
  public static List<String> words(String key) {
    List<String> words = new ArrayList<>(8);
    if (key.isEmpty()) {
      return words;
    }
    int begin = 0;
    for (int end = key.indexOf(SEPARATOR); end >= 0; end = key.indexOf(SEPARATOR, begin)) {
      words.add(key.substring(begin, end));
      begin = end + 1;
    }
    words.add(key.substring(begin));
    return words;
  }

  private record Place<V>(Node<V> node, int word) {}

  /**
   * A search under way. It goes on in steps, so that a large one need not be done at once; what is put or removed between
   * two steps may be found or not. A value is found as often as there are ways in which its key matches the pattern:
   * once, unless there are several {@code #} in it.
   */
  public final class Search {
    private final List<String> pattern;
    private final ArrayDeque<Place<V>> ahead = new ArrayDeque<>();

    Search(List<String> pattern) {
      this.pattern = pattern;
      ahead.push(new Place<>(root, 0));
    }

    /**
     * Goes on.
     *
     * @param steps how many places of the tree to look at
     * @param found grows
     * @return whether that was all
     */
    public boolean run(int steps, List<V> found) {
      for (int left = steps; left > 0 && !ahead.isEmpty(); left--) {
        visit(ahead.pop(), found);
      }
      return ahead.isEmpty();
    }

    private void visit(Place<V> place, List<V> found) {
      Node<V> node = place.node;
      int at = place.word;
      if (at == pattern.size()) {
        if (node.value != null) {
          found.add(node.value);
        }
        return;
      }
      Map<String, Node<V>> children = node.children;
      switch (pattern.get(at)) {
        case ANY -> {
          ahead.push(new Place<>(node, at + 1));
          if (children != null) {
            children.values().forEach(child -> ahead.push(new Place<>(child, at)));
          }
        }
        case ONE -> {
          if (children != null) {
            children.values().forEach(child -> ahead.push(new Place<>(child, at + 1)));
          }
        }
        default -> {
          Node<V> child = children == null ? null : children.get(pattern.get(at));
          if (child != null) {
            ahead.push(new Place<>(child, at + 1));
          }
        }
      }
    }
  }
}
