package io.waypost.management.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The commands in the {@code console} blocks of a page, and what the page says that they print. */
final class ConsoleExamples {
  private static final Pattern WORD = Pattern.compile("'([^']*)'|\\S+");

  private ConsoleExamples() {}

  /**
   * A command and its output.
   *
   * @param words the command's words, as a shell would split them
   * @param output the lines that follow it, each with its line end
   */
  record Example(List<String> words, String output) {}

  static List<Example> of(String page) throws IOException {
    List<Example> examples = new ArrayList<>();
    boolean inside = false;
    List<String> words = null;
    StringBuilder output = new StringBuilder();
    for (String line : Files.readAllLines(Path.of("..", "docs", page))) {
      boolean fence = line.startsWith("```");
      if (words != null && (fence || line.startsWith("$ "))) {
        examples.add(new Example(words, output.toString()));
        words = null;
        output.setLength(0);
      }
      if (fence) {
        inside = line.equals("```console");
      } else if (inside && line.startsWith("$ ")) {
        words = split(line.substring(2));
      } else if (inside) {
        output.append(line).append('\n');
      }
    }
    assertThat(examples).isNotEmpty();
    return examples;
  }

  private static List<String> split(String command) {
    return WORD.matcher(command)
        .results()
        .map(word -> word.group(1) == null ? word.group() : word.group(1))
        .toList();
  }
}
