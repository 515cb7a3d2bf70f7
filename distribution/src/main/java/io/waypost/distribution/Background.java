package io.waypost.distribution;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Starts a second process that goes on when this one and its terminal have gone. */
final class Background {
  private static final long LOOK_AGAIN_MILLIS = 20;

  private final Process process;
  private final Path console;

  private Background(Process process, Path console) {
    this.process = process;
    this.console = console;
  }

  /**
   * Starts the broker.
   *
   * @param console what it writes to its outputs goes there
   * @throws IOException if it can't be started
   */
  static Background start(Home home, Arguments arguments, Path console) throws IOException {
    List<String> command = new ArrayList<>(withoutTerminal());
    command.add(home.launcher());
    command.addAll(arguments.forDetached());
    ProcessBuilder builder = new ProcessBuilder(command)
        .redirectInput(new File("/dev/null"))
        .redirectErrorStream(true)
        .redirectOutput(console.toFile());
    builder.environment().put("WAYPOST_HOME", home.folder().toString());
    builder.environment().put("WAYPOST_COMMAND", home.command());
    return new Background(builder.start(), console);
  }

  /**
   * Waits until it is ready or has ended, and passes on what it said.
   *
   * @return how it ended, or OK if it runs on
   */
  int awaitReady() throws IOException, InterruptedException {
    Thread interrupted = new Thread(process::destroy, "waypost-interrupted");
    Runtime.getRuntime().addShutdownHook(interrupted);
    boolean ended = false;
    while (!ended && !ready()) {
      ended = process.waitFor(LOOK_AGAIN_MILLIS, TimeUnit.MILLISECONDS);
    }
    Runtime.getRuntime().removeShutdownHook(interrupted);
    for (String line : Files.readAllLines(console)) {
      (ended ? System.err : System.out).println(line);
    }
    return ended ? process.exitValue() : ExitCode.OK.number();
  }

  private boolean ready() throws IOException {
    try (Stream<String> lines = Files.lines(console)) {
      return lines.anyMatch(line -> line.startsWith(Announcement.READY));
    }
  }

  /** A session of its own, or at least deaf to the end of the terminal's. */
  private static List<String> withoutTerminal() {
    for (String tool : List.of("setsid", "nohup")) {
      for (String folder : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
        if (Files.isExecutable(Path.of(folder, tool))) {
          return List.of(tool);
        }
      }
    }
    return List.of();
  }
}
