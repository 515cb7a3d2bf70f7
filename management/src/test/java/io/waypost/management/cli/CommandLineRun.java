package io.waypost.management.cli;

import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * One run of the command line.
 *
 * @param exitCode its exit code
 * @param out what it printed
 * @param err what it complained of
 */
record CommandLineRun(int exitCode, String out, String err) {
  /** Runs with a broker's address in the environment. */
  static CommandLineRun at(String url, String... arguments) {
    return with(Map.of("WAYPOST_URL", url), "", arguments);
  }

  static CommandLineRun with(Map<String, String> environment, String input, String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    Terminal terminal = new Terminal(
        new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
        new PrintWriter(out),
        new PrintWriter(err),
        new HashMap<>(environment));
    int exitCode = WaypostCli.run(terminal, arguments);
    return new CommandLineRun(exitCode, out.toString(), err.toString());
  }
}
