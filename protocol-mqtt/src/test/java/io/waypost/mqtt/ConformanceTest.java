package io.waypost.mqtt;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
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
 * Writes which of the specifications' statements are tried by which test, from the tests' tags and names, and fails when
 * the page in the documentation says something else. With the system property {@code conformance.write} it writes that
 * page.
 */
class ConformanceTest {
  /** MQTT-1.2.3-4 is a statement of version 5, MQTT3-1.2.3-4 one of 3.1.1. */
  private static final Pattern STATEMENT = Pattern.compile("MQTT3?-\\d+\\.\\d+\\.\\d+-\\d+");

  private static final Pattern METHOD = Pattern.compile("^  (?:static )?void (\\w+)\\(");

  /** Annotations of methods and what they say, also where it takes several lines. */
  private static final Pattern ANNOTATION = Pattern.compile("^  @.*|^ {6,}(?:\\+ )?\"\\[MQTT.*");

  private static final List<Path> TESTS =
      List.of(Path.of("src/test/java"), Path.of("../system-tests/src/test/java"));
  private static final Path PAGE = Path.of("../docs/mqtt-conformance.md");

  private static final String HEAD = """
      # MQTT: which statements are tested

      Written by `ConformanceTest` from the tests' tags and names; do not edit. The statements are those of appendix B of
      the specifications, by their numbers.

      """;

  /** A specification, and where its statements are listed. */
  private enum Specification {
    FIVE("MQTT-", "statements-5.tsv", """
        ## MQTT 5

        [The specification](https://docs.oasis-open.org/mqtt/mqtt/v5.0/mqtt-v5.0.html). %s

        """),
    THREE("MQTT3-", "statements-3.tsv", """
        ## MQTT 3.1.1

        [The specification](https://docs.oasis-open.org/mqtt/mqtt/v3.1.1/mqtt-v3.1.1.html). The same tests speak MQTT 3.1
        where the rule is its, too. %s

        """);

    private final String tag;
    private final String file;
    private final String head;

    Specification(String tag, String file, String head) {
      this.tag = tag;
      this.file = file;
      this.head = head;
    }

    /** Its statements, by what their tags are, with whom they concern. */
    Map<String, String> statements() throws IOException {
      Map<String, String> statements = new LinkedHashMap<>();
      try (InputStream in =
          Objects.requireNonNull(ConformanceTest.class.getResourceAsStream(file))) {
        for (String line : new String(in.readAllBytes(), UTF_8).lines().toList()) {
          String[] columns = line.split("\t", -1);
          statements.put(columns[0].replace("MQTT-", tag), columns[1]);
        }
      }
      return statements;
    }
  }

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
    Set<String> statements = new TreeSet<>();
    for (Specification each : Specification.values()) {
      statements.addAll(each.statements().keySet());
    }
    assertThat(statements).containsAll(tests().keySet());
  }

  private static String page() throws IOException {
    Map<String, Set<String>> tests = tests();
    StringBuilder page = new StringBuilder(HEAD);
    for (Specification each : Specification.values()) {
      page.append(table(each, tests)).append('\n');
    }
    return page.toString().stripTrailing() + '\n';
  }

  private static String table(Specification specification, Map<String, Set<String>> tests)
      throws IOException {
    StringBuilder table = new StringBuilder("| statement | test |\n|---|---|\n");
    int tried = 0;
    int server = 0;
    Map<String, String> statements = specification.statements();
    for (Map.Entry<String, String> statement : statements.entrySet()) {
      Set<String> names = tests.get(statement.getKey());
      boolean concerns = statement.getValue().equals("server");
      server += concerns ? 1 : 0;
      tried += concerns && names != null ? 1 : 0;
      table
          .append("| ")
          .append(statement.getKey().replace(specification.tag, "MQTT-"))
          .append(" | ")
          .append(names != null ? String.join("<br>", names) : why(statement.getValue()))
          .append(" |\n");
    }
    String counts = "Of " + statements.size() + " statements " + server + " concern this server; "
        + tried + " of these are tested, " + (server - tried) + " not.";
    return specification.head.formatted(counts) + table;
  }

  private static String why(String kind) {
    return switch (kind) {
      case "server" -> "not tested";
      case "client" -> "for clients";
      case "unsent" -> "about a property that this server does not send there";
      default -> "for servers that lack a feature which this one has";
    };
  }

  /** The tests by the statements that they name in a tag or their display name, which stand before the method. */
  private static Map<String, Set<String>> tests() throws IOException {
    Map<String, Set<String>> tests = new TreeMap<>();
    for (Path folder : TESTS) {
      try (Stream<Path> files = Files.walk(folder)) {
        files
            .filter(file -> file.toString().endsWith("Test.java"))
            .forEach(file -> collect(file, tests));
      }
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
        } else if (ANNOTATION.matcher(line).matches()) {
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
