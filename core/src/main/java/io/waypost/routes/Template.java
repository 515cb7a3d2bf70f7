package io.waypost.routes;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A text with names that stand for what is found in a publication. Immutable. */
final class Template {
  private final List<Braces> parts;
  private final Values.Form form;

  private Template(List<Braces> parts, Values.Form form) {
    this.parts = parts;
    this.form = form;
  }

  /**
   * A template.
   *
   * @param found the names that the rule's pattern has
   * @throws IllegalArgumentException with a sentence for the operator, if it has a name that nothing stands for
   */
  static Template of(String text, Values.Form form, Set<String> found) {
    List<Braces> parts = List.copyOf(Braces.parse(text));
    for (Braces part : parts) {
      if (part.name() && !found.contains(part.text()) && !Values.COMMON.contains(part.text())) {
        List<String> known = new ArrayList<>(found);
        known.addAll(Values.COMMON);
        throw new IllegalArgumentException(
            "{" + part.text() + "} stands for nothing; known are " + String.join(", ", known));
      }
    }
    return new Template(parts, form);
  }

  /** The parts that are always the same. */
  List<String> literals() {
    return parts.stream().filter(part -> !part.name()).map(Braces::text).toList();
  }

  /** The text. Where a name stands for no words at all, a separator goes with it: {@code a.{rest}} is {@code a} then. */
  String expand(Values values) {
    if (parts.size() == 1 && !parts.get(0).name()) {
      return parts.get(0).text();
    }
    StringBuilder out = new StringBuilder();
    boolean skipsSeparator = false;
    for (int i = 0; i < parts.size(); i++) {
      Braces part = parts.get(i);
      if (!part.name()) {
        out.append(part.text(), skipsSeparator ? 1 : 0, part.text().length());
        skipsSeparator = false;
        continue;
      }
      String value = values.get(part.text(), form);
      if (value != null) {
        out.append(value);
      } else if (form != Values.Form.TEXT) {
        boolean ends = i + 1 == parts.size();
        boolean separated = !ends && !parts.get(i + 1).name() && beginsWithSeparator(i + 1);
        if (out.length() > 0 && isSeparator(out.charAt(out.length() - 1)) && (ends || separated)) {
          out.setLength(out.length() - 1);
        } else if (out.length() == 0 && separated) {
          skipsSeparator = true;
        }
      }
    }
    return out.toString();
  }

  private boolean beginsWithSeparator(int part) {
    return isSeparator(parts.get(part).text().charAt(0));
  }

  private boolean isSeparator(char c) {
    return c == (form == Values.Form.TOPIC ? '/' : '.');
  }
}
