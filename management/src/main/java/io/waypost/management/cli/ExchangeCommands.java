package io.waypost.management.cli;

import io.waypost.management.api.ExchangeRequest;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What is done to exchanges. */
final class ExchangeCommands {
  private ExchangeCommands() {}

  /** {@code waypost declare exchange}. */
  @Command(name = "exchange", description = "Declares an exchange; again is harmless")
  static final class Declare implements Runnable {
    private final Terminal terminal;
    private final Target target;

    @Parameters(paramLabel = "NAME")
    private String name = "";

    @Option(
        names = "--type",
        paramLabel = "TYPE",
        defaultValue = "direct",
        description = "direct (default), fanout, topic, headers or x-delayed-message")
    private String type = "";

    @Option(names = "--transient", description = "It does not survive a restart")
    private boolean temporary;

    @Option(names = "--auto-delete", description = "It goes with its last binding")
    private boolean autoDelete;

    @Option(names = "--internal", description = "Clients may not publish to it")
    private boolean internal;

    @Option(
        names = "--argument",
        paramLabel = "KEY=VALUE",
        description = "A feature, such as alternate-exchange=spare; repeatable")
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
              ApiClient.path("/api/exchanges", target.vhost(), name),
              new ExchangeRequest(type, !temporary, autoDelete, internal, Values.typed(arguments)));
      terminal.println("declared exchange " + name);
    }
  }

  /** {@code waypost delete exchange}. */
  @Command(name = "exchange", description = "Deletes an exchange")
  static final class Delete implements Runnable {
    private final Terminal terminal;
    private final Target target;

    @Parameters(paramLabel = "NAME")
    private String name = "";

    @Option(names = "--if-unused", description = "Only if nothing is bound to it")
    private boolean ifUnused;

    Delete(Terminal terminal, Target target) {
      this.terminal = terminal;
      this.target = target;
    }

    @Override
    public void run() {
      target
          .client()
          .delete(
              ApiClient.path("/api/exchanges", target.vhost(), name) + "?if-unused=" + ifUnused);
      terminal.println("deleted exchange " + name);
    }
  }
}
