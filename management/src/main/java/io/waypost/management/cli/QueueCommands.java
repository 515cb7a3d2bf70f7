package io.waypost.management.cli;

import io.waypost.management.api.QueueRequest;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What is done to queues. */
final class QueueCommands {
  private QueueCommands() {}

  /** {@code waypost declare queue}. */
  @Command(name = "queue", description = "Declares a queue; again is harmless")
  static final class Declare implements Runnable {
    private final Terminal terminal;
    private final Target target;

    @Parameters(paramLabel = "NAME")
    private String name = "";

    @Option(names = "--transient", description = "It does not survive a restart")
    private boolean temporary;

    @Option(names = "--auto-delete", description = "It goes with its last consumer")
    private boolean autoDelete;

    @Option(
        names = "--argument",
        paramLabel = "KEY=VALUE",
        description = "A feature, such as x-max-length=1000; repeatable")
    private Map<String, String> arguments = new LinkedHashMap<>();

    Declare(Terminal terminal, Target target) {
      this.terminal = terminal;
      this.target = target;
    }

    @Override
    public void run() {
      target
          .client()
          .put(
              ApiClient.path("/api/queues", target.vhost(), name),
              new QueueRequest(!temporary, autoDelete, false, Values.typed(arguments)));
      terminal.println("declared queue " + name);
    }
  }

  /** {@code waypost delete queue}. */
  @Command(name = "queue", description = "Deletes a queue and its messages")
  static final class Delete implements Runnable {
    private final Terminal terminal;
    private final Target target;

    @Parameters(paramLabel = "NAME")
    private String name = "";

    @Option(names = "--if-unused", description = "Only if it has no consumers")
    private boolean ifUnused;

    @Option(names = "--if-empty", description = "Only if it has no messages")
    private boolean ifEmpty;

    Delete(Terminal terminal, Target target) {
      this.terminal = terminal;
      this.target = target;
    }

    @Override
    public void run() {
      target
          .client()
          .delete(ApiClient.path("/api/queues", target.vhost(), name)
              + "?if-unused="
              + ifUnused
              + "&if-empty="
              + ifEmpty);
      terminal.println("deleted queue " + name);
    }
  }

  /** {@code waypost purge queue}. */
  @Command(name = "queue", description = "Removes all ready messages of a queue")
  static final class Purge implements Runnable {
    private final Terminal terminal;
    private final Target target;

    @Parameters(paramLabel = "NAME")
    private String name = "";

    Purge(Terminal terminal, Target target) {
      this.terminal = terminal;
      this.target = target;
    }

    @Override
    public void run() {
      target.client().delete(ApiClient.path("/api/queues", target.vhost(), name) + "/contents");
      terminal.println("purged queue " + name);
    }
  }
}
