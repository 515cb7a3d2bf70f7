package io.waypost.management.cli;

import io.waypost.management.api.BindingEntry;
import io.waypost.management.api.BindingRequest;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What is done to bindings. */
final class BindingCommands {
  private BindingCommands() {}

  /** What a binding connects. */
  private static final class Ends {
    @Option(
        names = "--source",
        required = true,
        paramLabel = "EXCHANGE",
        description = "Where messages are published")
    private String source = "";

    @Option(
        names = "--destination",
        required = true,
        paramLabel = "NAME",
        description = "The queue or exchange that they go to")
    private String destination = "";

    @Option(names = "--to-exchange", description = "The destination is an exchange, not a queue")
    private boolean toExchange;

    @Option(
        names = "--key",
        paramLabel = "KEY",
        defaultValue = "",
        description = "The routing key or pattern")
    private String key = "";

    String path(Target target) {
      return ApiClient.path(
          "/api/bindings", target.vhost(), "e", source, toExchange ? "e" : "q", destination);
    }

    @Override
    public String toString() {
      return source + " -> " + destination + (key.isEmpty() ? "" : " (" + key + ")");
    }
  }

  /** {@code waypost declare binding}. */
  @Command(name = "binding", description = "Binds a queue or an exchange to an exchange")
  static final class Declare implements Runnable {
    private final Terminal terminal;
    private final Target target;

    @Mixin
    private Ends ends = new Ends();

    @Option(
        names = "--argument",
        paramLabel = "KEY=VALUE",
        description = "What a headers exchange matches by; repeatable")
    private Map<String, String> arguments = new LinkedHashMap<>();

    Declare(Terminal terminal, Target target) {
      this.terminal = terminal;
      this.target = target;
    }

    @Override
    public void run() {
      target
          .client()
          .post(ends.path(target), new BindingRequest(ends.key, Values.typed(arguments)));
      terminal.println("bound " + ends);
    }
  }

  /** {@code waypost delete binding}. */
  @Command(name = "binding", description = "Removes the bindings with that key")
  static final class Delete implements Runnable {
    private final Terminal terminal;
    private final Target target;

    @Mixin
    private Ends ends = new Ends();

    Delete(Terminal terminal, Target target) {
      this.terminal = terminal;
      this.target = target;
    }

    @Override
    public void run() {
      ApiClient client = target.client();
      List<BindingEntry> bindings = Arrays.stream(
              client.get(ends.path(target), BindingEntry[].class))
          .filter(binding -> binding.routingKey().equals(ends.key))
          .toList();
      if (bindings.isEmpty()) {
        throw CliFailure.refused("no binding " + ends);
      }
      bindings.forEach(binding ->
          client.delete(ends.path(target) + "/" + ApiClient.encode(binding.propertiesKey())));
      terminal.println("unbound " + ends);
    }
  }
}
