package io.waypost.management.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypost.management.RunningApi;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code waypost routes}. */
class RouteCommandsTest {
  private final RunningApi api;

  RouteCommandsTest() throws IOException {
    api = RunningApi.start();
  }

  @BeforeEach
  void declare() {
    api.put("/api/exchanges/%2F/telemetry", "{\"type\": \"topic\"}");
    api.put("/api/queues/%2F/readings", "{}");
    api.post("/api/bindings/%2F/e/telemetry/q/readings", "{\"routing_key\": \"temp.#\"}");
  }

  @AfterEach
  void stop() {
    api.close();
  }

  private String done(String... words) {
    CommandLineRun run = CommandLineRun.at(api.url(), words);
    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    return run.out();
  }

  private String refused(String... words) {
    CommandLineRun run = CommandLineRun.at(api.url(), words);
    assertThat(run.exitCode()).isEqualTo(1);
    return run.err();
  }

  @Test
  void everyPartOfARuleHasAnOption() {
    assertThat(done(
            "routes",
            "declare",
            "whole",
            "--protocol=mqtt",
            "--protocol=stomp",
            "--exchange=amq.topic",
            "--key=sensors.{site}.#",
            "--client=dev-*",
            "--publisher=sensor",
            "--to-exchange=telemetry",
            "--to-key=temp.{site}",
            "--copy",
            "--header=site={site}",
            "--persistent=true",
            "--expiry=10m"))
        .isEqualTo("declared route whole\n");
    assertThat(api.get("/api/routes/%2F/whole").response().body())
        .contains("\"match\":{\"protocol\":[\"mqtt\",\"stomp\"],\"exchange\":\"amq.topic\","
            + "\"key\":\"sensors.{site}.#\",\"client\":[\"dev-*\"],\"user\":[\"sensor\"]},"
            + "\"to\":{\"exchange\":\"telemetry\",\"key\":\"temp.{site}\"},\"copy\":true,"
            + "\"headers\":{\"site\":\"{site}\"},\"persistent\":true,\"expiry\":\"10m\"");
    assertThat(done("declare", "route", "other", "--topic=a/{x}", "--to-topic=b/{x}"))
        .isEqualTo("declared route other\n");
    assertThat(done("routes", "list")).contains("VHOST", "whole", "other");
    assertThat(done("list", "routes", "name", "matched")).isEqualTo("""
            NAME   MATCHED
            other        0
            whole        0
            """);
    assertThat(done("routes", "list", "--json")).startsWith("[{\"vhost\":\"/\"");
    assertThat(done("delete", "route", "other")).isEqualTo("deleted route other\n");
    assertThat(done("routes", "delete", "whole")).isEqualTo("deleted route whole\n");
    assertThat(refused("routes", "delete", "whole"))
        .isEqualTo("waypost: no route 'whole' in vhost '/'\n");
  }

  @Test
  void aRefusedRuleIsToldWithTheReason() {
    assertThat(refused("routes", "declare", "r", "--topic=a", "--to-key=k.{y}"))
        .startsWith("waypost: to.key: {y} stands for nothing");
    assertThat(refused("routes", "declare", "r", "--to-key=k"))
        .startsWith("waypost: match: must say what is matched");
    assertThat(refused("routes", "declare", "test", "--topic=a", "--to-topic=b"))
        .startsWith("waypost: \"test\" is no name for a route");
  }

  @Test
  void aTestTellsWhereAndWhy() {
    done(
        "routes",
        "declare",
        "temperatures",
        "--topic=sensors/{site}/{device}/temp",
        "--to-exchange=telemetry",
        "--to-key=temp.{site}",
        "--header=site={site}");
    done("routes", "declare", "archive", "--protocol=amqp", "--to-exchange=archive", "--copy");

    assertThat(done("routes", "test", "sensors/a/b/temp")).isEqualTo("""
            published to exchange amq.topic, key sensors.a.b.temp (topic sensors/a/b/temp) by mqtt, user guest
            route archive does not match: the protocol is mqtt, not amqp
            route temperatures moves it to exchange telemetry, key temp.a (topic temp/a) with headers {site=a}: readings
            does not go to its own address
            in the end it reaches readings
            """);
    assertThat(done("routes", "test", "--key=readings", "--client=c", "--publisher=ann"))
        .isEqualTo("""
            published to exchange amq.default, key readings by amqp, client c, user ann
            route archive copies it to exchange archive, key readings: there is no such exchange, so it has no effect
            route temperatures does not match: the exchange is amq.default, not amq.topic
            goes to its own address: readings
            in the end it reaches readings
            """);
    assertThat(done("routes", "test", "--exchange=none", "--key=k", "--protocol=stomp"))
        .isEqualTo("""
            published to exchange none, key k by stomp, user guest
            route archive does not match: the protocol is stomp, not amqp
            route temperatures does not match: the exchange is none, not amq.topic
            refused: no exchange 'none' in vhost '/'
            """);
    assertThat(done("routes", "test", "a", "--json")).startsWith("{\"exchange\":\"amq.topic\"");
    assertThat(refused("routes", "test")).contains("the body needs a \"topic\" or a \"key\"");
    assertThat(refused("routes", "test", "a/+")).contains("is no topic that can be published to");
  }
}
