package io.waypost.stomp.selector;

/** The patterns of LIKE: {@code %} is any text, {@code _} any one character. Takes no more than length times length. */
final class Like {
  private Like() {}

  /**
   * Whether a text matches.
   *
   * @param escape the character behind which {@code %} and {@code _} stand for themselves, or -1 for none
   */
  static boolean matches(String text, String pattern, int escape) {
    int at = 0;
    int in = 0;
    int retryAt = -1;
    int retryIn = -1;
    while (at < text.length()) {
      if (in < pattern.length() && pattern.charAt(in) == '%' && escape != '%') {
        retryIn = ++in;
        retryAt = at;
        continue;
      }
      boolean escaped = in + 1 < pattern.length() && pattern.charAt(in) == escape;
      int literal = escaped ? in + 1 : in;
      if (literal < pattern.length()
          && ((pattern.charAt(literal) == '_' && !escaped)
              || pattern.charAt(literal) == text.charAt(at))) {
        at++;
        in = literal + 1;
      } else if (retryIn >= 0) {
        in = retryIn;
        at = ++retryAt;
      } else {
        return false;
      }
    }
    while (in < pattern.length() && pattern.charAt(in) == '%') {
      in++;
    }
    return in == pattern.length();
  }
}
