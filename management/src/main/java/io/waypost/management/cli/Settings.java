package io.waypost.management.cli;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * Settings that need not be typed each time: environment variables such as {@code WAYPOST_URL}, then the file
 * {@code waypost/cli.properties} in the user's configuration folder, with keys such as {@code url}.
 */
final class Settings {
  private final Map<String, String> environment;
  private @Nullable Properties file;

  Settings(Map<String, String> environment) {
    this.environment = environment;
  }

  /** The value of a setting, or null. */
  @Nullable
  String get(String name) {
    String variable = environment.get("WAYPOST_" + name.toUpperCase(Locale.ROOT));
    if (variable != null && !variable.isEmpty()) {
      return variable;
    }
    if (file == null) {
      file = read();
    }
    return file.getProperty(name);
  }

  private Properties read() {
    Properties properties = new Properties();
    Path path = path();
    if (path != null) {
      try (Reader reader = Files.newBufferedReader(path)) {
        properties.load(reader);
      } catch (NoSuchFileException e) {
        return properties;
      } catch (IOException | IllegalArgumentException e) {
        throw CliFailure.refused("cannot read " + path + ": " + e.getMessage());
      }
    }
    return properties;
  }

  private @Nullable Path path() {
    String folder = environment.get("XDG_CONFIG_HOME");
    if (folder != null && !folder.isEmpty()) {
      return Path.of(folder, "waypost", "cli.properties");
    }
    String home = environment.get("HOME");
    return home == null ? null : Path.of(home, ".config", "waypost", "cli.properties");
  }
}
