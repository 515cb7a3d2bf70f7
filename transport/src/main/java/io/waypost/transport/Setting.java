package io.waypost.transport;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * One thing that can be configured. Compared by identity: declare it as a constant.
 *
 * @param <T> what its value is
 */
public final class Setting<T> {
  private final String key;
  private final T defaultValue;
  private final SettingKind<T> kind;
  private final String doc;

  /**
   * A setting.
   *
   * @param key its name within its section, lower case with dashes; dots separate sections
   * @param defaultValue what holds when nothing is configured
   * @param kind how its value is written
   * @param doc one sentence for the operator
   */
  public Setting(String key, T defaultValue, SettingKind<T> kind, String doc) {
    this.key = key;
    this.defaultValue = defaultValue;
    this.kind = kind;
    this.doc = doc;
  }

  /** A whole number from a least to a greatest. */
  public static Setting<Integer> number(
      String key, int defaultValue, int least, int greatest, String doc) {
    return new Setting<>(key, defaultValue, SettingKind.number(least, greatest), doc);
  }

  /** A number of bytes from a least to a greatest. */
  public static Setting<Long> size(
      String key, long defaultValue, long least, long greatest, String doc) {
    return new Setting<>(key, defaultValue, SettingKind.size(least, greatest), doc);
  }

  /** A span of time from a least to a greatest. */
  public static Setting<Duration> duration(
      String key, Duration defaultValue, Duration least, Duration greatest, String doc) {
    return new Setting<>(key, defaultValue, SettingKind.duration(least, greatest), doc);
  }

  /** Yes or no. */
  public static Setting<Boolean> flag(String key, boolean defaultValue, String doc) {
    return new Setting<>(key, defaultValue, SettingKind.flag(), doc);
  }

  /** Any text. */
  public static Setting<String> text(String key, String defaultValue, String doc) {
    return new Setting<>(key, defaultValue, SettingKind.text(), doc);
  }

  /** A list of texts. */
  public static Setting<List<String>> texts(String key, List<String> defaultValue, String doc) {
    return new Setting<>(key, List.copyOf(defaultValue), SettingKind.texts(), doc);
  }

  /** Texts by names, none twice; {@code pair} says what is what, such as {@code USER=VHOST}. */
  public static Setting<Map<String, String>> pairs(String key, String pair, String doc) {
    return new Setting<>(key, Map.of(), SettingKind.pairs(pair), doc);
  }

  /** The same in a section of that name. */
  public Setting<T> in(String section) {
    return new Setting<>(section + "." + key, defaultValue, kind, doc);
  }

  /** Its name within its section. */
  public String key() {
    return key;
  }

  /** What holds when nothing is configured. */
  public T defaultValue() {
    return defaultValue;
  }

  /** How its value is written. */
  public SettingKind<T> kind() {
    return kind;
  }

  /** One sentence for the operator. */
  public String doc() {
    return doc;
  }

  @Override
  public String toString() {
    return key;
  }
}
