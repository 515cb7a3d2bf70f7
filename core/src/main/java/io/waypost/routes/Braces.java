package io.waypost.routes;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A text with names in braces: {@code temp.{site}}. Doubled braces stand for themselves.
 *
 * @param text what stands there, without the braces
 * @param name whether that is a name
 */
record Braces(String text, boolean name) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_-]*#?");

  /**
   * Takes a text apart.
   *
   * @throws IllegalArgumentException with a sentence for the operator
   */
  static List<Braces> parse(String text) {
    List<Braces> parts = new ArrayList<>();
    StringBuilder literal = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean doubled = i + 1 < text.length() && text.charAt(i + 1) == c;
      if ((c == '{' || c == '}') && doubled) {
        literal.append(c);
        i++;
      } else if (c == '{') {
        int end = text.indexOf('}', i);
        String name = end < 0 ? "" : text.substring(i + 1, end);
        if (!NAME.matcher(name).matches()) {
          throw new IllegalArgumentException(
              "\"" + text + "\": a brace must begin a name such as {site}; write {{ for the brace");
        }
        if (literal.length() > 0) {
          parts.add(new Braces(literal.toString(), false));
          literal.setLength(0);
        }
        parts.add(new Braces(name, true));
        i = end;
      } else if (c == '}') {
        throw new IllegalArgumentException(
            "\"" + text + "\": a brace ends that never began; write }} for the brace");
      } else {
        literal.append(c);
      }
    }
    if (literal.length() > 0) {
      parts.add(new Braces(literal.toString(), false));
    }
    return parts;
  }
}
