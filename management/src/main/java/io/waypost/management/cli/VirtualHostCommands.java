package io.waypost.management.cli;

import io.waypost.management.api.VirtualHostRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What is done to virtual hosts. */
final class VirtualHostCommands {
  private VirtualHostCommands() {}

  /** {@code waypost declare vhost}. */
  @Command(name = "vhost", description = "Creates a virtual host; again is harmless")
  static final class Declare implements Runnable {
    private final Terminal terminal;
    private final Target target;

    @Parameters(paramLabel = "NAME")
    private String name = "";

    @Option(
        names = "--description",
        paramLabel = "TEXT",
        defaultValue = "",
        description = "What it is for")
    private String description = "";

    Declare(Terminal terminal, Target target) {
      this.terminal = terminal;
      this.target = target;
    }

    @Override
    public void run() {
      target.client().put(ApiClient.path("/api/vhosts", name), new VirtualHostRequest(description));
      terminal.println("declared vhost " + name);
    }
  }

  /** {@code waypost delete vhost}. */
  @Command(name = "vhost", description = "Deletes a virtual host with everything in it")
  static final class Delete implements Runnable {
    private final Terminal terminal;
    private final Target target;

    @Parameters(paramLabel = "NAME")
    private String name = "";

    Delete(Terminal terminal, Target target) {
      this.terminal = terminal;
      this.target = target;
    }

    @Override
    public void run() {
      target.client().delete(ApiClient.path("/api/vhosts", name));
      terminal.println("deleted vhost " + name);
    }
  }
}
