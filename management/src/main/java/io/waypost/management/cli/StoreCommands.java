package io.waypost.management.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.waypost.management.api.BackupRequest;
import io.waypost.management.api.Json;
import io.waypost.management.api.StoreEntry;
import java.nio.file.Path;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What is kept on disk. */
final class StoreCommands {
  private static final double MIB = 1024.0 * 1024.0;

  private StoreCommands() {}

  /** {@code waypost store}. */
  @Command(name = "store", description = "Tells what is kept on disk and what was written for it")
  static final class Show implements Runnable {
    private final Terminal terminal;
    private final Target target;

    @Option(names = "--json", description = "JSON for scripts")
    private boolean json;

    Show(Terminal terminal, Target target) {
      this.terminal = terminal;
      this.target = target;
    }

    @Override
    public void run() {
      JsonNode answer = target.client().get("/api/store");
      if (json) {
        terminal.println(answer.toString());
        return;
      }
      StoreEntry store = Json.MAPPER.convertValue(answer, StoreEntry.class);
      line("messages", store.messages() + " in " + store.segments() + " segments");
      line("used", amount(store.usedBytes(), store.liveBytes(), "times what is needed"));
      line(
          "written",
          amount(store.writtenBytes(), store.receivedBytes(), "times what was received")
              + ", made safe "
              + store.forces()
              + " times");
      if (store.shortage() != null) {
        line("ALARM", store.shortage() + ": publishers are blocked");
      }
    }

    private void line(String what, String value) {
      terminal.println(String.format(Locale.ROOT, "%-10s %s", what, value));
    }

    private static String amount(long bytes, long of, String meaning) {
      String amount = String.format(Locale.ROOT, "%.1f MiB", bytes / MIB);
      return of == 0
          ? amount
          : amount + String.format(Locale.ROOT, ", %.2f %s", (double) bytes / of, meaning);
    }
  }

  /** {@code waypost backup}. */
  @Command(
      name = "backup",
      description = "Copies everything that is stored into a folder, while the broker works")
  static final class Backup implements Runnable {
    private final Terminal terminal;
    private final Target target;

    @Parameters(
        paramLabel = "FOLDER",
        description = "On the broker's machine; empty or not there yet")
    private Path folder = Path.of("");

    Backup(Terminal terminal, Target target) {
      this.terminal = terminal;
      this.target = target;
    }

    @Override
    public void run() {
      String where = folder.toAbsolutePath().toString();
      target.client().post("/api/store/backup", new BackupRequest(where));
      terminal.println("backed up to " + where);
    }
  }
}
