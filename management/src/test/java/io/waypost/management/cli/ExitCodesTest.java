package io.waypost.management.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.waypost.management.RunningApi;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExitCodesTest {
  private static RunningApi api;

  @BeforeAll
  static void start() throws IOException {
    api = RunningApi.start();
  }

  @AfterAll
  static void stop() {
    api.close();
  }

  @Test
  void usedWronglyIsTwo() {
    for (String[] wrong : new String[][] {
      {},
      {"dance"},
      {"declare"},
      {"declare", "queue"},
      {"declare", "queue", "a", "b"},
      {"list"},
      {"list", "things"},
      {"get", "q", "--count", "many"},
      {"get", "q", "--then", "dance"},
      {"declare", "binding", "--source", "x"},
      {"status", "--loud"},
    }) {
      CommandLineRun run = CommandLineRun.at(api.url(), wrong);
      assertThat(run.exitCode()).as(String.join(" ", wrong)).isEqualTo(2);
      assertThat(run.out()).isEmpty();
      assertThat(run.err()).isNotEmpty();
    }
  }

  @Test
  void helpAndVersionAreDone() {
    CommandLineRun help = CommandLineRun.at(api.url(), "--help");
    assertThat(help.exitCode()).isZero();
    assertThat(help.out()).contains("waypost", "status", "declare", "publish", "waypost start");
    assertThat(CommandLineRun.at(api.url(), "declare", "--help").out()).contains("binding");
    assertThat(CommandLineRun.at(api.url(), "declare", "queue", "--help").out())
        .contains("--argument", "--url");
    assertThat(CommandLineRun.at(api.url(), "list", "--help").out()).contains("topic-permissions");
    assertThat(CommandLineRun.at(api.url(), "--version").out()).startsWith("waypost ");
  }

  @Test
  void noBrokerIsThree() throws IOException {
    int free;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      free = socket.getLocalPort();
    }

    CommandLineRun run = CommandLineRun.at("http://127.0.0.1:" + free, "ping");

    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(run.err()).startsWith("waypost: no broker answers at http://127.0.0.1:" + free);
    assertThat(run.err().lines()).hasSize(1);
  }

  @Test
  void aUrlThatIsNoneIsRefused() {
    for (String url : new String[] {"nonsense", "ftp://127.0.0.1/", "http://", "http://a b/"}) {
      CommandLineRun run = CommandLineRun.at(url, "ping");
      assertThat(run.exitCode()).as(url).isEqualTo(1);
      assertThat(run.err()).isEqualTo("waypost: not the URL of an HTTP listener: " + url + "\n");
    }
  }

  @Test
  void whateverElseAnswersIsNoBroker() throws IOException {
    HttpServer other =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    other.createContext("/", exchange -> {
      byte[] page = "<html>hello</html>".getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(
          exchange.getRequestURI().getPath().equals("/healthz") ? 200 : 502, page.length);
      exchange.getResponseBody().write(page);
      exchange.close();
    });
    other.start();
    try {
      String url = "http://127.0.0.1:" + other.getAddress().getPort();

      assertThat(CommandLineRun.at(url, "ping").err()).contains("is no Waypost broker");
      assertThat(CommandLineRun.at(url, "list", "queues").err())
          .isEqualTo("waypost: HTTP status 502\n");
    } finally {
      other.stop(0);
    }
  }

  @Test
  void optionsWinOverTheEnvironmentAndThatOverTheFile(@TempDir Path folder) throws IOException {
    api.put("/api/users/filed", "{\"password\": \"f\", \"tags\": \"management\"}");
    Path file = folder.resolve("waypost").resolve("cli.properties");
    Files.createDirectories(folder.resolve("waypost"));
    Files.writeString(file, "url = " + api.url() + "\nuser = filed\npassword = f\nvhost = /\n");
    Map<String, String> environment = Map.of("XDG_CONFIG_HOME", folder.toString());

    assertThat(CommandLineRun.with(environment, "", "list", "vhosts").exitCode())
        .isZero();
    assertThat(CommandLineRun.with(
                Map.of("XDG_CONFIG_HOME", folder.toString(), "WAYPOST_USER", "nobody"),
                "",
                "list",
                "vhosts")
            .err())
        .isEqualTo("waypost: Login failed\n");
    assertThat(CommandLineRun.with(
                Map.of("XDG_CONFIG_HOME", folder.toString(), "WAYPOST_USER", "nobody"),
                "",
                "list",
                "vhosts",
                "--user",
                "filed")
            .exitCode())
        .isZero();
    Files.writeString(file, "url = \\u00zz");
    assertThat(CommandLineRun.with(environment, "", "ping").err())
        .startsWith("waypost: cannot read ");
  }

  @Test
  void passwordsAreNeverPrinted() {
    for (String[] command : new String[][] {
      {"list", "queues", "--password", "s3cret!"},
      {"status", "--user", "guest", "--password", "s3cret!", "--json"},
      {"declare", "user", "x", "--new-password", "s3cret!", "--tags", "a", "--bad-option"},
    }) {
      CommandLineRun run = CommandLineRun.at(api.url(), command);
      assertThat(run.exitCode()).isNotZero();
      assertThat(run.out() + run.err()).doesNotContain("s3cret!");
    }
  }
}
