package io.waypost.routes;

import io.waypost.message.Header;
import io.waypost.message.Headers;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A table of a rule's definition, read key by key. A key without a value counts as absent. */
final class Fields {
  private final List<String> path;
  private final Headers table;

  private Fields(List<String> path, Headers table) {
    this.path = path;
    this.table = table;
  }

  /**
   * A table with no other keys than these.
   *
   * @throws RefusedRule if it has others, or one twice
   */
  static Fields of(Headers table, List<String> allowed) {
    return new Fields(List.of(), table).checked(allowed);
  }

  private Fields checked(List<String> allowed) {
    Set<String> seen = new HashSet<>();
    for (Header field : table) {
      if (!allowed.contains(field.name())) {
        throw refused(
            field.name(), "there is no such key; allowed are " + String.join(", ", allowed));
      }
      checkOnce(seen, field.name());
    }
    return this;
  }

  private void checkOnce(Set<String> seen, String name) {
    if (!seen.add(name)) {
      throw refused(name, "is given twice");
    }
  }

  RefusedRule refused(String name, String reason) {
    List<String> whole = new ArrayList<>(path);
    whole.add(name);
    return new RefusedRule(whole, reason);
  }

  boolean has(String name) {
    return table.get(name) != null;
  }

  boolean isEmpty() {
    return table.entries().stream().allMatch(field -> field.value() == null);
  }

  @Nullable
  Fields table(String name, List<String> allowed) {
    Fields inner = openTable(name);
    return inner == null ? null : inner.checked(allowed);
  }

  /** A table whose keys anybody may choose. */
  @Nullable
  Fields openTable(String name) {
    Object value = table.get(name);
    if (value == null) {
      return null;
    }
    if (!(value instanceof Headers inner)) {
      throw refused(name, "must be a section");
    }
    List<String> whole = new ArrayList<>(path);
    whole.add(name);
    Fields fields = new Fields(List.copyOf(whole), inner);
    Set<String> seen = new HashSet<>();
    inner.forEach(field -> fields.checkOnce(seen, field.name()));
    return fields;
  }

  List<Header> entries() {
    return table.entries();
  }

  @Nullable
  String text(String name) {
    Object value = table.get(name);
    return value == null ? null : text(name, value);
  }

  private String text(String name, @Nullable Object value) {
    if (value instanceof String text) {
      return text;
    }
    throw refused(
        name,
        value instanceof Number || value instanceof Boolean
            ? "must be a text: put " + value + " in quotes"
            : "must be a text");
  }

  /** One text or a list of them; none when it is absent. */
  List<String> texts(String name) {
    Object value = table.get(name);
    if (value == null) {
      return List.of();
    }
    if (!(value instanceof List<?> list)) {
      return List.of(text(name, value));
    }
    if (list.isEmpty()) {
      throw refused(name, "is an empty list, which nothing can match");
    }
    List<String> texts = new ArrayList<>(list.size());
    list.forEach(element -> texts.add(text(name, element)));
    return List.copyOf(texts);
  }

  @Nullable
  Boolean flag(String name) {
    Object value = table.get(name);
    if (value == null || value instanceof Boolean) {
      return (Boolean) value;
    }
    throw refused(name, "must be true or false");
  }
}
