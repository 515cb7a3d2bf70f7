package io.waypost.management.cli;

import io.waypost.management.api.RouteTestReply;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a test of the routes says, for people. */
record RouteReport(RouteTestReply reply) {
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add("published to "
        + address(reply.exchange(), reply.key(), reply.topic())
        + " by "
        + reply.protocol()
        + (reply.client().isEmpty() ? "" : ", client " + reply.client())
        + ", user "
        + reply.user());
    if (reply.rules().isEmpty()) {
      lines.add("there are no routes");
    }
    reply.rules().forEach(rule -> lines.add("route " + rule.name() + " " + says(rule)));
    String refused = reply.refused();
    if (refused != null) {
      lines.add("refused: " + refused);
    } else {
      lines.add(
          reply.published()
              ? "goes to its own address: " + queues(reply.ownQueues())
              : "does not go to its own address");
      lines.add(
          reply.queues().isEmpty()
              ? "in the end no queue gets it"
              : "in the end it reaches " + String.join(", ", reply.queues()));
    }
    return lines;
  }

  private static String says(RouteTestReply.Rule rule) {
    String exchange = rule.exchange();
    if (!rule.matches() || exchange == null) {
      return "does not match: " + rule.reason();
    }
    String where = (rule.copy() ? "copies it to " : "moves it to ")
        + address(exchange, rule.key(), rule.topic());
    if (Boolean.FALSE.equals(rule.exchangeExists())) {
      return where + ": there is no such exchange, so it has no effect";
    }
    String headers =
        rule.headers() == null || rule.headers().isEmpty() ? "" : " with headers " + rule.headers();
    return where + headers + ": " + queues(rule.queues());
  }

  private static String address(String exchange, @Nullable String key, @Nullable String topic) {
    String shown = "exchange " + exchange + ", key " + key;
    return topic == null || topic.equals(key) || topic.isEmpty()
        ? shown
        : shown + " (topic " + topic + ")";
  }

  private static String queues(@Nullable List<String> queues) {
    return queues == null || queues.isEmpty() ? "no queue" : String.join(", ", queues);
  }
}
