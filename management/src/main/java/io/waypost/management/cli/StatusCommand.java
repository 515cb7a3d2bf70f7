package io.waypost.management.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.waypost.management.api.Json;
import io.waypost.management.api.ListenerEntry;
import io.waypost.management.api.NodeEntry;
import io.waypost.management.api.Overview;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code waypost status}. */
@Command(name = "status", description = "Tells how the broker is")
final class StatusCommand implements Runnable {
  private static final double MIB = 1024.0 * 1024.0;

  private final Terminal terminal;
  private final Target target;

  @Option(names = "--json", description = "JSON for scripts")
  private boolean json;

  StatusCommand(Terminal terminal, Target target) {
    this.terminal = terminal;
    this.target = target;
  }

  @Override
  public void run() {
    ApiClient client = target.client();
    JsonNode answer = client.get("/api/overview");
    if (json) {
      terminal.println(answer.toString());
      return;
    }
    Overview overview = Json.MAPPER.convertValue(answer, Overview.class);
    Long uptime = overview.uptime();
    terminal.println(overview.productName()
        + " "
        + overview.productVersion()
        + ", node "
        + overview.node()
        + (uptime == null ? "" : ", up " + span(Duration.ofMillis(uptime))));
    Overview.QueueTotals messages = overview.queueTotals();
    line(
        "messages",
        messages.messagesReady() + " ready, " + messages.messagesUnacknowledged()
            + " unacknowledged");
    Overview.ObjectTotals objects = overview.objectTotals();
    line(
        "objects",
        objects.queues()
            + " queues, "
            + objects.exchanges()
            + " exchanges, "
            + objects.consumers()
            + " consumers");
    line("clients", objects.connections() + " connections, " + objects.channels() + " channels");
    List<ListenerEntry> listeners = overview.listeners();
    if (listeners != null) {
      NodeEntry node = client.get(ApiClient.path("/api/nodes", overview.node()), NodeEntry.class);
      line(
          "memory",
          mib(node.memUsed())
              + " of "
              + mib(node.memLimit())
              + " in messages"
              + (node.memAlarm() ? ": ALARM, publishers are blocked" : ""));
      for (ListenerEntry listener : listeners) {
        line(
            "listening",
            listener.protocol() + " on " + address(listener) + " port " + listener.port());
      }
    }
  }

  private void line(String what, String value) {
    terminal.println(String.format(Locale.ROOT, "%-10s %s", what, value));
  }

  private static String address(ListenerEntry listener) {
    // Java writes the address that stands for all of them out in full.
    return listener.ipAddress().matches("[0:.]+") ? "every address," : listener.ipAddress();
  }

  private static String mib(long bytes) {
    return String.format(Locale.ROOT, "%.1f MiB", bytes / MIB);
  }

  private static String span(Duration span) {
    if (span.toDays() > 0) {
      return span.toDays() + " d " + span.toHoursPart() + " h";
    }
    if (span.toHours() > 0) {
      return span.toHours() + " h " + span.toMinutesPart() + " min";
    }
    return span.toMinutes() > 0
        ? span.toMinutes() + " min " + span.toSecondsPart() + " s"
        : span.toSeconds() + " s";
  }
}
