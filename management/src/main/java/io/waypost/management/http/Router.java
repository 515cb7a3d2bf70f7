package io.waypost.management.http;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds who answers a path. Works on the path as it was sent and decodes each segment after splitting, since
 * {@code %2F} within a segment is part of a name. In a pattern, {@code {name}} stands for any one segment; where a
 * fixed segment fits too, that wins. Filled first, then read by any thread.
 */
final class Router {
  private final Node root = new Node();

  /**
   * Whom a path leads to.
   *
   * @param byMethod the endpoints by HTTP method, sorted; empty when there is nothing at that path
   * @param segments what stands where the pattern has braces, decoded, in order
   */
  record Match(Map<String, Route> byMethod, List<String> segments) {}

  /**
   * One method of one path.
   *
   * @param names what the pattern has in braces, in order
   * @param endpoint who answers
   */
  record Route(List<String> names, Endpoint endpoint) {}

  private static final class Node {
    final Map<String, Node> fixed = new HashMap<>();
    final Map<String, Route> byMethod = new TreeMap<>();

    @Nullable
    Node any;
  }

  Router on(String method, String pattern, Endpoint endpoint) {
    Node node = root;
    List<String> names = new ArrayList<>();
    for (String segment : PathSegments.split(pattern)) {
      if (segment.startsWith("{")) {
        names.add(segment.substring(1, segment.length() - 1));
        Node next = node.any == null ? new Node() : node.any;
        node.any = next;
        node = next;
      } else {
        node = node.fixed.computeIfAbsent(segment, unused -> new Node());
      }
    }
    if (node.byMethod.put(method, new Route(List.copyOf(names), endpoint)) != null) {
      throw new IllegalStateException("two endpoints for " + method + " " + pattern);
    }
    return this;
  }

  Match match(String path) {
    Node node = root;
    List<String> found = new ArrayList<>();
    for (String segment : PathSegments.split(path)) {
      Node next = node.fixed.get(segment);
      if (next == null) {
        next = node.any;
        if (next == null) {
          return new Match(Map.of(), List.of());
        }
        found.add(PathSegments.decode(segment));
      }
      node = next;
    }
    return new Match(node.byMethod, found);
  }
}
