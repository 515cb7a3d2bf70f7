package io.waypost.management.cli;

import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What is done to connections. */
final class ConnectionCommands {
  private ConnectionCommands() {}

  /** {@code waypost close connection}. */
  @Command(name = "connection", description = "Closes a client's connection and tells it why")
  static final class Close implements Runnable {
    private final Terminal terminal;
    private final Target target;

    @Parameters(paramLabel = "NAME", description = "As listed: 'client:port -> broker:port'")
    private String name = "";

    @Option(
        names = "--reason",
        paramLabel = "TEXT",
        defaultValue = "closed by an operator",
        description = "What the client is told")
    private String reason = "";

    Close(Terminal terminal, Target target) {
      this.terminal = terminal;
      this.target = target;
    }

    @Override
    public void run() {
      target.client().delete(ApiClient.path("/api/connections", name), Map.of("X-Reason", reason));
      terminal.println("closed connection " + name);
    }
  }
}
