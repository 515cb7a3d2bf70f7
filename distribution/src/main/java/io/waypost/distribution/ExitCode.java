package io.waypost.distribution;

/** How the process ends, in the numbers of {@code sysexits.h} where there is one. */
public enum ExitCode {
  /** As asked for. */
  OK(0),
  /** A running process could not be stopped. */
  NOT_STOPPED(1),
  /** {@code status}: there is no running broker. */
  NOT_RUNNING(3),
  /** The command line is wrong. */
  USAGE(64),
  /** What the data folder holds is damaged, or of a later release. */
  DAMAGED(65),
  /** A port can't be had. */
  ADDRESS(69),
  /** Our mistake; the log says more. */
  INTERNAL(70),
  /** A folder can't be used. */
  FOLDER(73),
  /** Another broker uses the data folder. */
  IN_USE(75),
  /** The configuration is wrong or can't be read. */
  CONFIGURATION(78);

  private final int number;

  ExitCode(int number) {
    this.number = number;
  }

  /** The process's exit status. */
  public int number() {
    return number;
  }
}
