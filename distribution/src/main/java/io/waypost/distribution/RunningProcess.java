package io.waypost.distribution;

import io.waypost.loop.Clock;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The broker that has a data folder, seen from another process. */
final class RunningProcess {
  private static final long LOOK_AGAIN_MILLIS = 20;

  private final Path folder;
  private final PrintStream out;

  /**
   * Looks at a data folder.
   *
   * @param out where answers go
   */
  RunningProcess(Path folder, PrintStream out) {
    this.folder = folder;
    this.out = out;
  }

  /** Tells whether it runs and what listens where. */
  ExitCode status() {
    Optional<RunningNote> note = find();
    if (note.isEmpty()) {
      out.println("not running (data folder " + folder + ")");
      return ExitCode.NOT_RUNNING;
    }
    out.println(
        "running since " + note.get().since() + " as process " + note.get().process());
    note.get().listeners().forEach((name, address) -> out.printf("  %-7s %s%n", name, address));
    out.println("  data    " + folder);
    return ExitCode.OK;
  }

  /** Where it answers the HTTP API, if it runs and does. */
  Optional<String> api() {
    return find()
        .map(note -> note.listeners().get("http"))
        .map(address -> "http://" + address.replace("*", "127.0.0.1"));
  }

  /** Stops it and waits for its end; fine if there is none. */
  ExitCode stop(Duration atMost) throws InterruptedException {
    Optional<RunningNote> note = find();
    Optional<ProcessHandle> process = note.flatMap(found -> ProcessHandle.of(found.process()));
    if (process.isEmpty()) {
      out.println("not running (data folder " + folder + ")");
      return ExitCode.OK;
    }
    process.get().destroy();
    long end = Clock.SYSTEM.nanos() + atMost.toNanos();
    while (process.get().isAlive()) {
      if (Clock.SYSTEM.nanos() - end > 0) {
        out.println("process " + process.get().pid() + " is still running after "
            + atMost.toSeconds() + " s");
        return ExitCode.NOT_STOPPED;
      }
      TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MILLIS);
    }
    out.println("stopped (process " + process.get().pid() + ")");
    return ExitCode.OK;
  }

  private Optional<RunningNote> find() {
    return DataFolder.taken(folder) ? RunningNote.read(folder) : Optional.empty();
  }
}
