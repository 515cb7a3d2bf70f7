package io.waypost.mqtt;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Writes which of the specification's statements are tried by which test, from the tests' tags and names, and fails when
 * the page in the documentation says something else. With the system property {@code conformance.write} it writes that
 * page.
 */
class ConformanceTest {
  private static final Pattern STATEMENT = Pattern.compile("MQTT-\\d+\\.\\d+\\.\\d+-\\d+");
  private static final Pattern METHOD = Pattern.compile("^  (?:static )?void (\\w+)\\(");
  private static final Path TESTS = Path.of("src/test/java/io/waypost/mqtt");
  private static final Path PAGE = Path.of("../docs/mqtt-conformance.md");

  private static final String HEAD = """
      # MQTT 5: which statements are tested

      Written by `ConformanceTest` from the tests' tags and names; do not edit. The statements are those of the
      [specification](https://docs.oasis-open.org/mqtt/mqtt/v5.0/mqtt-v5.0.html), appendix B, by their numbers. The same
      tests speak MQTT 3.1 and 3.1.1 where the rule is theirs, too.

      """;

  @Test
  void thePageSaysWhichStatementsAreTried() throws IOException {
    String written = page();
    if (Boolean.getBoolean("conformance.write")) {
      Files.writeString(PAGE, written);
    }
    assertThat(Files.readString(PAGE))
        .as("mvn test -pl protocol-mqtt -am -Dtest=ConformanceTest -Dconformance.write=true")
        .isEqualTo(written);
  }

  @Test
  void noTestTriesAStatementThatThereIsNot() throws IOException {
    assertThat(statements().keySet()).containsAll(tests().keySet());
  }

  private static String page() throws IOException {
    Map<String, Set<String>> tests = tests();
    StringBuilder table = new StringBuilder("| statement | test |\n|---|---|\n");
    int tried = 0;
    int server = 0;
    List<String> open = new ArrayList<>();
    for (Map.Entry<String, String> statement : statements().entrySet()) {
      String id = statement.getKey();
      Set<String> names = tests.get(id);
      boolean concerns = statement.getValue().equals("server");
      server += concerns ? 1 : 0;
      if (names != null) {
        tried += concerns ? 1 : 0;
        table
            .append("| ")
            .append(id)
            .append(" | ")
            .append(String.join("<br>", names))
            .append(" |\n");
      } else if (concerns) {
        open.add(id);
        table.append("| ").append(id).append(" | not tested |\n");
      } else {
        table
            .append("| ")
            .append(id)
            .append(" | ")
            .append(why(statement.getValue()))
            .append(" |\n");
      }
    }
    return HEAD
        + "Of "
        + statements().size()
        + " statements "
        + server
        + " concern this server; "
        + tried
        + " of these are tested, "
        + open.size()
        + " are not.\n\n"
        + table;
  }

  private static String why(String kind) {
    return switch (kind) {
      case "client" -> "for clients";
      case "websocket" -> "for WebSocket, which does not exist yet";
      default -> "for servers that lack a feature which this one has";
    };
  }

  private static Map<String, String> statements() throws IOException {
    Map<String, String> statements = new java.util.LinkedHashMap<>();
    try (InputStream in =
        Objects.requireNonNull(ConformanceTest.class.getResourceAsStream("statements-5.tsv"))) {
      for (String line : new String(in.readAllBytes(), UTF_8).lines().toList()) {
        String[] columns = line.split("\t", -1);
        statements.put(columns[0], columns[1]);
      }
    }
    return statements;
  }

  /** The tests by the statements that they name in a tag or their display name, which stand before the method. */
  private static Map<String, Set<String>> tests() throws IOException {
    Map<String, Set<String>> tests = new TreeMap<>();
    try (Stream<Path> files = Files.walk(TESTS)) {
      files
          .filter(file -> file.toString().endsWith("Test.java"))
          .forEach(file -> collect(file, tests));
    }
    return tests;
  }

  private static void collect(Path file, Map<String, Set<String>> tests) {
    String name = String.valueOf(file.getFileName()).replace(".java", "");
    List<String> ids = new ArrayList<>();
    try {
      for (String line : Files.readAllLines(file)) {
        Matcher method = METHOD.matcher(line);
        if (method.find()) {
          String test = "`" + name + "." + method.group(1) + "`";
          ids.forEach(id -> tests.computeIfAbsent(id, none -> new TreeSet<>()).add(test));
          ids.clear();
        } else if ((line.startsWith("  ") && !line.startsWith("   "))
            || line.startsWith("      \"[MQTT")) {
          Matcher statement = STATEMENT.matcher(line);
          while (statement.find()) {
            ids.add(statement.group());
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
