package io.waypost.routing;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Topic patterns as a tree of words. The empty key has no word; in any other key the dots separate words, which may be
 * empty.
 *
 * <p>A match walks the key once, word by word, with the set of nodes that the words so far lead to. A {@code #} node
 * stays in that set once it is in it, because it may swallow any further word; whoever arrives at it again is dropped.
 * So a node is met at most once a position however many {@code #} a pattern has, and the work is bounded by words times
 * nodes, where a walk that tries each length for each {@code #} would be exponential.
 *
 * <p>One writer, any number of readers. The writer links a node when it is complete and cuts off branches that lead
 * nowhere; a reader on such a branch ends its walk there undisturbed.
 */
final class TopicTrie<D> {
  private static final String ONE = "*";
  private static final String ANY = "#";

  private final Node<D> root = new Node<>(null, "");

  /** Has the pattern lead to the destination, once more than before. */
  void add(String pattern, D destination) {
    Node<D> node = root;
    Word word = new Word(pattern);
    for (int at = start(pattern); at <= pattern.length(); ) {
      at = word.moveTo(at);
      Node<D> known = node.child(word.text());
      node = known == null ? node.grow(word.text()) : known;
    }
    node.destinations.add(destination);
  }

  /** Takes one binding of the pattern to the destination away; it must be there. */
  void remove(String pattern, D destination) {
    Node<D> node = root;
    Word word = new Word(pattern);
    for (int at = start(pattern); at <= pattern.length(); ) {
      at = word.moveTo(at);
      node = node.child(word.text());
      if (node == null) {
        throw new IllegalStateException("no binding with pattern " + pattern);
      }
    }
    node.destinations.remove(destination);
    for (Node<D> parent = node.parent;
        parent != null && node.leadsNowhere();
        parent = node.parent) {
      parent.cut(node.word);
      node = parent;
    }
  }

  /** The destinations of every pattern that the key matches; one element a pattern. */
  List<Destinations<D>> match(String key) {
    Walk<D> walk = new Walk<>();
    walk.enter(root);
    Word word = new Word(key);
    for (int at = start(key); at <= key.length() && walk.goesOn(); ) {
      at = word.moveTo(at);
      walk.step(word);
    }
    return walk.end();
  }

  /** Whether nothing but the root is left. */
  boolean isEmpty() {
    return root.leadsNowhere();
  }

  private static int start(String key) {
    return key.isEmpty() ? 1 : 0;
  }

  private static final class Node<D> {
    final @Nullable Node<D> parent;
    final String word;
    // Such a node can be met at several positions of one key; any other at one only.
    final boolean belowAny;
    final GrowingMap<String, Node<D>> children = new GrowingMap<>();
    final Destinations<D> destinations = new Destinations<>();
    volatile @Nullable Node<D> one;
    volatile @Nullable Node<D> any;

    Node(@Nullable Node<D> parent, String word) {
      this.parent = parent;
      this.word = word;
      this.belowAny = parent != null && (parent.belowAny || parent.word.equals(ANY));
    }

    @Nullable
    Node<D> child(String pattern) {
      return switch (pattern) {
        case ONE -> one;
        case ANY -> any;
        default -> children.get(pattern);
      };
    }

    Node<D> grow(String pattern) {
      Node<D> child = new Node<>(this, pattern);
      switch (pattern) {
        case ONE -> one = child;
        case ANY -> any = child;
        default -> children.put(pattern, child);
      }
      return child;
    }

    void cut(String pattern) {
      switch (pattern) {
        case ONE -> one = null;
        case ANY -> any = null;
        default -> children.remove(pattern);
      }
    }

    boolean leadsNowhere() {
      return destinations.isEmpty() && children.isEmpty() && one == null && any == null;
    }
  }

  private static final class Walk<D> {
    private final List<Destinations<D>> found = new ArrayList<>(4);
    private final List<Node<D>> anyNodes = new ArrayList<>(4);
    private @Nullable Set<Node<D>> seen;
    private List<Node<D>> here = new ArrayList<>(4);
    private List<Node<D>> next = new ArrayList<>(4);

    /** Arrives at a node, and by no word at all at the {@code #} below it. */
    void enter(Node<D> node) {
      here.add(node);
      for (Node<D> any = node.any; any != null && isNew(any); any = any.any) {
        // Whatever words follow, this pattern matches.
        collect(any);
        anyNodes.add(any);
      }
    }

    void step(Word word) {
      List<Node<D>> from = here;
      here = next;
      next = from;
      // Those that are entered in this step take part from the next word on.
      int waiting = anyNodes.size();
      for (int i = 0; i < from.size(); i++) {
        follow(from.get(i), word);
      }
      for (int i = 0; i < waiting; i++) {
        follow(anyNodes.get(i), word);
      }
      from.clear();
    }

    boolean goesOn() {
      return !here.isEmpty() || !anyNodes.isEmpty();
    }

    List<Destinations<D>> end() {
      here.forEach(this::collect);
      return found;
    }

    private void follow(Node<D> node, Word word) {
      Node<D> child = node.children.get(word);
      if (child != null) {
        enter(child);
      }
      Node<D> one = node.one;
      if (one != null) {
        enter(one);
      }
    }

    private boolean isNew(Node<D> any) {
      if (!any.belowAny) {
        return true;
      }
      if (seen == null) {
        seen = new HashSet<>();
      }
      return seen.add(any);
    }

    private void collect(Node<D> node) {
      if (!node.destinations.isEmpty()) {
        found.add(node.destinations);
      }
    }
  }
}
