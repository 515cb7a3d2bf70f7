package io.waypost.stomp;

import io.waypost.stomp.Destination.Kind;
import io.waypost.stomp.codec.MalformedException;
import io.waypost.stomp.codec.Percent;
import io.waypost.topic.TopicNames;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * Reads destinations. Names are percent-encoded; what follows the last name that is looked for may have slashes. A topic of
 * MQTT is in MQTT's own syntax when it has been decoded.
 */
final class Destinations {
  /** The longest name or key that every protocol can carry, in bytes. */
  private static final int LONGEST_NAME = 255;

  private static final String SHARE = "$share/";
  private static final String SYSTEM = "$SYS";

  private final String mqttExchange;

  /**
   * A reader.
   *
   * @param mqttExchange the exchange of MQTT's topics
   */
  Destinations(String mqttExchange) {
    this.mqttExchange = mqttExchange;
  }

  /**
   * The destination of a message.
   *
   * @throws StompException if it is none, or none that is sent to
   */
  Destination toSend(String text) {
    if (!isMqtt(text)) {
      Destination destination = parse(text);
      if (destination.kind() == Kind.TEMP_QUEUE) {
        throw new StompException(
            "Invalid destination", "'" + text + "' is for reply-to only, it cannot be sent to");
      }
      return destination;
    }
    String topic = mqtt(text);
    if (!TopicNames.isName(topic)) {
      throw invalid(
          text, "a topic is not empty, has no wildcards (+, #) and no control characters");
    }
    if (topic.startsWith(SHARE) || isSystem(topic)) {
      throw invalid(text, "clients do not publish to " + topic);
    }
    String queue = TopicNames.queue(topic);
    if (queue == null) {
      return Destination.exchange(Kind.MQTT, mqttExchange, TopicNames.key(topic));
    }
    if (queue.isEmpty()) {
      throw invalid(text, "'" + text + "' names nothing");
    }
    return Destination.queue(Kind.MQTT, queue);
  }

  /**
   * The destination of a subscription.
   *
   * @throws StompException if it is none, or none that is subscribed to
   */
  Destination toSubscribe(String text) {
    if (!isMqtt(text)) {
      Destination destination = parse(text);
      if (destination.kind() == Kind.TEMP_QUEUE) {
        throw new StompException(
            "Invalid destination",
            "'" + text + "' is for reply-to only, it cannot be subscribed to");
      }
      return destination;
    }
    String filter = mqtt(text);
    if (!TopicNames.isFilter(filter)) {
      throw invalid(
          text,
          "a topic filter is not empty, + and # are levels of their own, and # is the last one");
    }
    if (filter.startsWith(SHARE)) {
      throw invalid(text, "shares are for MQTT; subscriptions with one x-queue-name share a queue");
    }
    if (isSystem(filter)) {
      throw invalid(text, "what is below " + SYSTEM + " is for MQTT");
    }
    return new Destination(
        Kind.MQTT, mqttExchange, TopicNames.pattern(filter), TopicNames.beginsWithWildcard(filter));
  }

  private static boolean isMqtt(String text) {
    return text.startsWith(Kind.MQTT.prefix());
  }

  private static String mqtt(String text) {
    return decoded(text, text.substring(Kind.MQTT.prefix().length()));
  }

  private static boolean isSystem(String topic) {
    return topic.equals(SYSTEM) || topic.startsWith(SYSTEM + "/");
  }

  /**
   * Reads a destination that is no topic of MQTT.
   *
   * @throws StompException if it is none
   */
  static Destination parse(String text) {
    for (Kind kind : Kind.values()) {
      if (text.startsWith(kind.prefix()) && kind != Kind.MQTT) {
        String rest = text.substring(kind.prefix().length());
        return switch (kind) {
          case TOPIC -> Destination.topic(name(text, rest));
          case EXCHANGE -> exchange(text, rest);
          default -> Destination.queue(kind, name(text, rest));
        };
      }
    }
    String kinds = Arrays.stream(Kind.values())
        .map(kind -> kind.prefix().substring(0, kind.prefix().length() - 1))
        .collect(Collectors.joining(", "));
    throw new StompException(
        "Unknown destination",
        "'" + text + "' is not a valid destination.\nValid destination types are: " + kinds
            + ".\n");
  }

  private static Destination exchange(String text, String rest) {
    int slash = rest.indexOf('/');
    String name = name(text, slash < 0 ? rest : rest.substring(0, slash));
    String key =
        slash < 0 || slash == rest.length() - 1 ? "" : name(text, rest.substring(slash + 1));
    return Destination.exchange(Kind.EXCHANGE, name, key);
  }

  private static String decoded(String text, String encoded) {
    try {
      return Percent.decode(encoded);
    } catch (MalformedException e) {
      throw invalid(text, e.detail());
    }
  }

  private static String name(String text, String encoded) {
    String name = decoded(text, encoded);
    if (name.isEmpty()) {
      throw invalid(text, "'" + text + "' names nothing");
    }
    if (name.length() > LONGEST_NAME / 3
        && name.getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME) {
      throw invalid(text, "a name in a destination is longer than " + LONGEST_NAME + " bytes");
    }
    return name;
  }

  private static StompException invalid(String text, String why) {
    return new StompException("Invalid destination", why + " (destination '" + text + "')");
  }
}
