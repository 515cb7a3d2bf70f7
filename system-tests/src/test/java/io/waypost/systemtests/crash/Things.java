package io.waypost.systemtests.crash;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.waypost.systemtests.HttpApi;
import java.io.IOException;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** How things that are declared are named and told in {@link Declared}, and how they are read from a broker. */
final class Things {
  /** The value of a binding. */
  static final String BOUND = "bound";

  private static final ObjectMapper JSON = new ObjectMapper();

  private Things() {}

  static String virtualHost(String name) {
    return "vhost " + name;
  }

  static String user(String name) {
    return "user " + name;
  }

  static String permissions(String virtualHost, String user) {
    return "permissions " + virtualHost + " " + user;
  }

  static String topicPermissions(String virtualHost, String user, String exchange) {
    return "topic-permissions " + virtualHost + " " + user + " " + exchange;
  }

  static String policy(String virtualHost, String name) {
    return "policy " + virtualHost + " " + name;
  }

  static String exchange(String virtualHost, String name) {
    return "exchange " + virtualHost + " " + name;
  }

  static String queue(String virtualHost, String name) {
    return "queue " + virtualHost + " " + name;
  }

  static String binding(
      String virtualHost, String source, String kind, String destination, String key) {
    return "binding " + virtualHost + " " + source + " > " + kind + " " + destination + " " + key;
  }

  static String exchangeValue(String type, boolean durable, Map<String, ?> arguments) {
    return type + (durable ? " durable " : " transient ") + new TreeMap<>(arguments);
  }

  static String queueValue(boolean durable, Map<String, ?> arguments) {
    return (durable ? "durable " : "transient ") + new TreeMap<>(arguments);
  }

  static String userValue(Collection<String> tags) {
    return new TreeSet<>(tags).toString();
  }

  /** All that a broker has but what every broker has. */
  static Map<String, String> in(HttpApi api) throws IOException, InterruptedException {
    Map<String, String> found = new TreeMap<>();
    for (JsonNode each : api.get("vhosts")) {
      found.put(virtualHost(text(each, "name")), text(each, "description"));
    }
    for (JsonNode each : api.get("users")) {
      TreeSet<String> tags = new TreeSet<>();
      each.get("tags").forEach(tag -> tags.add(tag.textValue()));
      found.put(user(text(each, "name")), userValue(tags));
    }
    for (JsonNode each : api.get("permissions")) {
      found.put(
          permissions(text(each, "vhost"), text(each, "user")),
          text(each, "configure") + " " + text(each, "write") + " " + text(each, "read"));
    }
    for (JsonNode each : api.get("topic-permissions")) {
      found.put(
          topicPermissions(text(each, "vhost"), text(each, "user"), text(each, "exchange")),
          text(each, "write") + " " + text(each, "read"));
    }
    for (JsonNode each : api.get("policies")) {
      found.put(
          policy(text(each, "vhost"), text(each, "name")),
          text(each, "pattern") + " " + map(each, "definition") + " " + each.get("priority"));
    }
    for (JsonNode each : api.get("exchanges")) {
      String name = text(each, "name");
      if (!name.isEmpty() && !name.startsWith("amq.")) {
        found.put(
            exchange(text(each, "vhost"), name),
            exchangeValue(
                text(each, "type"), each.get("durable").asBoolean(), map(each, "arguments")));
      }
    }
    for (JsonNode each : api.get("queues")) {
      found.put(
          queue(text(each, "vhost"), text(each, "name")),
          queueValue(each.get("durable").asBoolean(), map(each, "arguments")));
    }
    for (JsonNode each : api.get("bindings")) {
      if (!text(each, "source").isEmpty()) {
        String name = binding(
            text(each, "vhost"),
            text(each, "source"),
            text(each, "destination_type"),
            text(each, "destination"),
            text(each, "routing_key"));
        found.put(name, BOUND);
      }
    }
    return found;
  }

  private static String text(JsonNode node, String field) {
    return node.path(field).asText();
  }

  private static Map<String, ?> map(JsonNode node, String field) {
    return JSON.convertValue(
        node.get(field),
        JSON.getTypeFactory().constructMapType(TreeMap.class, String.class, Object.class));
  }
}
