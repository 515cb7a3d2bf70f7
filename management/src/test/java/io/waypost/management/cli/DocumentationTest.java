package io.waypost.management.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypost.management.RunningApi;
import io.waypost.management.RunningApi.Answer;
import io.waypost.management.cli.ConsoleExamples.Example;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the pages show is what happens. */
class DocumentationTest {
  private static final String DOCUMENTED_URL = "http://127.0.0.1:15672";
  private static final Pattern ROW = Pattern.compile("\\| (`/api/.*`) \\| ([A-Z, ]+) \\|");
  private static final Pattern PATH = Pattern.compile("`([^`]+)`");

  @Test
  void theCommandsOfThePageDoWhatItSays() throws IOException {
    try (RunningApi api = RunningApi.start()) {
      for (Example example : ConsoleExamples.of("cli.md")) {
        List<String> words = example.words();
        assertThat(words.get(0)).isEqualTo("waypost");
        boolean piped = words.contains("<");
        List<String> arguments = words.subList(1, piped ? words.indexOf("<") : words.size());

        CommandLineRun run = CommandLineRun.with(
            Map.of("WAYPOST_URL", api.url()), "{\"id\": 8}", arguments.toArray(String[]::new));

        assertThat(run.err()).as("%s", words).isEmpty();
        assertThat(run.exitCode()).as("%s", words).isZero();
        assertThat(run.out()).as("%s", words).isEqualTo(example.output());
      }
    }
  }

  @Test
  void theRequestsOfThePageDoWhatItSays() throws IOException {
    try (RunningApi api = RunningApi.start()) {
      for (Example example : ConsoleExamples.of("http-api.md")) {
        Answer answer = curl(api, example.words());

        assertThat(answer.status()).as("%s", example.words()).isBetween(200, 204);
        assertThat(answer.response().body())
            .as("%s", example.words())
            .isEqualTo(example.output().strip());
      }
    }
  }

  private static Answer curl(RunningApi api, List<String> words) {
    assertThat(words.get(0)).isEqualTo("curl");
    HttpRequest.Builder request = HttpRequest.newBuilder();
    String method = "GET";
    String body = null;
    String path = "";
    for (int i = 1; i < words.size(); i++) {
      switch (words.get(i)) {
        case "-u" ->
          request.header(
              "Authorization",
              "Basic "
                  + Base64.getEncoder()
                      .encodeToString(words.get(++i).getBytes(StandardCharsets.UTF_8)));
        case "-X" -> method = words.get(++i);
        case "-d" -> body = words.get(++i);
        default -> {
          assertThat(words.get(i)).startsWith(DOCUMENTED_URL);
          path = words.get(i).substring(DOCUMENTED_URL.length());
        }
      }
    }
    return api.send(request, method, path, body);
  }

  @Test
  void everyDocumentedPathAnswersItsMethodsAndNoOthers() throws IOException {
    List<String> rows = new ArrayList<>();
    try (RunningApi api = RunningApi.start()) {
      for (String line : Files.readAllLines(Path.of("..", "docs", "http-api.md"))) {
        Matcher row = ROW.matcher(line);
        if (row.matches()) {
          rows.add(line);
          checkMethods(api, row.group(1), row.group(2));
        }
      }
    }
    assertThat(rows).hasSizeGreaterThan(25);
  }

  private static void checkMethods(RunningApi api, String paths, String methods) {
    Set<String> documented = new TreeSet<>(List.of(methods.split(", ", -1)));
    documented.add("OPTIONS");
    if (documented.contains("GET")) {
      documented.add("HEAD");
    }
    Matcher path = PATH.matcher(paths);
    while (path.find()) {
      Answer answer = api.send(
          HttpRequest.newBuilder(), "OPTIONS", path.group(1).replaceAll("\\{[a-z]+}", "x"), null);
      assertThat(answer.response().headers().firstValue("Allow"))
          .as(path.group(1))
          .hasValue(String.join(", ", documented));
    }
  }
}
