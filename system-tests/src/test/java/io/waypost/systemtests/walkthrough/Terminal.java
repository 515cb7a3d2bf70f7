package io.waypost.systemtests.walkthrough;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A terminal window as a page shows it.
 *
 * @param commands what is typed there, one after the other; the last one may go on running
 */
record Terminal(List<Command> commands) {
  private static final String PROMPT = "$ ";

  /** Stands for any number of lines. */
  private static final String ANYTHING = "...";

  /**
   * A command and what it prints.
   *
   * @param line what is typed
   * @param output the lines that are shown below it
   */
  record Command(String line, List<String> output) {
    /** Whether these lines are the ones that the page shows. */
    boolean shows(List<String> lines) {
      String expected = output.stream()
          .map(line -> line.equals(ANYTHING) ? "(?:.*\n)*" : Pattern.quote(line + "\n"))
          .collect(Collectors.joining());
      String actual = lines.stream().map(line -> line + "\n").collect(Collectors.joining());
      return Pattern.matches(expected, actual);
    }
  }

  static Terminal parse(String block) {
    List<Command> commands = new ArrayList<>();
    for (String line : block.lines().toList()) {
      if (line.startsWith(PROMPT)) {
        commands.add(new Command(line.substring(PROMPT.length()), new ArrayList<>()));
      } else {
        commands.get(commands.size() - 1).output().add(line);
      }
    }
    return new Terminal(commands);
  }
}
