package io.waypost.distribution.config;

import io.waypost.message.Header;
import io.waypost.message.Headers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A part of the file that is more than settings: values that remember their lines.
 *
 * @param where for messages: {@code conf/waypost.yml, line 12}; of a member of a section, where its name stands
 * @param value a text, {@link Long}, {@link Double}, {@link Boolean}, null, a list of trees, or a map of them by name
 */
public record Tree(String where, @Nullable Object value) {
  /** The elements, if it is a list. */
  @SuppressWarnings("unchecked") // lists are made of trees only
  public @Nullable List<Tree> elements() {
    return value instanceof List<?> list ? (List<Tree>) list : null;
  }

  /** The members by name, in order, if it is a section. */
  @SuppressWarnings("unchecked") // maps are made of trees only
  public @Nullable Map<String, Tree> members() {
    return value instanceof Map<?, ?> map ? (Map<String, Tree>) map : null;
  }

  /** Where that is to which names lead; as far as they lead. */
  public String where(List<String> path) {
    Map<String, Tree> members = members();
    Tree next = path.isEmpty() || members == null ? null : members.get(path.get(0));
    return next == null ? where : next.where(path.subList(1, path.size()));
  }

  /** The value without lines; sections as {@link Headers}. */
  public @Nullable Object plain() {
    List<Tree> elements = elements();
    if (elements != null) {
      List<@Nullable Object> list = new ArrayList<>(elements.size());
      elements.forEach(element -> list.add(element.plain()));
      return list;
    }
    Map<String, Tree> members = members();
    if (members != null) {
      List<Header> list = new ArrayList<>(members.size());
      members.forEach((name, member) -> list.add(new Header(name, member.plain())));
      return Headers.of(list);
    }
    return value;
  }

  /** The value on one line, as a file could have it. */
  String written() {
    List<Tree> elements = elements();
    if (elements != null) {
      return "[" + String.join(", ", elements.stream().map(Tree::written).toList()) + "]";
    }
    Map<String, Tree> members = members();
    if (members != null) {
      List<String> pairs = new ArrayList<>(members.size());
      members.forEach((name, member) -> pairs.add(quoted(name) + ": " + member.written()));
      return "{" + String.join(", ", pairs) + "}";
    }
    return value instanceof String text ? quoted(text) : String.valueOf(value);
  }

  private static String quoted(String text) {
    StringBuilder out = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < ' ') {
        out.append(String.format("\\x%02x", (int) c));
      } else {
        out.append(c);
      }
    }
    return out.append('"').toString();
  }
}
