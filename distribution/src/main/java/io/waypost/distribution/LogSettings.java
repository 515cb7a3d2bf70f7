package io.waypost.distribution;

import io.waypost.distribution.config.Config;
import io.waypost.transport.Setting;
import io.waypost.transport.SettingKind;
import java.nio.file.Path;
import java.util.List;

/**
 * What is logged where.
 *
 * @param folder where the files are
 * @param level the least level that is logged
 * @param maxSize bytes at which a file is put aside and a new one begun
 * @param files how many that were put aside are kept
 * @param console whether everything is shown on the error output too
 */
record LogSettings(Path folder, String level, long maxSize, int files, boolean console) {
  static final Setting<String> DIR = new Setting<>(
      "log.dir", "log", SettingKind.path(), "The folder of the log files; made when missing.");
  static final Setting<String> LEVEL = new Setting<>(
      "log.level",
      "info",
      SettingKind.oneOf(List.of("error", "warn", "info", "debug", "trace")),
      "The least level that is logged.");
  static final Setting<Long> MAX_SIZE = Setting.size(
      "log.max-size",
      50L << 20,
      1L << 20,
      10L << 30,
      "How large waypost.log gets before a new one is begun.");
  static final Setting<Integer> FILES =
      Setting.number("log.files", 7, 1, 1000, "How many full log files are kept.");
  static final Setting<Boolean> CONSOLE = Setting.flag(
      "log.console",
      false,
      "Whether the log is written to the error output too, as containers like it.");

  static final List<Setting<?>> ALL = List.of(DIR, LEVEL, MAX_SIZE, FILES, CONSOLE);

  static LogSettings from(Config config) {
    return new LogSettings(
        config.path(DIR),
        config.get(LEVEL),
        config.get(MAX_SIZE),
        config.get(FILES),
        config.get(CONSOLE));
  }

  /** The file that is written to. */
  Path file() {
    return folder.resolve("waypost.log");
  }

  /** What a broker in the background writes to its outputs. */
  Path consoleFile() {
    return folder.resolve("console.log");
  }
}
