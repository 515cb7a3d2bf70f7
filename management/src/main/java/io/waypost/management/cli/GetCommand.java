package io.waypost.management.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.waypost.management.api.GetRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code waypost get}. */
@Command(name = "get", description = "Shows messages of a queue, and leaves them there unless told")
final class GetCommand implements Runnable {
  private static final List<String> COLUMNS =
      List.of("exchange", "routing_key", "redelivered", "payload_bytes", "payload");

  private final Terminal terminal;
  private final Target target;

  @Parameters(paramLabel = "QUEUE")
  private String queue = "";

  @Option(
      names = "--count",
      paramLabel = "N",
      defaultValue = "1",
      description = "At most so many; default 1")
  private int count;

  @Option(
      names = "--then",
      paramLabel = "WHAT",
      defaultValue = "keep",
      description =
          "What becomes of them: ${COMPLETION-CANDIDATES}. keep (default) leaves them untouched,"
              + " requeue marks them as redelivered, remove takes them out, reject dead-letters them")
  private Then then = Then.KEEP;

  @Option(names = "--json", description = "JSON for scripts, with all properties")
  private boolean json;

  GetCommand(Terminal terminal, Target target) {
    this.terminal = terminal;
    this.target = target;
  }

  /** What becomes of the messages. */
  private enum Then {
    KEEP("ack_requeue_true"),
    REQUEUE("reject_requeue_true"),
    REMOVE("ack_requeue_false"),
    REJECT("reject_requeue_false");

    private final String ackmode;

    Then(String ackmode) {
      this.ackmode = ackmode;
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Override
  public void run() {
    JsonNode messages = target
        .client()
        .post(
            ApiClient.path("/api/queues", target.vhost(), queue) + "/get",
            new GetRequest(count, then.ackmode, "auto", null),
            JsonNode.class);
    if (json) {
      terminal.println(messages.toString());
      return;
    }
    List<JsonNode> rows = new ArrayList<>();
    messages.forEach(rows::add);
    new Table(COLUMNS, rows).lines(terminal.width()).forEach(terminal::println);
  }
}
