package io.waypost.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** What a machine must have for a test that needs more than Java. */
public final class Prerequisite {
  private Prerequisite() {}

  /** Skips the test where it is missing, but fails it where every test has to run: with {@code CI=true}. */
  public static void check(boolean present, String what) {
    if (Boolean.parseBoolean(System.getenv("CI"))) {
      assertThat(present).as("%s is there", what).isTrue();
    }
    assumeTrue(present, what + " is missing");
  }

  /** Where a program is that can be started by its name. */
  public static Optional<Path> program(String name) {
    return Stream.of(System.getenv("PATH").split(":"))
        .map(folder -> Path.of(folder, name))
        .filter(Files::isExecutable)
        .findFirst();
  }
}
