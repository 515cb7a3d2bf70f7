package io.waypost.stomp.selector;

import io.waypost.stomp.selector.Tokens.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.IntPredicate;

/**
 * Reads a selector by recursive descent: OR, AND, NOT; comparisons, BETWEEN, IN, LIKE, IS NULL; sums, products, signs;
 * names, literals, parentheses. Names that are no words (such as {@code "content-type"}) stand in double quotes.
 */
final class Parser {
  /** Nesting is recursion, here and when a message is looked at. */
  private static final int DEEPEST = 64;

  private static final int MOST_PARTS = 1000;

  private static final Set<String> KEYWORDS =
      Set.of("AND", "OR", "NOT", "BETWEEN", "IN", "LIKE", "ESCAPE", "IS", "NULL", "TRUE", "FALSE");

  private final Tokens tokens;
  private int depth;
  private int parts;

  Parser(String text) {
    tokens = new Tokens(text);
  }

  Expression parse() {
    Expression condition = or();
    if (tokens.kind() != Kind.END) {
      throw tokens.unexpected("its end");
    }
    return condition;
  }

  private Expression or() {
    if (++depth > DEEPEST) {
      throw new SelectorException("the selector is nested deeper than " + DEEPEST + " levels");
    }
    Expression left = and();
    while (tokens.take("OR")) {
      left = Expression.or(left, and());
      count();
    }
    depth--;
    return left;
  }

  private Expression and() {
    Expression left = not();
    while (tokens.take("AND")) {
      left = Expression.and(left, not());
      count();
    }
    return left;
  }

  private void count() {
    if (++parts > MOST_PARTS) {
      throw new SelectorException("the selector has more than " + MOST_PARTS + " parts");
    }
  }

  private Expression not() {
    boolean negated = false;
    while (tokens.take("NOT")) {
      negated = !negated;
    }
    Expression comparison = comparison();
    return negated ? Expression.not(comparison) : comparison;
  }

  private Expression comparison() {
    Expression left = sum();
    if (tokens.take("IS")) {
      boolean negated = tokens.take("NOT");
      tokens.expect("NULL");
      return negated(negated, Expression.isNull(left));
    }
    if (tokens.take("=")) {
      return Expression.equal(left, sum());
    }
    if (tokens.take("<>")) {
      return Expression.not(Expression.equal(left, sum()));
    }
    IntPredicate order = order();
    if (order != null) {
      return Expression.ordered(left, sum(), order);
    }
    boolean negated = tokens.take("NOT");
    if (tokens.take("BETWEEN")) {
      Expression low = sum();
      tokens.expect("AND");
      Expression high = sum();
      return negated(
          negated,
          Expression.and(
              Expression.ordered(left, low, sign -> sign >= 0),
              Expression.ordered(left, high, sign -> sign <= 0)));
    }
    if (tokens.take("IN")) {
      return negated(negated, Expression.in(left, list()));
    }
    if (tokens.take("LIKE")) {
      String pattern = text();
      String escape = tokens.take("ESCAPE") ? text() : "";
      if (escape.length() > 1) {
        throw new SelectorException("what follows ESCAPE must be one character");
      }
      return negated(
          negated, Expression.like(left, pattern, escape.isEmpty() ? -1 : escape.charAt(0)));
    }
    if (negated) {
      throw tokens.unexpected("BETWEEN, IN or LIKE");
    }
    return left;
  }

  private static Expression negated(boolean negated, Expression condition) {
    return negated ? Expression.not(condition) : condition;
  }

  private @org.jspecify.annotations.Nullable IntPredicate order() {
    if (tokens.take("<")) {
      return sign -> sign < 0;
    }
    if (tokens.take("<=")) {
      return sign -> sign <= 0;
    }
    if (tokens.take(">")) {
      return sign -> sign > 0;
    }
    return tokens.take(">=") ? sign -> sign >= 0 : null;
  }

  private List<String> list() {
    List<String> values = new ArrayList<>();
    tokens.expect("(");
    do {
      values.add(text());
      count();
    } while (tokens.take(","));
    tokens.expect(")");
    return values;
  }

  private String text() {
    if (tokens.kind() != Kind.TEXT) {
      throw tokens.unexpected("a text in single quotes");
    }
    String text = tokens.text();
    tokens.advance();
    return text;
  }

  private Expression sum() {
    Expression left = product();
    while (true) {
      if (tokens.take("+")) {
        left = Expression.arithmetic(left, product(), (a, b) -> a + b);
      } else if (tokens.take("-")) {
        left = Expression.arithmetic(left, product(), (a, b) -> a - b);
      } else {
        return left;
      }
      count();
    }
  }

  private Expression product() {
    Expression left = signed();
    while (true) {
      if (tokens.take("*")) {
        left = Expression.arithmetic(left, signed(), (a, b) -> a * b);
      } else if (tokens.take("/")) {
        left = Expression.arithmetic(left, signed(), (a, b) -> a / b);
      } else {
        return left;
      }
      count();
    }
  }

  private Expression signed() {
    boolean negative = false;
    while (true) {
      if (tokens.take("-")) {
        negative = !negative;
      } else if (!tokens.take("+")) {
        break;
      }
    }
    Expression operand = operand();
    return negative
        ? Expression.arithmetic(Expression.constant(0.0), operand, (a, b) -> a - b)
        : operand;
  }

  private Expression operand() {
    if (tokens.take("(")) {
      Expression inside = or();
      tokens.expect(")");
      return inside;
    }
    if (tokens.take("TRUE")) {
      return Expression.constant(true);
    }
    if (tokens.take("FALSE")) {
      return Expression.constant(false);
    }
    String text = tokens.text();
    switch (tokens.kind()) {
      case TEXT -> {
        tokens.advance();
        return Expression.constant(text);
      }
      case NUMBER -> {
        tokens.advance();
        return Expression.constant(number(text));
      }
      case NAME, QUOTED_NAME -> {
        if (tokens.kind() == Kind.NAME && KEYWORDS.contains(text.toUpperCase(Locale.ROOT))) {
          throw tokens.unexpected("a name or a value");
        }
        tokens.advance();
        return message -> Property.of(message, text);
      }
      case SYMBOL, END -> throw tokens.unexpected("a name or a value");
    }
    throw new IllegalStateException("a kind of word that is not known");
  }

  private static Double number(String text) {
    try {
      return Double.valueOf(text);
    } catch (NumberFormatException e) {
      throw new SelectorException("'" + text + "' is not a number");
    }
  }
}
