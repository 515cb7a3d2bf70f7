package io.waypost.systemtests.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.waypost.systemtests.Prerequisite;
import io.waypost.systemtests.Program;
import io.waypost.systemtests.WaypostProcess;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Clients of other languages find the broker that they expect. */
class InteropIT {
  private static WaypostProcess broker;

  @BeforeAll
  static void start(@TempDir Path folder) {
    broker = WaypostProcess.start(folder);
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  @Test
  void everyClientHasTests() {
    assertThat(Client.ALL).allSatisfy(client -> assertThat(client.programs()).isNotEmpty());
  }

  static Stream<Arguments> programs() {
    return Client.ALL.stream()
        .flatMap(client -> client.programs().stream().map(program -> arguments(client, program)));
  }

  @ParameterizedTest
  @MethodSource("programs")
  void theTestsOfAClientPass(Client client, String program) {
    Optional<List<String>> command = client.command(program);
    Prerequisite.check(command.isPresent(), "the client " + client);
    Map<String, String> environment = Map.of(
        "AMQP_HOST",
        "127.0.0.1",
        "AMQP_PORT",
        Integer.toString(broker.port("amqp")),
        "MQTT_HOST",
        "127.0.0.1",
        "MQTT_PORT",
        Integer.toString(broker.port("mqtt")),
        "BROKER_HOST",
        "127.0.0.1",
        "STOMP_PORT",
        Integer.toString(broker.port("stomp")),
        "HTTP_PORT",
        Integer.toString(broker.port("http")),
        "PYTHONDONTWRITEBYTECODE",
        "yes");
    try (Program tests = Program.start(client.folder(), environment, command.orElseThrow())) {
      int exitCode = tests.awaitExit();
      assertThat(tests.output()).containsPattern(client.success());
      assertThat(exitCode).as(tests.output()).isZero();
    }
  }
}
