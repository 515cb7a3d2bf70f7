package io.waypost.distribution;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a starting broker prints: a handful of lines, the last of which begins with {@link #READY}. */
final class Announcement {
  /** Begins the line that scripts wait for. */
  static final String READY = "ready";

  private Announcement() {}

  static List<String> lines(Home home, Arguments arguments, Foreground waypost, LogSettings log) {
    List<String> lines = new ArrayList<>();
    lines.add(Product.NAME + " " + Product.version() + " on Java "
        + Runtime.version().feature() + ", " + waypost.loops());
    for (Listening each : waypost.listening()) {
      lines.add(String.format(Locale.ROOT, "  %-7s %s", each.name(), each.text()));
    }
    lines.add("  data    " + waypost.folder());
    lines.add("  log     " + log.file());
    lines.add(
        "  stop    " + (arguments.detached() ? "" : "Ctrl-C or ") + stopCommand(home, arguments));
    lines.add(READY + " for connections");
    return lines;
  }

  /** The command that finds this broker again. */
  private static String stopCommand(Home home, Arguments arguments) {
    StringBuilder command = new StringBuilder(home.command()).append(" stop");
    arguments.config().ifPresent(file -> command.append(" --config ").append(file));
    for (String assignment : arguments.assignments()) {
      if (assignment.startsWith(BrokerKeys.DATA_DIR.key() + "=")) {
        command.append(" --set ").append(assignment);
      }
    }
    return command.toString();
  }
}
