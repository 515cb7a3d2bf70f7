package io.waypost.routes;

import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Spans of time as the configuration writes them: {@code 500ms}, {@code 10s}, {@code 5m}, {@code 2h}, {@code 1d}. */
final class Span {
  private static final Pattern SPAN = Pattern.compile("(\\d{1,12})\\s*(ms|s|m|h|d)");
  private static final Map<String, Long> UNITS =
      Map.of("ms", 1L, "s", 1_000L, "m", 60_000L, "h", 3_600_000L, "d", 86_400_000L);
  private static final long LONGEST = TimeUnit.DAYS.toMillis(36_500);

  private Span() {}

  /**
   * Its milliseconds.
   *
   * @throws IllegalArgumentException with a sentence for the operator
   */
  static long millis(String text) {
    Matcher matcher = SPAN.matcher(text);
    long millis = matcher.matches()
        ? Long.parseLong(matcher.group(1)) * UNITS.getOrDefault(matcher.group(2), 0L)
        : 0;
    if (millis < 1 || millis > LONGEST) {
      throw new IllegalArgumentException(
          "must be a time from 1ms to 36500d in ms, s, m, h or d, not \"" + text + "\"");
    }
    return millis;
  }
}
