package io.waypost.distribution.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** Reads a part of a YAML file as it is, whatever it holds. */
final class TreeReader {
  private final Function<Node, String> where;
  private final Set<Node> seen;
  private final List<String> problems;

  /**
   * A reader.
   *
   * @param seen grows by what is read; what is in it already is an alias
   * @param problems grows by what is wrong
   */
  TreeReader(Function<Node, String> where, Set<Node> seen, List<String> problems) {
    this.where = where;
    this.seen = seen;
    this.problems = problems;
  }

  Tree read(Node node) {
    return new Tree(where.apply(node), value(node));
  }

  private @Nullable Object value(Node node) {
    if (node instanceof ScalarNode scalar) {
      return scalar(scalar);
    }
    if (!seen.add(node)) {
      problems.add(where.apply(node) + ": sections and lists can't be used twice by an alias");
      return null;
    }
    if (node instanceof SequenceNode sequence) {
      List<Tree> elements = new ArrayList<>();
      sequence.getValue().forEach(element -> elements.add(read(element)));
      return elements;
    }
    Map<String, Tree> members = new LinkedHashMap<>();
    if (node instanceof MappingNode mapping) {
      mapping.getValue().forEach(entry -> member(entry, members));
    }
    return members;
  }

  private void member(NodeTuple entry, Map<String, Tree> members) {
    Node key = entry.getKeyNode();
    if (!(key instanceof ScalarNode name)) {
      problems.add(where.apply(key) + ": a name must be a text");
      return;
    }
    Tree member = new Tree(where.apply(key), value(entry.getValueNode()));
    Tree first = members.putIfAbsent(name.getValue(), member);
    if (first != null) {
      problems.add(
          member.where() + ": " + name.getValue() + " is given twice, first at " + first.where());
    }
  }

  private static @Nullable Object scalar(ScalarNode scalar) {
    String text = scalar.getValue();
    Tag tag = scalar.getTag();
    if (tag.equals(Tag.NULL)) {
      return null;
    }
    if (tag.equals(Tag.BOOL)) {
      return Boolean.valueOf(text);
    }
    try {
      if (tag.equals(Tag.INT)) {
        return Long.valueOf(text);
      }
      if (tag.equals(Tag.FLOAT)) {
        return Double.valueOf(text);
      }
    } catch (NumberFormatException e) {
      // Too large, or written in a way that only YAML knows: a text.
    }
    return text;
  }
}
