package io.waypost.routes;

import io.waypost.routes.Values.Form;
import io.waypost.topic.TopicNames;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;

/**
 * Where a rule sends what it matches.
 *
 * @param exchange the exchange
 * @param address the routing key, or the topic
 * @param topic whether it is a topic
 */
record RouteTarget(Template exchange, Template address, boolean topic) {
  private static final List<String> KEYS = List.of("exchange", "key", "topic");
  private static final int LONGEST_EXCHANGE = 255;

  /** Topics of which publishing to them means something else. */
  private static final List<String> SPECIAL = List.of("$SYS", "$share", "$queue");

  /**
   * Reads it.
   *
   * @param found the names that the rule's pattern has
   * @throws RefusedRule if it can't be used
   */
  static RouteTarget of(Fields rule, Set<String> found, RouteDefaults defaults) {
    Fields fields = rule.table("to", KEYS);
    if (fields == null || fields.isEmpty()) {
      throw rule.refused("to", "must say where to, by an exchange and a key, or by a topic");
    }
    String topic = fields.text("topic");
    String key = fields.text("key");
    String exchange = RouteMatch.exchangeName(fields.text("exchange"));
    if (topic != null && key != null) {
      throw fields.refused("key", "stands beside a topic; give one of the two");
    }
    if (exchange != null && exchange.getBytes(StandardCharsets.UTF_8).length > LONGEST_EXCHANGE) {
      throw fields.refused("exchange", "is longer than " + LONGEST_EXCHANGE + " bytes");
    }
    if (exchange == null) {
      // Braces in the name of a configured exchange would be its own.
      exchange = topic == null
          ? "{exchange}"
          : defaults.topicExchange().replace("{", "{{").replace("}", "}}");
    }
    Template toExchange = template(fields, "exchange", exchange, Form.TEXT, found);
    if (topic == null) {
      Template toKey = template(fields, "key", key == null ? "{key}" : key, Form.KEY, found);
      checkKey(fields, key == null ? "" : key);
      return new RouteTarget(toExchange, toKey, false);
    }
    Template toTopic = template(fields, "topic", topic, Form.TOPIC, found);
    checkTopic(fields, topic, toTopic);
    return new RouteTarget(toExchange, toTopic, true);
  }

  private static Template template(
      Fields fields, String name, String text, Form form, Set<String> found) {
    try {
      return Template.of(text, form, found);
    } catch (IllegalArgumentException invalid) {
      throw fields.refused(name, String.valueOf(invalid.getMessage()));
    }
  }

  private static void checkKey(Fields fields, String key) {
    for (String word : key.split("\\.", -1)) {
      if (word.equals("*") || word.equals("#")) {
        throw fields.refused("key", word + " is a wildcard; a message goes to one key");
      }
    }
  }

  private static void checkTopic(Fields fields, String topic, Template template) {
    if (topic.isEmpty()) {
      throw fields.refused("topic", "must not be empty");
    }
    for (String literal : template.literals()) {
      if (literal.indexOf('+') >= 0 || literal.indexOf('#') >= 0) {
        throw fields.refused("topic", "+ and # are wildcards; a message goes to one topic");
      }
      if (literal.indexOf('\0') >= 0) {
        throw fields.refused("topic", "no topic has the character U+0000");
      }
    }
    checkPlace(fields, topic);
  }

  static void checkPlace(Fields fields, String topic) {
    for (String special : SPECIAL) {
      if (topic.equals(special) || topic.startsWith(special + "/")) {
        throw fields.refused(
            "topic",
            "topics below " + special + " are at no exchange"
                + (special.equals("$queue")
                    ? "; take the exchange amq.default, whose keys are queues' names"
                    : ""));
      }
    }
  }

  String exchange(Values values) {
    return exchange.expand(values);
  }

  /** The routing key. */
  String key(Values values) {
    String text = address.expand(values);
    return topic ? TopicNames.key(text) : text;
  }
}
