package io.waypost.stomp.selector;

import java.util.Locale;

/** The words of a selector, one after the other. */
final class Tokens {
  enum Kind {
    NAME,
    QUOTED_NAME,
    TEXT,
    NUMBER,
    SYMBOL,
    END
  }

  private static final String TWO_CHARACTER_SYMBOLS = "<> <= >=";

  private final String source;
  private int next;
  private Kind kind = Kind.END;
  private String text = "";

  Tokens(String source) {
    this.source = source;
    advance();
  }

  Kind kind() {
    return kind;
  }

  /** The present word: a name as it is written, a text without its quotes. */
  String text() {
    return text;
  }

  /** Goes on if the present word is this keyword or symbol. */
  boolean take(String word) {
    boolean there = (kind == Kind.NAME && text.toUpperCase(Locale.ROOT).equals(word))
        || (kind == Kind.SYMBOL && text.equals(word));
    if (there) {
      advance();
    }
    return there;
  }

  /** Goes on, or complains if the present word is another. */
  void expect(String word) {
    if (!take(word)) {
      throw unexpected(word);
    }
  }

  SelectorException unexpected(String wanted) {
    String there = kind == Kind.END ? "the end" : "'" + text + "'";
    return new SelectorException("the selector has " + there + " where " + wanted + " should be");
  }

  void advance() {
    while (next < source.length() && Character.isWhitespace(source.charAt(next))) {
      next++;
    }
    if (next == source.length()) {
      kind = Kind.END;
      text = "";
      return;
    }
    char first = source.charAt(next);
    if (first == '\'' || first == '"') {
      quoted(first);
    } else if (isDigit(first) || (first == '.' && isDigit(at(next + 1)))) {
      number();
    } else if (Character.isJavaIdentifierStart(first)) {
      int from = next;
      while (Character.isJavaIdentifierPart(at(next)) || at(next) == '.') {
        next++;
      }
      word(Kind.NAME, source.substring(from, next));
    } else {
      String two = source.substring(next, Math.min(source.length(), next + 2));
      boolean symbol =
          two.length() == 2 && TWO_CHARACTER_SYMBOLS.contains(two) && !two.contains(" ");
      String taken = symbol ? two : two.substring(0, 1);
      next += taken.length();
      word(Kind.SYMBOL, taken);
    }
  }

  /** A text, or a name that is no word, in which a doubled quote stands for one. */
  private void quoted(char quote) {
    StringBuilder content = new StringBuilder();
    next++;
    while (at(next) != quote || at(next + 1) == quote) {
      if (next >= source.length()) {
        throw new SelectorException("the selector has a quote that does not end");
      }
      next += at(next) == quote ? 1 : 0;
      content.append(at(next++));
    }
    next++;
    word(quote == '\'' ? Kind.TEXT : Kind.QUOTED_NAME, content.toString());
  }

  private void number() {
    int from = next;
    while (isDigit(at(next)) || at(next) == '.') {
      next++;
    }
    if (at(next) == 'e' || at(next) == 'E') {
      int sign = at(next + 1) == '+' || at(next + 1) == '-' ? 1 : 0;
      if (isDigit(at(next + 1 + sign))) {
        next += 1 + sign;
        while (isDigit(at(next))) {
          next++;
        }
      }
    }
    word(Kind.NUMBER, source.substring(from, next));
  }

  private void word(Kind of, String as) {
    kind = of;
    text = as;
  }

  /** The character there; behind the end one that is part of nothing. */
  private char at(int index) {
    return index < source.length() ? source.charAt(index) : '\n';
  }

  private static boolean isDigit(char character) {
    return character >= '0' && character <= '9';
  }
}
