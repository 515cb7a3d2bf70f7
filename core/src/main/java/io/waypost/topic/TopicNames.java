package io.waypost.topic;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Topics as routing keys and back, without loss. A level becomes a word: {@code a/b} is {@code a.b}. What would mean
 * something else on the other side is written with a percent sign and two digits:
 *
 * <ul>
 *   <li>in a topic {@code .} becomes {@code %2E}, a level that is just {@code *} becomes {@code %2A}, and a percent sign
 *       that would read as one of these codes becomes {@code %25};
 *   <li>in a routing key {@code /}, {@code +}, {@code #} and U+0000, which no topic name can hold, become {@code %2F},
 *       {@code %2B}, {@code %23} and {@code %00}; a topic with the first two of them is that routing key again.
 * </ul>
 *
 * <p>In filters {@code +} becomes {@code *}, and {@code #} stays: it means the same.
 */
public final class TopicNames {
  private static final int MOST_BYTES = 65_535;
  private static final int CODE = 3;
  private static final String QUEUE = "$queue/";

  private TopicNames() {}

  /** Whether a client could publish to that topic: not empty, no wildcards or control characters, not too long. */
  public static boolean isName(String topic) {
    return !topic.isEmpty()
        && fits(topic)
        && topic.chars().noneMatch(c -> c == '+' || c == '#' || Character.isISOControl(c));
  }

  /** Whether a client could subscribe to that filter: as a name, with {@code +} and a last {@code #} as whole levels. */
  public static boolean isFilter(String filter) {
    if (filter.isEmpty() || !fits(filter) || filter.chars().anyMatch(Character::isISOControl)) {
      return false;
    }
    int last = filter.length() - 1;
    for (int i = 0; i <= last; i++) {
      char c = filter.charAt(i);
      if (c == '+' || c == '#') {
        boolean begins = i == 0 || filter.charAt(i - 1) == '/';
        boolean ends = i == last || (c == '+' && filter.charAt(i + 1) == '/');
        if (!begins || !ends) {
          return false;
        }
      }
    }
    return true;
  }

  /** Whether a topic has no more bytes than MQTT has room for. */
  public static boolean fits(String topic) {
    return topic.length() <= MOST_BYTES / 3
        || topic.getBytes(StandardCharsets.UTF_8).length <= MOST_BYTES;
  }

  /** The routing key of a topic name. */
  public static String key(String topic) {
    return isPlain(topic) ? topic.replace('/', '.') : levels(topic, false);
  }

  /** Any text as one word of a routing key: what would make it more words, or another text as a topic, is written in codes. */
  public static String word(String text) {
    if (isPlain(text)) {
      return text;
    }
    if (text.equals("*")) {
      return "%2A";
    }
    StringBuilder word = new StringBuilder(text.length() + 8);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '.' -> word.append("%2E");
        case '%' -> word.append(isCode(text, i + 1) ? "%25" : "%");
        default -> word.append(c);
      }
    }
    return word.toString();
  }

  /** The binding pattern of a topic filter. */
  public static String pattern(String filter) {
    return isPlain(filter) ? filter.replace('/', '.').replace('+', '*') : levels(filter, true);
  }

  /** The topic name of a routing key; empty for the empty key, which is no topic. */
  public static String topic(String key) {
    StringBuilder topic = null;
    for (int i = 0; i < key.length(); i++) {
      char c = key.charAt(i);
      String replacement = null;
      int length = 1;
      switch (c) {
        case '/' -> replacement = "%2F";
        case '+' -> replacement = "%2B";
        case '#' -> replacement = "%23";
        case '\0' -> replacement = "%00";
        case '%' -> {
          replacement = decoded(key, i);
          length = replacement == null ? 1 : CODE;
        }
        default -> {}
      }
      if (replacement != null && topic == null) {
        topic = new StringBuilder(key.length() + 8).append(dotsToSlashes(key, i));
      }
      if (topic != null) {
        if (replacement != null) {
          topic.append(replacement);
        } else {
          topic.append(c == '.' ? '/' : c);
        }
      }
      i += length - 1;
    }
    return topic == null ? key.replace('.', '/') : topic.toString();
  }

  /** Whether a topic name matches a topic filter (section 4.7). */
  public static boolean matches(String filter, String topic) {
    if (!topic.isEmpty() && topic.charAt(0) == '$' && beginsWithWildcard(filter)) {
      return false;
    }
    int f = 0;
    int t = 0;
    while (true) {
      int filterEnd = end(filter, f);
      if (filterEnd - f == 1 && filter.charAt(f) == '#') {
        return true;
      }
      if (t > topic.length()) {
        return false;
      }
      int topicEnd = end(topic, t);
      boolean any = filterEnd - f == 1 && filter.charAt(f) == '+';
      if (!any
          && !(filterEnd - f == topicEnd - t && filter.regionMatches(f, topic, t, topicEnd - t))) {
        return false;
      }
      f = filterEnd + 1;
      t = topicEnd + 1;
      if (f > filter.length()) {
        return t > topic.length();
      }
    }
  }

  /** Whether the filter begins with a wildcard, so that it leaves out topics that begin with {@code $}. */
  public static boolean beginsWithWildcard(String filter) {
    return !filter.isEmpty() && (filter.charAt(0) == '#' || filter.charAt(0) == '+');
  }

  /** The topic that leads to a queue: what is published there goes to that queue, whatever is bound to it. */
  public static String ofQueue(String queue) {
    StringBuilder topic = new StringBuilder(QUEUE);
    for (int i = 0; i < queue.length(); i++) {
      char c = queue.charAt(i);
      switch (c) {
        case '+' -> topic.append("%2B");
        case '#' -> topic.append("%23");
        case '\0' -> topic.append("%00");
        case '%' -> topic.append(isCode(queue, i + 1) ? "%25" : "%");
        default -> topic.append(c);
      }
    }
    return topic.toString();
  }

  /** The queue that a topic leads to, or null when it is no such topic. */
  public static @Nullable String queue(String topic) {
    if (!topic.startsWith(QUEUE)) {
      return null;
    }
    String name = topic.substring(QUEUE.length());
    return name.indexOf('%') < 0
        ? name
        : name.replace("%2B", "+").replace("%23", "#").replace("%00", "\0").replace("%25", "%");
  }

  private static int end(String text, int from) {
    int end = text.indexOf('/', from);
    return end < 0 ? text.length() : end;
  }

  private static boolean isPlain(String topic) {
    return topic.indexOf('.') < 0 && topic.indexOf('%') < 0 && topic.indexOf('*') < 0;
  }

  private static String levels(String topic, boolean wildcards) {
    StringBuilder key = new StringBuilder(topic.length() + 16);
    int from = 0;
    while (from <= topic.length()) {
      int end = end(topic, from);
      if (from > 0) {
        key.append('.');
      }
      if (end - from == 1 && topic.charAt(from) == '*') {
        key.append("%2A");
      } else if (wildcards && end - from == 1 && topic.charAt(from) == '+') {
        key.append('*');
      } else {
        level(topic, from, end, key);
      }
      from = end + 1;
    }
    return key.toString();
  }

  private static void level(String topic, int from, int end, StringBuilder key) {
    for (int i = from; i < end; i++) {
      char c = topic.charAt(i);
      if (c == '.') {
        key.append("%2E");
      } else if (c != '%') {
        key.append(c);
      } else if (topic.startsWith("%2F", i)) {
        key.append('/');
        i += CODE - 1;
      } else if (topic.startsWith("%2B", i)) {
        key.append('+');
        i += CODE - 1;
      } else {
        key.append(isCode(topic, i + 1) ? "%25" : "%");
      }
    }
  }

  /** What the code at that place stands for in a topic name, or null when it is none. */
  private static @Nullable String decoded(String key, int at) {
    if (key.startsWith("%2E", at)) {
      return ".";
    }
    if (key.startsWith("%2A", at)) {
      return "*";
    }
    return key.startsWith("%25", at) && isCode(key, at + CODE) ? "%" : null;
  }

  private static boolean isCode(String text, int at) {
    return text.startsWith("2E", at)
        || text.startsWith("2A", at)
        || text.startsWith("25", at)
        || text.startsWith("2F", at)
        || text.startsWith("2B", at)
        || text.startsWith("23", at)
        || text.startsWith("00", at);
  }

  private static String dotsToSlashes(String key, int end) {
    return key.substring(0, end).replace('.', '/');
  }
}
