package io.waypost.routes;

import io.waypost.topic.TopicNames;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A pattern over routing keys whose wildcards may have names: {@code {site}} is one word and {@code {rest#}} any number,
 * as {@code *} and {@code #} are without one. Written as a topic filter or in AMQP's syntax.
 */
final class KeyPattern {
  private static final String ONE = "*";
  private static final String ANY = "#";
  private static final char SEPARATOR = '.';

  /** Matches every key. */
  static final KeyPattern EVERY = new KeyPattern(List.of(new Word(ANY, null, true)), false, false);

  /**
   * A word of the pattern.
   *
   * @param text what it must be, or the wildcard
   * @param name what is found is known by, if by anything
   * @param wildcard whether it is a wildcard
   */
  private record Word(String text, @Nullable String name, boolean wildcard) {
    boolean any() {
      return wildcard && text.equals(ANY);
    }

    boolean matches(String word) {
      return wildcard || text.equals(word);
    }
  }

  private final List<Word> words;
  private final boolean topic;
  private final boolean hidesReserved;
  private final Set<String> names = new LinkedHashSet<>();

  private KeyPattern(List<Word> words, boolean topic, boolean hidesReserved) {
    this.words = List.copyOf(words);
    this.topic = topic;
    this.hidesReserved = hidesReserved;
    for (Word word : words) {
      if (word.name() != null && !names.add(word.name())) {
        throw new IllegalArgumentException("{" + word.name() + "} is there twice");
      }
    }
  }

  /**
   * The pattern of a topic filter.
   *
   * @throws IllegalArgumentException with a sentence for the operator
   */
  static KeyPattern ofTopic(String filter) {
    if (filter.isEmpty()) {
      throw new IllegalArgumentException("must not be empty");
    }
    List<Word> words = new ArrayList<>();
    String[] levels = filter.split("/", -1);
    for (int i = 0; i < levels.length; i++) {
      String level = levels[i];
      Word word;
      if (level.equals("+")) {
        word = new Word(ONE, null, true);
      } else if (level.equals(ANY)) {
        word = new Word(ANY, null, true);
      } else {
        word = named(level, "level");
        if (!word.wildcard() && (level.indexOf('+') >= 0 || level.indexOf('#') >= 0)) {
          throw new IllegalArgumentException("a wildcard takes a whole level, unlike in " + level);
        }
        if (!word.wildcard()) {
          word = new Word(TopicNames.key(word.text()), null, false);
        }
      }
      if (word.any() && i < levels.length - 1) {
        throw new IllegalArgumentException(level + " must be the last level");
      }
      words.add(word);
    }
    return new KeyPattern(words, true, words.get(0).wildcard());
  }

  /**
   * A pattern in AMQP's syntax.
   *
   * @throws IllegalArgumentException with a sentence for the operator
   */
  static KeyPattern ofKey(String pattern) {
    List<Word> words = new ArrayList<>();
    for (String text : words(pattern)) {
      words.add(
          text.equals(ONE) || text.equals(ANY) ? new Word(text, null, true) : named(text, "word"));
    }
    return new KeyPattern(words, false, false);
  }

  private static Word named(String text, String unit) {
    List<Braces> parts = Braces.parse(text);
    if (parts.stream().noneMatch(Braces::name)) {
      return new Word(parts.isEmpty() ? "" : parts.get(0).text(), null, false);
    }
    if (parts.size() > 1) {
      throw new IllegalArgumentException("a name takes a whole " + unit + ", unlike in " + text);
    }
    String name = parts.get(0).text();
    return name.endsWith(ANY)
        ? new Word(ANY, name.substring(0, name.length() - 1), true)
        : new Word(ONE, name, true);
  }

  /** The names of what is found. */
  Set<String> names() {
    return names;
  }

  /** Whether it was written as a topic filter. */
  boolean isTopic() {
    return topic;
  }

  /** The pattern as a topic exchange's binding has it. */
  String binding() {
    return String.join(".", words.stream().map(Word::text).toList());
  }

  /**
   * What stands where the pattern has names, in a key that matches; null where there is not even an empty word.
   *
   * @return null if the key does not match
   */
  @Nullable
  Map<String, @Nullable String> match(String key) {
    if (hidesReserved && key.startsWith("$")) {
      return null;
    }
    List<String> found = words(key);
    int[] begin = new int[words.size()];
    int[] end = new int[words.size()];
    int w = 0;
    int k = 0;
    int any = -1;
    while (k < found.size()) {
      if (w < words.size() && words.get(w).any()) {
        any = w;
        begin[w] = k;
        end[w] = k;
        w++;
      } else if (w < words.size() && words.get(w).matches(found.get(k))) {
        begin[w] = k;
        end[w] = ++k;
        w++;
      } else if (any >= 0) {
        // The last "#" has to stand for more; an earlier one need not.
        k = ++end[any];
        w = any + 1;
      } else {
        return null;
      }
    }
    while (w < words.size() && words.get(w).any()) {
      begin[w] = k;
      end[w] = k;
      w++;
    }
    return w == words.size() ? named(found, begin, end) : null;
  }

  private Map<String, @Nullable String> named(List<String> found, int[] begin, int[] end) {
    if (names.isEmpty()) {
      return Map.of();
    }
    Map<String, @Nullable String> values = new HashMap<>();
    for (int i = 0; i < begin.length; i++) {
      String name = words.get(i).name();
      if (name != null) {
        values.put(
            name, begin[i] == end[i] ? null : String.join(".", found.subList(begin[i], end[i])));
      }
    }
    return values;
  }

  private static List<String> words(String key) {
    List<String> words = new ArrayList<>(8);
    if (key.isEmpty()) {
      return words;
    }
    int begin = 0;
    for (int end = key.indexOf(SEPARATOR); end >= 0; end = key.indexOf(SEPARATOR, begin)) {
      words.add(key.substring(begin, end));
      begin = end + 1;
    }
    words.add(key.substring(begin));
    return words;
  }
}
