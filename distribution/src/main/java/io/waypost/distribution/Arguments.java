package io.waypost.distribution;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * What stands behind {@code start}, {@code stop} and {@code status}.
 *
 * @param config the configuration file, if another than the default
 * @param assignments {@code key=value} of each {@code --set}
 * @param detach whether to go on in the background
 * @param detached whether this is the process in the background
 * @param printConfig whether to show the configuration and end
 */
record Arguments(
    Optional<String> config,
    List<String> assignments,
    boolean detach,
    boolean detached,
    boolean printConfig) {

  /** Tells the process in the background that it is it. */
  static final String DETACHED = "--detached";

  /** Nothing stands there. */
  static final Arguments NONE = new Arguments(Optional.empty(), List.of(), false, false, false);

  private static final String DETACH = "--detach";

  /**
   * Reads the words behind the command.
   *
   * @throws StartException if one is not understood
   */
  static Arguments parse(String command, List<String> words) throws StartException {
    Optional<String> config = Optional.empty();
    List<String> assignments = new ArrayList<>();
    List<String> flags = new ArrayList<>();
    Iterator<String> rest = words.iterator();
    while (rest.hasNext()) {
      String word = rest.next();
      String name =
          word.startsWith("--") && word.contains("=") ? word.substring(0, word.indexOf('=')) : word;
      switch (name) {
        case "--set" -> assignments.add(value(word, name, rest));
        case "--config" -> config = Optional.of(value(word, name, rest));
        case DETACH, DETACHED, "--print-config" -> flags.add(name);
        default ->
          throw new StartException(
              ExitCode.USAGE,
              command + " does not know " + word + "; it takes " + allowed(command));
      }
    }
    return new Arguments(
        config,
        assignments,
        flags.contains(DETACH),
        flags.contains(DETACHED),
        flags.contains("--print-config"));
  }

  /** What may stand behind a command. */
  static String allowed(String command) {
    return "--config FILE, --set key=value, --print-config"
        + (command.equals("start") ? " and --detach" : "");
  }

  /** Whether the word is an option that {@link #parse} understands. */
  static boolean knows(String word) {
    return List.of("--set", "--config", DETACH, DETACHED, "--print-config").stream()
        .anyMatch(option -> word.equals(option) || word.startsWith(option + "="));
  }

  /** The words for the process in the background. */
  List<String> forDetached() {
    List<String> words = new ArrayList<>(List.of("start", DETACHED));
    config.ifPresent(file -> words.addAll(List.of("--config", file)));
    assignments.forEach(assignment -> words.addAll(List.of("--set", assignment)));
    return words;
  }

  private static String value(String word, String name, Iterator<String> rest)
      throws StartException {
    if (!word.equals(name)) {
      return word.substring(name.length() + 1);
    }
    if (!rest.hasNext()) {
      throw new StartException(ExitCode.USAGE, name + " needs a value");
    }
    return rest.next();
  }
}
