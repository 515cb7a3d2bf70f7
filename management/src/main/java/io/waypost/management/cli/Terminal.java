package io.waypost.management.cli;

import java.io.InputStream;
import java.io.PrintWriter;
import java.util.Map;

/**
 * What surrounds the process.
 *
 * @param in standard input
 * @param out standard output
 * @param err standard error
 * @param environment the environment variables
 */
record Terminal(InputStream in, PrintWriter out, PrintWriter err, Map<String, String> environment) {
  /** Columns of the screen, which the start script tells when standard output is one; else no limit. */
  int width() {
    try {
      return Math.max(1, Integer.parseInt(environment.getOrDefault("WAYPOST_COLUMNS", "")));
    } catch (NumberFormatException e) {
      return Integer.MAX_VALUE;
    }
  }

  void println(String line) {
    out.println(line);
  }
}
