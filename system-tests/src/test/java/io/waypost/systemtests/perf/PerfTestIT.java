package io.waypost.systemtests.perf;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypost.systemtests.Program;
import io.waypost.systemtests.WaypostProcess;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(Lifecycle.PER_CLASS)
class PerfTestIT {
  private final Path folder;
  private final WaypostProcess broker;

  PerfTestIT(@TempDir Path folder) {
    this.folder = folder;
    this.broker = WaypostProcess.start(folder);
  }

  @AfterAll
  void stop() {
    broker.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--autoack --size 16",
        "--flag persistent --confirm 100 --qos 100 --size 1024",
        "--producers 4 --consumers 4 --autoack",
        "--multi-ack-every 100 --qos 500",
        "--qos 1",
        "--variable-rate 100:1 --variable-rate 1000:1 --autoack",
        "--flag persistent --flag mandatory --confirm 50 --auto-delete false --queue-args x-max-priority=5",
        "--queue-pattern perf-%d --queue-pattern-from 1 --queue-pattern-to 4 --producers 4 --consumers 4 --qos 50",
        "--type topic --routing-key a.b --consumers 2 --autoack",
      })
  void runs(String scenario) {
    List<String> command = new ArrayList<>(List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xmx256m",
        "-cp",
        System.getProperty("java.class.path"),
        "com.rabbitmq.perf.PerfTest",
        "--uri",
        "amqp://guest:guest@127.0.0.1:" + broker.port("amqp"),
        "--time",
        "2"));
    command.addAll(List.of(scenario.split(" ")));
    try (Program perfTest = Program.start(folder, Map.of(), command)) {
      assertThat(perfTest.awaitExit()).as(perfTest.output()).isZero();
      assertThat(perfTest.output())
          .contains("sending rate avg:")
          .contains("receiving rate avg:")
          .doesNotContainPattern("receiving rate avg: 0 ")
          .doesNotContainIgnoringCase("exception")
          .doesNotContain("returned: 1");
    }
  }
}
