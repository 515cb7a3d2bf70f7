package io.waypost.systemtests.walkthrough;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypost.systemtests.Program;
import io.waypost.systemtests.WaypostProcess;
import io.waypost.systemtests.walkthrough.Terminal.Command;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Does what a page says, in a folder that looks like a fresh clone: opens the terminals of a section one after the other,
 * types the commands, and compares what they print with what is shown. A program that goes on counts as started with its
 * first line. Programs end with their section, a broker with the page.
 */
final class Reader implements AutoCloseable {
  private static final String START = "./waypost start";

  private final Path folder;
  private final Map<String, String> environment = new HashMap<>();
  private @Nullable WaypostProcess broker;

  /**
   * @param folder an empty folder
   * @throws IOException if it can't be made to look like a clone
   */
  Reader(Path folder) throws IOException {
    this.folder = folder;
    copy(WaypostProcess.sources(), Path.of("docs", "tutorials"));
    Path waypost = folder.resolve("waypost");
    Files.writeString(waypost, "#!/bin/sh\nexec '" + WaypostProcess.script() + "' \"$@\"\n");
    Files.setPosixFilePermissions(waypost, PosixFilePermissions.fromString("rwx------"));
    environment.putAll(WaypostProcess.environment(folder));
    environment.put("npm_config_offline", "true");
  }

  /** Does what a section says. */
  void follow(Page.Section section) {
    Deque<Running> running = new ArrayDeque<>();
    try {
      for (Terminal terminal : section.terminals()) {
        Iterator<Command> commands = terminal.commands().iterator();
        while (commands.hasNext()) {
          Running typed = type(commands.next());
          running.push(typed);
          if (commands.hasNext()) {
            typed.awaitEnd();
          }
        }
      }
      running.forEach(Running::awaitOutput);
    } finally {
      running.stream()
          .filter(each -> !isBroker(each))
          .forEach(each -> each.program().close());
    }
  }

  /** Copies a folder of the sources; what is installed there must not change by being tried. */
  private void copy(Path sources, Path part) throws IOException {
    List<Path> files;
    try (Stream<Path> walk = Files.walk(sources.resolve(part))) {
      files = walk.toList();
    }
    Files.createDirectories(folder.resolve(part).getParent());
    for (Path file : files) {
      Files.copy(file, folder.resolve(sources.relativize(file)));
    }
  }

  private Running type(Command command) {
    Program program =
        Program.start(folder, environment, List.of("sh", "-c", "exec " + command.line()));
    Running running = new Running(command, program);
    if (command.line().startsWith(START)) {
      broker = WaypostProcess.started(program);
      environment.put("AMQP_URL", "amqp://localhost:" + broker.port("amqp"));
      environment.put("WAYPOST_URL", "http://localhost:" + broker.port("http"));
      configureMosquitto(broker.port("mqtt"));
    } else {
      running.awaitBeginning();
    }
    return running;
  }

  /** Has mosquitto_pub find the broker where it is, as those who install one find it at the usual port. */
  private void configureMosquitto(int port) {
    Path settings = folder.resolve(".config");
    environment.put("XDG_CONFIG_HOME", settings.toString());
    try {
      Files.createDirectories(settings);
      Files.writeString(settings.resolve("mosquitto_pub"), "-p " + port + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean isBroker(Running running) {
    return broker != null && broker.program() == running.program();
  }

  @Override
  public void close() {
    if (broker != null) {
      broker.close();
    }
  }

  private record Running(Command command, Program program) {
    void awaitBeginning() {
      if (command.output().isEmpty()) {
        awaitEnd();
      } else {
        program.awaitLines("its first line", lines -> !lines.isEmpty());
      }
    }

    void awaitOutput() {
      program.awaitLines(
          "the lines that are shown:\n" + String.join("\n", command.output()) + "\nbut with",
          command::shows);
      if (!program.isAlive()) {
        awaitEnd();
      }
    }

    void awaitEnd() {
      assertThat(program.awaitExit()).as(program.output()).isZero();
    }
  }
}
