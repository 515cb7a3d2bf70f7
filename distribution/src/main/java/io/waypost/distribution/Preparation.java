package io.waypost.distribution;

import io.waypost.distribution.config.Config;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Starts a broker that nobody sees and ends it, so that the virtual machine meets the classes that it needs and can keep
 * them for the next start.
 */
final class Preparation {
  private Preparation() {}

  static ExitCode run(Home home, Settings settings) throws StartException, IOException {
    Path temporary = Files.createTempDirectory("waypost");
    try {
      Config config = settings.read(home, arguments(settings, temporary), Map.of());
      Logging.begin(LogSettings.from(config));
      try (DataFolder folder = DataFolder.take(temporary);
          Waypost waypost = Waypost.start(settings, config)) {
        folder.note(waypost.listening());
      }
      Logging.end();
    } finally {
      delete(temporary);
    }
    return ExitCode.OK;
  }

  private static Arguments arguments(Settings settings, Path folder) {
    List<String> assignments = new ArrayList<>();
    for (ListenerKeys listener : settings.listeners()) {
      assignments.add(listener.host().key() + "=127.0.0.1");
      assignments.add(listener.port().key() + "=0");
    }
    assignments.add(LogSettings.DIR.key() + "=" + folder);
    return new Arguments(Optional.empty(), assignments, false, false, false);
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
