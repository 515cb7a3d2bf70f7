package io.waypost.distribution;

import io.waypost.distribution.config.Config;
import io.waypost.management.cli.WaypostCli;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Commands that a running broker answers over its HTTP API. Unless the user says which broker, it is the one that has
 * this installation's data folder, wherever it listens.
 */
final class ApiCommands {
  private static final String URL = "--url";
  private static final String URL_VARIABLE = "WAYPOST_URL";

  private ApiCommands() {}

  static int run(Home home, List<String> words, Map<String, String> environment) {
    List<String> all = new ArrayList<>();
    boolean chosen = environment.containsKey(URL_VARIABLE)
        || words.stream().anyMatch(word -> word.startsWith(URL));
    if (!chosen) {
      address(home, environment).ifPresent(url -> all.addAll(List.of(URL, url)));
    }
    all.addAll(words);
    return WaypostCli.run(all.toArray(String[]::new));
  }

  private static Optional<String> address(Home home, Map<String, String> environment) {
    try {
      Settings settings = new Settings(Adapters.load(home.lib()));
      Config config = settings.read(home, Arguments.NONE, environment);
      Path data = config.path(BrokerKeys.DATA_DIR);
      return new RunningProcess(data, System.out).api();
    } catch (StartException unusable) {
      // It matters to the broker; here it only means that nothing is known.
      return Optional.empty();
    }
  }
}
