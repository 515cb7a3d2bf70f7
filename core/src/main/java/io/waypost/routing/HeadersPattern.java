package io.waypost.routing;

import io.waypost.message.Header;
import io.waypost.message.Headers;
import java.util.ArrayList;
import java.util.List;

/**
 * The arguments of a binding to a headers exchange, made ready to match.
 *
 * @param all whether every expected header must match; one is enough otherwise
 * @param expected what is expected; an entry without a value asks only that the header is there
 */
record HeadersPattern(boolean all, List<Header> expected) {
  private static final String MATCH = "x-match";

  /**
   * Reads a binding's arguments. {@code x-match} is {@code all} (also when absent) or {@code any}, which leave other
   * arguments that begin with {@code x-} alone, or {@code all-with-x} or {@code any-with-x}, which don't.
   *
   * @throws IllegalArgumentException if {@code x-match} is anything else
   */
  static HeadersPattern of(Headers arguments) {
    Object match = arguments.contains(MATCH) ? arguments.get(MATCH) : "all";
    if (!(match instanceof String how)) {
      throw new IllegalArgumentException(
          "Invalid x-match field type (value " + match + "); expected longstr");
    }
    return switch (how) {
      case "all" -> new HeadersPattern(true, expected(arguments, false));
      case "any" -> new HeadersPattern(false, expected(arguments, false));
      case "all-with-x" -> new HeadersPattern(true, expected(arguments, true));
      case "any-with-x" -> new HeadersPattern(false, expected(arguments, true));
      default ->
        throw new IllegalArgumentException("Invalid x-match field value "
            + how
            + "; expected all, any, all-with-x, or any-with-x");
    };
  }

  /** Whether a message with these headers matches. */
  boolean matches(Headers headers) {
    for (Header one : expected) {
      if (matchesOne(one, headers) != all) {
        return !all;
      }
    }
    return all;
  }

  private static boolean matchesOne(Header expected, Headers headers) {
    for (Header actual : headers) {
      if (actual.name().equals(expected.name())
          && (expected.value() == null || HeaderValues.equal(expected.value(), actual.value()))) {
        return true;
      }
    }
    return false;
  }

  private static List<Header> expected(Headers arguments, boolean withX) {
    List<Header> expected = new ArrayList<>();
    for (Header argument : arguments) {
      if (!argument.name().equals(MATCH) && (withX || !argument.name().startsWith("x-"))) {
        expected.add(argument);
      }
    }
    return List.copyOf(expected);
  }
}
