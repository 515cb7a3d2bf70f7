package io.waypost.distribution;

import java.nio.file.Path;

/**
 * Where the broker is installed. The start script says it by system properties.
 *
 * @param folder holds conf/ and lib/, and by default data/ and log/
 * @param launcher the start script
 * @param command how the user called it, for messages
 */
record Home(Path folder, String launcher, String command) {
  static Home current() {
    return new Home(
        Path.of(System.getProperty("waypost.home", "")).toAbsolutePath().normalize(),
        System.getProperty("waypost.launcher", "waypost"),
        System.getProperty("waypost.command", "waypost"));
  }

  Path defaultConfig() {
    return folder.resolve("conf").resolve("waypost.yml");
  }

  Path lib() {
    return folder.resolve("lib");
  }
}
