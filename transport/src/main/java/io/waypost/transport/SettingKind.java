package io.waypost.transport;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How the values of a setting are written: the same in the file, in environment variables and on the command line.
 *
 * @param <T> what a value is
 */
public final class SettingKind<T> {
  private static final Pattern QUANTITY = Pattern.compile("(\\d{1,18})\\s*([A-Za-z]*)");
  private static final Map<String, Long> SIZE_UNITS =
      units("GiB", 1L << 30, "MiB", 1L << 20, "KiB", 1L << 10, "B", 1L);
  private static final Map<String, Long> TIME_UNITS =
      units("d", 86_400_000L, "h", 3_600_000L, "m", 60_000L, "s", 1_000L, "ms", 1L);

  private final String allowed;
  private final boolean list;
  private final boolean hidden;
  private final Function<List<String>, T> reader;
  private final Function<T, String> writer;

  private SettingKind(
      String allowed,
      boolean list,
      boolean hidden,
      Function<List<String>, T> reader,
      Function<T, String> writer) {
    this.allowed = allowed;
    this.list = list;
    this.hidden = hidden;
    this.reader = reader;
    this.writer = writer;
  }

  /** Whole numbers. */
  public static SettingKind<Integer> number(int least, int greatest) {
    return single(
        "a whole number from " + least + " to " + greatest,
        text -> {
          int value = Integer.parseInt(text);
          check(value >= least && value <= greatest);
          return value;
        },
        value -> Integer.toString(value));
  }

  /** Fractions, both limits included. */
  public static SettingKind<Double> fraction(double least, double greatest) {
    return single(
        "a number from " + least + " to " + greatest,
        text -> {
          double value = Double.parseDouble(text);
          check(value >= least && value <= greatest);
          return value;
        },
        value -> Double.toString(value));
  }

  /** Numbers of bytes, such as {@code 16MiB}. */
  public static SettingKind<Long> size(long least, long greatest) {
    return single(
        "a size from " + inUnits(least, SIZE_UNITS) + " to " + inUnits(greatest, SIZE_UNITS)
            + " in B, KiB, MiB or GiB",
        text -> {
          long value = quantity(text, SIZE_UNITS, "B");
          check(value >= least && value <= greatest);
          return value;
        },
        value -> inUnits(value, SIZE_UNITS));
  }

  /** Spans of time, such as {@code 30s}. */
  public static SettingKind<Duration> duration(Duration least, Duration greatest) {
    return single(
        "a time from " + inUnits(least.toMillis(), TIME_UNITS) + " to "
            + inUnits(greatest.toMillis(), TIME_UNITS) + " in ms, s, m, h or d",
        text -> {
          Duration value = Duration.ofMillis(quantity(text, TIME_UNITS, ""));
          check(value.compareTo(least) >= 0 && value.compareTo(greatest) <= 0);
          return value;
        },
        value -> inUnits(value.toMillis(), TIME_UNITS));
  }

  /** Yes or no. */
  public static SettingKind<Boolean> flag() {
    return single(
        "true or false",
        text -> {
          check(text.equals("true") || text.equals("false"));
          return text.equals("true");
        },
        value -> Boolean.toString(value));
  }

  /** Any text. */
  public static SettingKind<String> text() {
    return single("a text", text -> text, text -> text);
  }

  /** Names of things. */
  public static SettingKind<String> name() {
    return named("a name, not empty");
  }

  /** Names of files and folders. */
  public static SettingKind<String> path() {
    return named("the name of a file or folder");
  }

  /** Host names and addresses. */
  public static SettingKind<String> host() {
    return named("an address or a host name");
  }

  /** Text that is never shown or logged. */
  public static SettingKind<String> secret() {
    return new SettingKind<>("a text", false, true, SettingKind::only, text -> text);
  }

  /** One of some words. */
  public static SettingKind<String> oneOf(List<String> words) {
    return single(
        "one of " + String.join(", ", words),
        text -> {
          check(words.contains(text));
          return text;
        },
        text -> text);
  }

  /** Lists of texts: separated by commas where there are no lists. */
  public static SettingKind<List<String>> texts() {
    return new SettingKind<>(
        "a list of texts", true, false, List::copyOf, texts -> String.join(",", texts));
  }

  /**
   * Texts by names, as a list of {@code NAME=TEXT}; the last equals sign counts, so that names may have some.
   *
   * @param pair what stands for such an element in messages
   */
  public static SettingKind<Map<String, String>> pairs(String pair) {
    return new SettingKind<>(
        "a list of " + pair,
        true,
        false,
        SettingKind::pairs,
        pairs -> String.join(",", elements(pairs)));
  }

  private static Map<String, String> pairs(List<String> texts) {
    Map<String, String> pairs = new LinkedHashMap<>();
    for (String text : texts) {
      int equals = text.lastIndexOf('=');
      check(equals > 0 && equals < text.length() - 1);
      String twice = pairs.put(text.substring(0, equals), text.substring(equals + 1));
      check(twice == null);
    }
    return Collections.unmodifiableMap(pairs);
  }

  /** The elements of a value that is a list, as they are written. */
  public static List<String> elements(Map<?, ?> pairs) {
    return pairs.entrySet().stream()
        .map(pair -> pair.getKey() + "=" + pair.getValue())
        .toList();
  }

  /** What is allowed, as in {@code must be ...}. */
  public String allowed() {
    return allowed;
  }

  /** Whether a value may be a list. */
  public boolean list() {
    return list;
  }

  /** Whether a value must not be shown. */
  public boolean hidden() {
    return hidden;
  }

  /**
   * Reads a value.
   *
   * @param texts the elements of a list, or the one text of a value that is none
   * @throws IllegalArgumentException if it is not allowed
   */
  public T read(List<String> texts) {
    return reader.apply(texts);
  }

  /** Writes a value as it is read. */
  public String write(T value) {
    return writer.apply(value);
  }

  private static <T> SettingKind<T> single(
      String allowed, Function<String, T> reader, Function<T, String> writer) {
    return new SettingKind<>(allowed, false, false, texts -> reader.apply(only(texts)), writer);
  }

  private static SettingKind<String> named(String allowed) {
    return single(
        allowed,
        text -> {
          check(!text.isBlank() && text.indexOf('\0') < 0);
          return text;
        },
        text -> text);
  }

  private static String only(List<String> texts) {
    check(texts.size() == 1);
    return texts.get(0);
  }

  private static void check(boolean allowed) {
    if (!allowed) {
      throw new IllegalArgumentException("not allowed");
    }
  }

  private static long quantity(String text, Map<String, Long> units, String noUnit) {
    Matcher matcher = QUANTITY.matcher(text);
    check(matcher.matches());
    long number = Long.parseLong(matcher.group(1));
    if (number == 0 && matcher.group(2).isEmpty()) {
      return 0;
    }
    String unit = matcher.group(2).isEmpty() ? noUnit : matcher.group(2);
    Long factor = units.get(unit);
    if (factor == null || number > Long.MAX_VALUE / factor) {
      throw new IllegalArgumentException("not allowed");
    }
    return number * factor;
  }

  private static String inUnits(long value, Map<String, Long> units) {
    for (Map.Entry<String, Long> unit : units.entrySet()) {
      if (value != 0 && value % unit.getValue() == 0) {
        return value / unit.getValue() + unit.getKey();
      }
    }
    return "0";
  }

  private static Map<String, Long> units(Object... namesAndFactors) {
    Map<String, Long> units = new LinkedHashMap<>();
    for (int i = 0; i < namesAndFactors.length; i += 2) {
      units.put((String) namesAndFactors[i], (Long) namesAndFactors[i + 1]);
    }
    return units;
  }
}
