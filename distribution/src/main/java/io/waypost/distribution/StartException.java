package io.waypost.distribution;

import java.util.List;

/** The broker can't start; says why in lines for the operator. */
public final class StartException extends Exception {
  private static final long serialVersionUID = 1L;

  private final ExitCode exitCode;
  private final List<String> lines;

  /**
   * Gives up.
   *
   * @param exitCode how the process ends
   * @param lines what is wrong, at least one
   */
  public StartException(ExitCode exitCode, List<String> lines) {
    super(String.join("\n", lines), null, false, false);
    this.exitCode = exitCode;
    this.lines = List.copyOf(lines);
  }

  /** Gives up with one line. */
  public StartException(ExitCode exitCode, String line) {
    this(exitCode, List.of(line));
  }

  /** How the process ends. */
  public ExitCode exitCode() {
    return exitCode;
  }

  /** What is wrong. */
  public List<String> lines() {
    return lines;
  }
}
