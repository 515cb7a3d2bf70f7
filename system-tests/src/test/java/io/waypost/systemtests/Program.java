package io.waypost.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.awaitility.core.ConditionTimeoutException;

/** A child process. Everything that it prints is kept, in the order in which a terminal would show it. */
public final class Program implements AutoCloseable {
  /** How long a program may take to do what is waited for. */
  public static final Duration PATIENCE = Duration.ofSeconds(100);

  private final String name;
  private final Process process;
  private final Path output;

  private Program(String name, Process process, Path output) {
    this.name = name;
    this.process = process;
    this.output = output;
  }

  /**
   * Starts a program.
   *
   * @param folder where it runs
   * @param environment added to this process's
   * @param command the program and its arguments
   */
  public static Program start(Path folder, Map<String, String> environment, List<String> command) {
    try {
      Path output = Files.createTempFile("waypost-test", ".out");
      output.toFile().deleteOnExit();
      ProcessBuilder builder = new ProcessBuilder(command)
          .directory(folder.toFile())
          .redirectErrorStream(true)
          .redirectInput(new File("/dev/null"))
          .redirectOutput(output.toFile());
      builder.environment().putAll(environment);
      return new Program(String.join(" ", command), builder.start(), output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What it printed so far. */
  public String output() {
    try {
      return Files.readString(output, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The whole lines that it printed so far. */
  public List<String> lines() {
    String text = output();
    return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /**
   * Waits until its lines are as wanted.
   *
   * @throws AssertionError if it ends before, or takes too long
   */
  public void awaitLines(String what, Predicate<List<String>> wanted) {
    try {
      await()
          .dontCatchUncaughtExceptions()
          .atMost(PATIENCE)
          .until(() -> !process.isAlive() || wanted.test(lines()));
    } catch (ConditionTimeoutException e) {
      fail("%s: %s did not come%n%s", name, what, output());
    }
    assertThat(wanted.test(lines()))
        .withFailMessage(() -> "%s ended without %s%n%s".formatted(name, what, output()))
        .isTrue();
  }

  /**
   * Waits until it ends by itself.
   *
   * @return its exit code
   * @throws AssertionError if it takes too long
   */
  public int awaitExit() {
    try {
      if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
        fail("%s did not end%n%s", name, output());
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** The process's id. */
  public long pid() {
    return process.pid();
  }

  /** Asks it to end as Ctrl-C and {@code kill} do, without waiting. */
  public void terminate() {
    process.destroy();
  }

  /** Ends it as {@code kill -9} does: it has no moment for anything. */
  public void kill() {
    process.destroyForcibly();
    awaitExit();
  }

  /** Asks it to end as Ctrl-C and {@code kill} do, and waits until it has; does nothing if it has ended before. */
  @Override
  public void close() {
    process.destroy();
    awaitExit();
  }
}
