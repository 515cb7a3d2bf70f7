package io.waypost.routes;

import io.waypost.topic.TopicNames;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the names in a rule's templates stand for, for one publication. What comes from a client's own names is one word of
 * a key, or one level of a topic, whatever characters it has.
 *
 * @param sender who publishes
 * @param exchange where
 * @param key with which routing key
 * @param found what the pattern's names stand for, as words of a key; null where there are none
 * @param topics whether the rule speaks of topics, so that text shows what was found as levels of one
 */
record Values(
    Sender sender,
    String exchange,
    String key,
    Map<String, @Nullable String> found,
    boolean topics) {

  /** The names that every rule has. */
  static final List<String> COMMON =
      List.of("client", "user", "protocol", "exchange", "key", "topic");

  /** How a value is written. */
  enum Form {
    /** As words of a routing key. */
    KEY,
    /** As levels of a topic. */
    TOPIC,
    /** For people. */
    TEXT
  }

  /** What a name stands for; null for no words at all, which is not the same as an empty one. */
  @Nullable
  String get(String name, Form form) {
    return switch (name) {
      case "client" -> one(sender.clientId(), form);
      case "user" -> one(sender.user(), form);
      case "protocol" -> one(sender.protocol(), form);
      case "exchange" -> one(exchange, form);
      case "key" -> whole(form == Form.TOPIC);
      case "topic" -> whole(form != Form.KEY);
      default -> found(found.get(name), form);
    };
  }

  private @Nullable String whole(boolean asTopic) {
    if (key.isEmpty()) {
      return null;
    }
    return asTopic ? TopicNames.topic(key) : key;
  }

  private @Nullable String found(@Nullable String words, Form form) {
    boolean asTopic = form == Form.TOPIC || (form == Form.TEXT && topics);
    return words == null || !asTopic ? words : TopicNames.topic(words);
  }

  private static String one(String raw, Form form) {
    return switch (form) {
      case TEXT -> raw;
      case KEY -> TopicNames.word(raw);
      case TOPIC -> TopicNames.topic(TopicNames.word(raw));
    };
  }
}
