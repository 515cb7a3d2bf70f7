package io.waypost.pattern;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A regular expression that is searched for anywhere in a name. Immutable, any thread.
 *
 * <p>The expression is an administrator's and the name is a client's, so a careless expression must not let a client
 * hold up a thread: a search that looks at more than {@link #BUDGET} characters, or nests too deep for the stack, ends
 * as if nothing had been found.
 */
public final class NamePattern {
  /** How many characters one search looks at; names of usual length need a few hundred. Some milliseconds at worst. */
  public static final int BUDGET = 1_000_000;

  private static final Logger LOG = LoggerFactory.getLogger(NamePattern.class);

  private final Pattern pattern;

  private NamePattern(Pattern pattern) {
    this.pattern = pattern;
  }

  /**
   * Compiles an expression.
   *
   * @throws IllegalArgumentException if it is none; the message names it and says what is wrong
   */
  public static NamePattern compile(String expression) {
    try {
      return new NamePattern(Pattern.compile(expression, Pattern.UNIX_LINES));
    } catch (PatternSyntaxException wrong) {
      throw new IllegalArgumentException(
          "invalid regular expression '" + expression + "': " + reason(wrong), wrong);
    }
  }

  /** Whether some part of the name matches. */
  public boolean find(CharSequence name) {
    try {
      return pattern.matcher(new Metered(name)).find();
    } catch (OutOfBudgetException | StackOverflowError tooMuch) {
      // The matcher recurses for nested groups, so that a long name can exhaust the stack, which is
      // then unwound.
      LOG.warn("Gave up searching a name of {} characters for '{}'", name.length(), pattern);
      return false;
    }
  }

  /** The expression. */
  @Override
  public String toString() {
    return pattern.pattern();
  }

  private static String reason(PatternSyntaxException wrong) {
    return wrong.getIndex() < 0
        ? wrong.getDescription()
        : wrong.getDescription() + " near index " + wrong.getIndex();
  }

  /** Counts the characters that one search looks at. */
  private static final class Metered implements CharSequence {
    private final CharSequence name;
    private int left = BUDGET;

    Metered(CharSequence name) {
      this.name = name;
    }

    @Override
    public int length() {
      return name.length();
    }

    @Override
    public char charAt(int index) {
      if (--left < 0) {
        throw new OutOfBudgetException();
      }
      return name.charAt(index);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return name.subSequence(start, end);
    }

    @Override
    public String toString() {
      return name.toString();
    }
  }

  private static final class OutOfBudgetException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    OutOfBudgetException() {
      super(null, null, false, false);
    }
  }
}
