package io.waypost.management.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.waypost.broker.Broker;
import io.waypost.engine.BrokerSettings;
import io.waypost.management.RunningApi;
import io.waypost.management.RunningApi.Answer;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class OverviewAndHealthTest {
  private static RunningApi api;

  @BeforeAll
  static void start() throws IOException {
    BrokerSettings settings = new BrokerSettings(
        new Broker.Limits(1_000_000, "/", 100),
        500_000,
        "guest",
        "guest",
        Set.of("guest"),
        Duration.ofSeconds(1));
    api = RunningApi.start(settings);
  }

  @AfterAll
  static void stop() {
    api.close();
  }

  @Test
  void theOverviewTellsWhatThereIs() {
    JsonNode overview = api.get("/api/overview").json();

    assertThat(overview.path("product_name").asText()).isEqualTo("Waypost");
    assertThat(overview.path("product_version").asText()).isEqualTo("1.2.3");
    assertThat(overview.path("rabbitmq_version").asText()).isEqualTo("4.2.0");
    assertThat(overview.path("node").asText()).isEqualTo("waypost@here");
    assertThat(overview.path("uptime").asLong(-1)).isNotNegative();
    assertThat(overview.path("object_totals").path("exchanges").asInt()).isPositive();
    assertThat(overview.path("exchange_types").findValuesAsText("name")).contains("topic");
    assertThat(overview.path("listeners").path(0).toString())
        .isEqualTo("{\"node\":\"waypost@here\",\"protocol\":\"amqp\",\"ip_address\":\"127.0.0.1\","
            + "\"port\":5672}");
  }

  @Test
  void theNodeTellsWhatItUses() {
    JsonNode node = api.get("/api/nodes/waypost@here").json();

    assertThat(node.path("running").asBoolean()).isTrue();
    assertThat(node.path("mem_limit").asLong()).isEqualTo(500_000);
    assertThat(node.path("os_pid").asText())
        .isEqualTo(Long.toString(ProcessHandle.current().pid()));
    assertThat(api.get("/api/nodes").json().findValuesAsText("name"))
        .containsExactly("waypost@here");
    assertThat(api.get("/api/nodes/other").status()).isEqualTo(404);
  }

  @Test
  void checksTellWhatListens() {
    assertThat(api.get("/api/health/checks/port-listener/5672").status()).isEqualTo(200);
    assertThat(api.get("/api/health/checks/port-listener/1").status()).isEqualTo(503);
    assertThat(api.get("/api/health/checks/protocol-listener/amqp").status()).isEqualTo(200);
    assertThat(api.get("/api/health/checks/protocol-listener/mqtt").status()).isEqualTo(503);
    assertThat(api.get("/api/health/checks/virtual-hosts").status()).isEqualTo(200);
  }

  @Test
  void aCertificateThatExpiresWithinTheTimeFailsTheCheck() {
    String check = "/api/health/checks/certificate-expiration/";
    assertThat(api.get(check + "19/days").status()).isEqualTo(200);
    assertThat(api.get(check + "2/weeks").status()).isEqualTo(200);
    assertThat(api.get(check + "21/days").status()).isEqualTo(503);
    assertThat(api.get(check + "3/weeks").status()).isEqualTo(503);
    assertThat(api.get(check + "1/months").status()).isEqualTo(503);
    assertThat(api.get(check + "1/years").json().path("reason").asText())
        .startsWith("a certificate expires at ");
    assertThat(api.get(check + "some/days").status()).isEqualTo(400);
    assertThat(api.get(check + "1/fortnights").status()).isEqualTo(400);
  }

  @Test
  void theMemoryAlarmFailsTheCheckAndStopsPublishing() {
    assertThat(api.get("/api/aliveness-test/%2F").json().path("status").asText())
        .isEqualTo("ok");
    assertThat(api.get("/api/health/checks/alarms").json().toString())
        .isEqualTo("{\"status\":\"ok\"}");
    api.put("/api/queues/%2F/heavy", "{}");
    String message = "{\"routing_key\":\"heavy\",\"payload\":\"" + "x".repeat(600_000) + "\"}";
    assertThat(api.post("/api/exchanges/%2F/amq.default/publish", message).status())
        .isEqualTo(200);

    Answer check = api.get("/api/health/checks/alarms");

    assertThat(check.status()).isEqualTo(503);
    assertThat(check.json().path("status").asText()).isEqualTo("failed");
    assertThat(api.get("/api/nodes/waypost@here").json().path("mem_alarm").asBoolean())
        .isTrue();
    assertThat(api.post("/api/exchanges/%2F/amq.default/publish", message).status())
        .isEqualTo(503);
    api.delete("/api/queues/%2F/heavy/contents");
    assertThat(api.get("/api/health/checks/local-alarms").status()).isEqualTo(200);
  }

  @Test
  void aMessageBeyondTheBrokersLimitIsABadRequest() {
    Answer answer = api.post(
        "/api/exchanges/%2F/amq.topic/publish",
        "{\"routing_key\":\"k\",\"payload\":\"" + "x".repeat(1_000_001) + "\"}");

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.reason()).contains("1000001").contains("1000000");
  }
}
