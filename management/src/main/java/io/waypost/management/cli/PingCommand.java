package io.waypost.management.cli;

import picocli.CommandLine.Command;

/** {@code waypost ping}. */
@Command(name = "ping", description = "Asks whether a broker answers; needs no password")
final class PingCommand implements Runnable {
  private final Terminal terminal;
  private final Target target;

  PingCommand(Terminal terminal, Target target) {
    this.terminal = terminal;
    this.target = target;
  }

  @Override
  public void run() {
    ApiClient client = target.client();
    client.ping();
    terminal.println("a broker answers at " + client.base());
  }
}
