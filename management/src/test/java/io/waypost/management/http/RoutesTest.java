package io.waypost.management.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypost.management.RunningApi;
import io.waypost.management.RunningApi.Answer;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rules that have messages go elsewhere, through the API. */
class RoutesTest {
  private static final String RULE = "{\"match\": {\"topic\": \"sensors/{site}/{device}/temp\"},"
      + " \"to\": {\"exchange\": \"telemetry\", \"key\": \"temp.{site}\"}}";

  private final RunningApi api;

  RoutesTest() throws IOException {
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

  private Answer publish(String key) {
    return api.post(
        "/api/exchanges/%2F/amq.topic/publish",
        "{\"routing_key\": \"" + key + "\", \"payload\": \"21\"}");
  }

  @Test
  void aRuleIsDeclaredShownChangedAndDeleted() {
    assertThat(api.get("/api/routes").json().size()).isZero();
    assertThat(api.put("/api/routes/%2F/temperatures", RULE).status()).isEqualTo(201);
    assertThat(publish("sensors.a.b.temp").json().path("routed").asBoolean()).isTrue();

    Answer one = api.get("/api/routes/%2F/temperatures");
    assertThat(one.response().body())
        .isEqualTo("{\"vhost\":\"/\",\"name\":\"temperatures\",\"source\":\"api\","
            + "\"match\":{\"topic\":\"sensors/{site}/{device}/temp\"},"
            + "\"to\":{\"exchange\":\"telemetry\",\"key\":\"temp.{site}\"},\"copy\":false,"
            + "\"matched\":1,\"unroutable\":0}");
    assertThat(api.get("/api/routes").json().get(0)).isEqualTo(one.json());
    assertThat(api.get("/api/routes/%2F").json().get(0)).isEqualTo(one.json());

    // What was got may be given back.
    String changed = one.response().body().replace("\"copy\":false", "\"copy\":true");
    assertThat(api.put("/api/routes/%2F/temperatures", changed).status()).isEqualTo(204);
    assertThat(api.get("/api/routes/%2F/temperatures").json().path("copy").asBoolean())
        .isTrue();

    assertThat(api.delete("/api/routes/%2F/temperatures").status()).isEqualTo(204);
    assertThat(api.delete("/api/routes/%2F/temperatures").status()).isEqualTo(404);
    assertThat(api.get("/api/routes/%2F/temperatures").status()).isEqualTo(404);
    assertThat(publish("sensors.a.b.temp").json().path("routed").asBoolean()).isFalse();
  }

  @Test
  void everythingThatARuleSaysIsShown() {
    String whole = "{\"match\":{\"protocol\":[\"mqtt\",\"http\"],\"exchange\":\"amq.default\","
        + "\"key\":\"a.*.{x#}\",\"client\":\"c*\",\"user\":\"u\"},"
        + "\"to\":{\"topic\":\"t/{x}\"},\"copy\":true,\"headers\":{\"n\":1,\"t\":\"{x}\"},"
        + "\"persistent\":true,\"expiry\":\"10s\"}";
    assertThat(api.put("/api/routes/%2F/whole", whole).status()).isEqualTo(201);
    assertThat(api.get("/api/routes/%2F/whole").response().body())
        .contains(whole.substring(1, whole.length() - 1));
  }

  @Test
  void whatCannotBeUsedIsRefusedWithTheReason() {
    assertThat(refused("{}")).startsWith("match: must say what is matched");
    assertThat(refused(RULE.replace("temp.{site}", "temp.{sit}")))
        .startsWith("to.key: {sit} stands for nothing; known are site, device, client");
    assertThat(refused(RULE.replace("temp.{site}", "temp.#")))
        .startsWith("to.key: # is a wildcard");
    assertThat(refused(RULE.replace("\"to\"", "\"too\""))).startsWith("too: there is no such key");
    assertThat(refused("[]")).startsWith("the body is not the expected JSON");
    assertThat(api.put("/api/routes/%2F/test", RULE).status()).isEqualTo(405);
    assertThat(api.put("/api/routes/none/r", RULE).status()).isEqualTo(404);
    assertThat(api.get("/api/routes").json().size()).isZero();
  }

  private String refused(String body) {
    Answer answer = api.put("/api/routes/%2F/r", body);
    assertThat(answer.status()).isEqualTo(400);
    return answer.reason();
  }

  @Test
  void policymakersMayChangeWhatManagementUsersSee() {
    api.user("maker", "policymaker");
    api.user("viewer", "management");
    assertThat(api.send("viewer", "viewer", "PUT", "/api/routes/%2F/r", RULE).status())
        .isEqualTo(401);
    assertThat(api.send("maker", "maker", "PUT", "/api/routes/%2F/r", RULE).status())
        .isEqualTo(201);
    assertThat(api.send("viewer", "viewer", "GET", "/api/routes/%2F/r", null).status())
        .isEqualTo(200);
    assertThat(api.send("viewer", "viewer", "DELETE", "/api/routes/%2F/r", null).status())
        .isEqualTo(401);
    api.put("/api/vhosts/other", "{}");
    assertThat(api.send("viewer", "viewer", "GET", "/api/routes/other", null).status())
        .isEqualTo(401);
    assertThat(api.send("viewer", "viewer", "POST", "/api/routes/other/test", "{\"key\": \"k\"}")
            .status())
        .isEqualTo(401);
  }

  @Test
  void aTestTellsWhereAMessageWouldGo() {
    api.put("/api/routes/%2F/temperatures", RULE);
    api.put(
        "/api/routes/%2F/archive",
        "{\"match\": {\"protocol\": \"amqp\"}, \"to\": {\"exchange\": \"archive\"}}");
    assertThat(test("{\"topic\": \"sensors/a/b/temp\"}").response().body())
        .isEqualTo("{\"exchange\":\"amq.topic\",\"key\":\"sensors.a.b.temp\","
            + "\"topic\":\"sensors/a/b/temp\",\"protocol\":\"mqtt\",\"client\":\"\","
            + "\"user\":\"guest\",\"published\":false,\"own_queues\":[],\"rules\":["
            + "{\"name\":\"archive\",\"source\":\"api\",\"matches\":false,"
            + "\"reason\":\"the protocol is mqtt, not amqp\",\"copy\":false},"
            + "{\"name\":\"temperatures\",\"source\":\"api\",\"matches\":true,\"copy\":false,"
            + "\"exchange\":\"telemetry\",\"key\":\"temp.a\",\"topic\":\"temp/a\",\"headers\":{},"
            + "\"exchange_exists\":true,\"queues\":[\"readings\"]}],\"queues\":[\"readings\"]}");
    Answer queue = test("{\"key\": \"readings\", \"user\": \"u\", \"client\": \"c\"}");
    assertThat(queue.json().path("published").asBoolean()).isTrue();
    assertThat(queue.json().path("exchange").asText()).isEqualTo("amq.default");
    assertThat(queue.json().path("own_queues").path(0).asText()).isEqualTo("readings");
    assertThat(queue.json().path("rules").path(0).path("exchange_exists").asBoolean())
        .isFalse();
    Answer missing = test("{\"exchange\": \"none\", \"key\": \"readings\"}");
    assertThat(missing.json().path("refused").asText())
        .isEqualTo("no exchange 'none' in vhost '/'");
  }

  @Test
  void aTestOfNothingIsRefused() {
    assertThat(test("{}").reason()).isEqualTo("the body needs a \"topic\" or a \"key\"");
    assertThat(test("{\"key\": \"k\", \"topic\": \"t\"}").status()).isEqualTo(400);
    assertThat(test("{\"topic\": \"a/#\"}").reason()).contains("is no topic that can be published");
    assertThat(test("{\"topic\": \"a\", \"protocol\": \"mqt\"}").reason())
        .startsWith("there is no protocol \"mqt\"");
    assertThat(api.post("/api/routes/none/test", "{\"key\": \"k\"}").status()).isEqualTo(404);
  }

  private Answer test(String body) {
    return api.post("/api/routes/%2F/test", body);
  }
}
