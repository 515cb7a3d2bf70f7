package io.waypost.management.cli;

/** Ends a command with one line for people and an exit code for scripts. */
final class CliFailure extends RuntimeException {
  /** The broker refused, or what was asked for did not happen. */
  static final int REFUSED = 1;

  /** No broker answers. */
  static final int UNREACHABLE = 3;

  private static final long serialVersionUID = 1L;

  private final int exitCode;

  private CliFailure(int exitCode, String line) {
    super(line, null, false, false);
    this.exitCode = exitCode;
  }

  static CliFailure refused(String line) {
    return new CliFailure(REFUSED, line);
  }

  static CliFailure unreachable(String line) {
    return new CliFailure(UNREACHABLE, line);
  }

  int exitCode() {
    return exitCode;
  }

  String line() {
    return String.valueOf(getMessage());
  }
}
