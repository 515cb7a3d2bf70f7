package io.waypost.distribution.config;

import java.util.List;

/** The configuration can't be used. */
public final class ConfigException extends Exception {
  private static final long serialVersionUID = 1L;

  private final List<String> problems;

  /**
   * Refuses a configuration.
   *
   * @param problems what is wrong: a line for the operator each, at least one
   */
  public ConfigException(List<String> problems) {
    super(String.join("\n", problems), null, false, false);
    this.problems = List.copyOf(problems);
  }

  /** What is wrong: a line for the operator each. */
  public List<String> problems() {
    return problems;
  }
}
