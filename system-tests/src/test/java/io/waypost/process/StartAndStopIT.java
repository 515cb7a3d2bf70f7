package io.waypost.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StartAndStopIT {
  private final Path temp;
  private final Installation installation;

  StartAndStopIT(@TempDir Path temp) throws IOException {
    this.temp = temp;
    this.installation = Installation.in(temp.resolve("installed"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"TERM", "INT"})
  void saysWhatItDoesInAHandfulOfLinesAndEndsOnASignal(String signal) throws Exception {
    try (RunningScript broker =
        installation.startBroker("--set", "listeners.shared.enabled=true")) {
      assertThat(broker.lines()).hasSizeLessThanOrEqualTo(10);
      assertThat(broker.lines())
          .anySatisfy(line ->
              assertThat(line).isEqualTo("  data    " + installation.home().resolve("data")))
          .anySatisfy(line -> assertThat(line)
              .isEqualTo("  log     " + installation.home().resolve("log/waypost.log")))
          .anySatisfy(
              line -> assertThat(line).startsWith("  stop    Ctrl-C or " + script() + " stop"));
      assertThat(broker.lines().get(broker.lines().size() - 1)).startsWith("ready");
      broker.connect("shared").close();
      broker.signal(signal);
      Finished finished = broker.awaitEnd();
      assertThat(finished.exitCode()).isZero();
      assertThat(finished.err()).isEmpty();
    }
    assertThat(installation.home().resolve("data/waypost.pid")).doesNotExist();
    assertThat(installation.home().resolve("log/waypost.log"))
        .content()
        .contains("is ready", "Stopped after");
  }

  @Test
  void aConnectionThatSaysNothingDoesNotHoldUpTheEnd() throws Exception {
    try (RunningScript broker = installation.startBroker("--set", "listeners.shared.enabled=true");
        Socket silent = broker.connect("shared")) {
      broker.signal("TERM");
      assertThat(silent.getInputStream().read()).isEqualTo(-1);
      assertThat(broker.awaitEnd().exitCode()).isZero();
    }
  }

  @Test
  void goesOnInTheBackgroundUntilItIsStopped() throws Exception {
    assertThat(installation.run("status").exitCode()).isEqualTo(3);
    Finished started = installation.run(
        Map.of(
            "WAYPOST_LISTENERS_SHARED_PORT", "0",
            "WAYPOST_LISTENERS_AMQP_PORT", "0",
            "WAYPOST_LISTENERS_HTTP_PORT", "0"),
        "start",
        "--detach",
        "--set",
        "listeners.shared.enabled=true",
        "--set",
        "listeners.shared.host=127.0.0.1");
    try {
      assertThat(started.exitCode()).isZero();
      assertThat(started.out()).contains("  stop    " + script() + " stop").contains("\nready");
      Finished status = installation.run("status");
      assertThat(status.exitCode()).isZero();
      assertThat(status.out()).contains("shared  127.0.0.1:");
      Finished second = installation.run("start", "--detach");
      assertThat(second.exitCode()).isEqualTo(75);
      assertThat(second.err()).contains("uses the data folder");
    } finally {
      Finished stopped = installation.run("stop");
      assertThat(stopped.exitCode()).isZero();
      assertThat(stopped.out()).startsWith("stopped (process ");
    }
    assertThat(installation.run("status").exitCode()).isEqualTo(3);
    assertThat(installation.run("stop").exitCode()).isZero();
  }

  @Test
  void oneDataFolderIsForOneBroker() throws Exception {
    Path data = temp.resolve("data");
    try (RunningScript broker = installation.startBroker("--set", "data.dir=" + data)) {
      Finished second = installation.run("start", "--set", "data.dir=" + data);
      assertThat(second.exitCode()).isEqualTo(75);
      assertThat(second.err())
          .isEqualTo("waypost: another broker (process " + broker.pid() + ") uses the data folder "
              + data + "\n");
      assertThat(installation.run("status", "--set", "data.dir=" + data).out())
          .contains("process " + broker.pid());
      broker.signal("KILL");
      broker.awaitEnd();
      assertThat(installation.run("status", "--set", "data.dir=" + data).exitCode())
          .isEqualTo(3);
    }
    try (RunningScript next = installation.startBroker("--set", "data.dir=" + data)) {
      assertThat(next.lines()).isNotEmpty();
    }
  }

  @Test
  void aTakenPortIsOneLineAndACode() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Finished finished = installation.run(
          "start",
          "--set",
          "listeners.shared.enabled=true",
          "--set",
          "listeners.shared.host=127.0.0.1",
          "--set",
          "listeners.amqp.port=0",
          "--set",
          "listeners.mqtt.port=0",
          "--set",
          "listeners.http.port=0",
          "--set",
          "listeners.shared.port=" + taken.getLocalPort());
      assertThat(finished.exitCode()).isEqualTo(69);
      assertThat(finished.out()).isEmpty();
      assertThat(finished.err())
          .isEqualTo("waypost: listener shared: cannot listen on 127.0.0.1:" + taken.getLocalPort()
              + ": the address is already in use\n");
    }
    assertThat(installation.run("status").exitCode()).isEqualTo(3);
  }

  @Test
  void aFolderThatCannotBeUsedIsOneLineAndACode() throws Exception {
    Path file = Files.writeString(temp.resolve("file"), "");
    Finished data = installation.run("start", "--set", "data.dir=" + file);
    assertThat(data.exitCode()).isEqualTo(73);
    assertThat(data.err())
        .isEqualTo("waypost: the data folder " + file + " can't be used: it is a file\n");
    Finished log = installation.run("start", "--set", "log.dir=" + file.resolve("below"));
    assertThat(log.exitCode()).isEqualTo(73);
    assertThat(log.err())
        .startsWith("waypost: the log folder " + file + "/below can't be used: ")
        .hasLineCount(1);
    Finished detached = installation.run("start", "--detach", "--set", "log.dir=" + file);
    assertThat(detached.exitCode()).isEqualTo(73);
  }

  @Test
  void aMistakeInTheConfigurationIsNamedWithFileAndLine() throws Exception {
    Path file = installation.home().resolve("conf/waypost.yml");
    Files.writeString(file, "listeners:\n  amqp:\n    prot: 5672\n    port: many\n");
    Finished finished = installation.run("start");
    assertThat(finished.exitCode()).isEqualTo(78);
    assertThat(finished.err())
        .contains("waypost: " + file
            + ", line 3: listeners.amqp.prot is not a setting; did you mean listeners.amqp.port?")
        .contains("waypost: " + file
            + ", line 4: listeners.amqp.port must be a whole number from 0 to 65535, not \"many\"")
        .hasLineCount(2);
    Finished missing = installation.run("start", "--config", "none.yml");
    assertThat(missing.exitCode()).isEqualTo(78);
    assertThat(missing.err()).isEqualTo("waypost: cannot read none.yml: there is no such file\n");
    Files.delete(file);
    installation.removeAdapter("mqtt");
    assertThat(installation.run("start", "--set", "listeners.mqtt.enabled=true").err())
        .isEqualTo("waypost: --set listeners.mqtt.enabled: listeners.mqtt.enabled must be false:"
            + " there is no adapter for mqtt in lib/\n");
    assertThat(installation.run("start", "--port", "1").exitCode()).isEqualTo(64);
  }

  @Test
  void theConfigurationThatHoldsIsShownWithWhereItIsFrom() throws Exception {
    Path file = installation.home().resolve("conf/waypost.yml");
    Files.writeString(file, "listeners:\n  http:\n    port: 1\n  amqp:\n    port: 1\n");
    Finished finished = installation.run(
        Map.of("WAYPOST_LISTENERS_HTTP_PORT", "2", "WAYPOST_SECURITY_DEFAULT_PASSWORD", "hush"),
        "start",
        "--print-config",
        "--set",
        "listeners.http.host=::1");
    assertThat(finished.exitCode()).isZero();
    assertThat(finished.out())
        .contains("    port: 1 # " + file + ", line 5")
        .contains("    port: 2 # environment variable WAYPOST_LISTENERS_HTTP_PORT")
        .contains("    host: \"::1\" # --set listeners.http.host")
        .doesNotContain("hush");
  }

  @Test
  void noPasswordIsLogged() throws Exception {
    try (RunningScript broker = installation.startBroker(
        "--set", "log.level=trace", "--set", "security.default-password=s3cr3t-w0rd")) {
      broker.signal("TERM");
      broker.awaitEnd();
    }
    try (var files = Files.walk(installation.home())) {
      for (Path file : files
          .filter(each -> Files.isRegularFile(each) && !each.toString().endsWith(".jar"))
          .toList()) {
        assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
            .as(file.toString())
            .doesNotContain("s3cr3t-w0rd");
      }
    }
  }

  @Test
  void theScriptSaysWhichJavaItNeeds() throws Exception {
    Finished finished = installation.run(Map.of("JAVA_HOME", temp.toString()), "start");
    assertThat(finished.exitCode()).isEqualTo(72);
    assertThat(finished.err())
        .isEqualTo("waypost: JAVA_HOME is " + temp + ", but there is no bin/java in it\n");
  }

  @Test
  void preparedClassesAreUsedByTheNextStart() throws Exception {
    assertThat(installation.run("prepare").exitCode()).isZero();
    try (var files = Files.list(installation.home().resolve("lib"))) {
      assertThat(files.map(Path::toString)).anyMatch(file -> file.endsWith(".jsa"));
    }
    try (RunningScript broker = installation.startBroker()) {
      broker.signal("TERM");
      assertThat(broker.awaitEnd())
          .isEqualTo(new Finished(0, String.join("\n", broker.lines()), ""));
    }
  }

  @Test
  void theArchiveHoldsWhatIsNeeded() throws Exception {
    Process tar = new ProcessBuilder("tar", "-tvzf", Installation.archive().toString()).start();
    List<String> entries = tar.inputReader().lines().toList();
    assertThat(tar.waitFor()).isZero();
    for (String file :
        List.of("conf/waypost.yml", "conf/jvm.options", "systemd/waypost.service", "LICENSE")) {
      assertThat(entries).anyMatch(entry -> entry.matches(".* waypost-[^/]+/" + file));
    }
    assertThat(entries)
        .anyMatch(entry -> entry.startsWith("-rwxr-xr-x") && entry.endsWith("/bin/waypost"));
    assertThat(entries).anyMatch(entry -> entry.matches(".*/lib/waypost-distribution-.*\\.jar"));
    assertThat(entries).noneMatch(entry -> entry.endsWith(".jsa"));
  }

  private String script() {
    return installation.home().resolve("bin/waypost").toString();
  }
}
