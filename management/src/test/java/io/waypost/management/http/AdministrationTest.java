package io.waypost.management.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.waypost.management.RunningApi;
import io.waypost.management.RunningApi.Answer;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class AdministrationTest {
  private static final String ALL = "{\"configure\":\".*\",\"write\":\".*\",\"read\":\".*\"}";

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
  void virtualHostsComeAndGo() {
    assertThat(api.put("/api/vhosts/shop", "{\"description\": \"sells\"}").status())
        .isEqualTo(201);
    assertThat(api.put("/api/vhosts/shop", "{\"description\": \"sells\"}").status())
        .isEqualTo(204);
    assertThat(api.get("/api/vhosts/shop").json().path("description").asText()).isEqualTo("sells");
    assertThat(api.get("/api/vhosts").json().findValuesAsText("name")).contains("/", "shop");
    assertThat(api.delete("/api/vhosts/shop").status()).isEqualTo(204);
    assertThat(api.delete("/api/vhosts/shop").status()).isEqualTo(404);
    assertThat(api.get("/api/vhosts/shop").status()).isEqualTo(404);
  }

  @Test
  void aVirtualHostTellsHowManyMessagesItHolds() {
    api.put("/api/vhosts/counted", "{}");
    api.put("/api/permissions/counted/guest", ALL);
    api.put("/api/queues/counted/q", "{}");
    api.post(
        "/api/exchanges/counted/amq.default/publish", "{\"routing_key\":\"q\",\"payload\":\"x\"}");

    assertThat(api.get("/api/vhosts/counted").json().path("messages_ready").asInt())
        .isEqualTo(1);
  }

  @Test
  void usersComeChangeAndGo() {
    assertThat(
            api.put("/api/users/ann", "{\"password\":\"one\",\"tags\":\"management, monitoring\"}")
                .status())
        .isEqualTo(201);
    JsonNode user = api.get("/api/users/ann").json();
    assertThat(user.path("tags").toString()).isEqualTo("[\"management\",\"monitoring\"]");
    assertThat(user.path("password_hash").asText())
        .matches("bcrypt:[$]2b[$]\\d\\d[$][./A-Za-z0-9]{53}");
    assertThat(api.send("ann", "one", "GET", "/api/whoami", null).status()).isEqualTo(200);

    assertThat(api.put("/api/users/ann", "{\"password\":\"two\",\"tags\":[\"management\"]}")
            .status())
        .isEqualTo(204);
    assertThat(api.send("ann", "one", "GET", "/api/whoami", null).status()).isEqualTo(401);
    assertThat(api.send("ann", "two", "GET", "/api/whoami", null).status()).isEqualTo(200);

    assertThat(api.put("/api/users/ann", "{\"tags\":\"\"}").status()).isEqualTo(204);
    assertThat(api.get("/api/users/ann").json().path("tags")).isEmpty();
    assertThat(api.delete("/api/users/ann").status()).isEqualTo(204);
    assertThat(api.delete("/api/users/ann").status()).isEqualTo(404);
  }

  @Test
  void aUserNeedsTagsAndAPasswordInClear() {
    assertThat(api.put("/api/users/bad", "{\"password\":\"x\"}").reason()).contains("tags");
    assertThat(api.put("/api/users/bad", "{\"password\":\"x\",\"tags\":5}").status())
        .isEqualTo(400);
    assertThat(api.put("/api/users/bad", "{\"password_hash\":\"aGFzaA==\",\"tags\":\"\"}")
            .status())
        .isEqualTo(400);
    assertThat(api.get("/api/users/bad").status()).isEqualTo(404);
  }

  @Test
  void aUserWithoutAPasswordCannotLogIn() {
    assertThat(api.put("/api/users/mute", "{\"password_hash\":\"\",\"tags\":\"management\"}")
            .status())
        .isEqualTo(201);

    assertThat(api.send("mute", "", "GET", "/api/whoami", null).status()).isEqualTo(401);
  }

  @Test
  void permissionsAreSetShownAndTaken() {
    api.put("/api/users/bob", "{\"password\":\"bob\",\"tags\":\"management\"}");
    assertThat(api.get("/api/users/without-permissions").json().findValuesAsText("name"))
        .contains("bob")
        .doesNotContain("guest");
    String path = "/api/permissions/%2F/bob";

    assertThat(api.get(path).status()).isEqualTo(404);
    assertThat(api.put(path, "{\"configure\":\"^a\",\"write\":\"^b\",\"read\":\"\"}")
            .status())
        .isEqualTo(201);
    assertThat(api.put(path, "{\"configure\":\"^a\",\"write\":\"^b\",\"read\":\"\"}")
            .status())
        .isEqualTo(204);

    String entry =
        "{\"user\":\"bob\",\"vhost\":\"/\",\"configure\":\"^a\",\"write\":\"^b\",\"read\":\"\"}";
    assertThat(api.get(path).json().toString()).isEqualTo(entry);
    assertThat(api.get("/api/users/bob/permissions").json().toString())
        .isEqualTo("[" + entry + "]");
    assertThat(api.get("/api/vhosts/%2F/permissions").json().findValuesAsText("user"))
        .contains("bob", "guest");
    assertThat(api.get("/api/permissions").json().findValuesAsText("user")).contains("bob");
    assertThat(api.delete(path).status()).isEqualTo(204);
    assertThat(api.delete(path).status()).isEqualTo(404);
  }

  @Test
  void permissionsAreThreeValidExpressions() {
    assertThat(api.put("/api/permissions/%2F/guest", "{\"configure\":\"\"}").status())
        .isEqualTo(400);
    assertThat(api.put(
                "/api/permissions/%2F/guest", "{\"configure\":\"(\",\"write\":\"\",\"read\":\"\"}")
            .status())
        .isEqualTo(400);
    assertThat(api.put("/api/permissions/%2F/nobody", ALL).status()).isEqualTo(404);
    assertThat(api.put("/api/permissions/nowhere/guest", ALL).status()).isEqualTo(404);
  }

  @Test
  void topicPermissionsAreSetShownAndTaken() {
    api.put("/api/users/tom", "{\"password\":\"tom\",\"tags\":\"\"}");
    String path = "/api/topic-permissions/%2F/tom";
    String json = "{\"exchange\":\"amq.topic\",\"write\":\"^a\",\"read\":\"^b\"}";

    assertThat(api.put(path, json).status()).isEqualTo(201);
    assertThat(api.put(path, json).status()).isEqualTo(204);
    assertThat(api.get(path).json().toString())
        .isEqualTo("[{\"user\":\"tom\",\"vhost\":\"/\",\"exchange\":\"amq.topic\","
            + "\"write\":\"^a\",\"read\":\"^b\"}]");
    assertThat(api.get("/api/users/tom/topic-permissions").json()).hasSize(1);
    assertThat(api.get("/api/vhosts/%2F/topic-permissions").json()).isNotEmpty();
    assertThat(api.delete(path + "/other").status()).isEqualTo(404);
    assertThat(api.delete(path + "/amq.topic").status()).isEqualTo(204);
    assertThat(api.delete(path).status()).isEqualTo(404);
  }

  @Test
  void policiesApplyAtOnceAndAreTakenBack() {
    api.put("/api/queues/%2F/limited", "{}");
    String path = "/api/policies/%2F/limits";
    String json = "{\"pattern\":\"^limited$\",\"apply-to\":\"queues\",\"priority\":3,"
        + "\"definition\":{\"max-length\":7}}";

    assertThat(api.put(path, json).status()).isEqualTo(201);
    assertThat(api.put(path, json).status()).isEqualTo(204);

    assertThat(api.get(path).json().toString())
        .isEqualTo(
            "{\"vhost\":\"/\",\"name\":\"limits\",\"pattern\":\"^limited$\",\"apply-to\":\"queues\","
                + "\"definition\":{\"max-length\":7},\"priority\":3}");
    await().untilAsserted(() -> {
      JsonNode queue = api.get("/api/queues/%2F/limited").json();
      assertThat(queue.path("policy").asText()).isEqualTo("limits");
      assertThat(queue.path("effective_policy_definition").toString())
          .isEqualTo("{\"max-length\":7}");
    });
    assertThat(api.get("/api/policies").json().findValuesAsText("name")).contains("limits");
    assertThat(api.get("/api/policies/%2F").json().findValuesAsText("name")).contains("limits");
    assertThat(api.delete(path).status()).isEqualTo(204);
    assertThat(api.delete(path).status()).isEqualTo(404);
  }

  @Test
  void operatorPoliciesLiveBesideTheOthers() {
    String json = "{\"pattern\":\".*\",\"apply-to\":\"queues\",\"definition\":{\"max-length\":9}}";

    assertThat(api.put("/api/operator-policies/%2F/cap", json).status()).isEqualTo(201);

    assertThat(api.get("/api/policies/%2F/cap").status()).isEqualTo(404);
    assertThat(api.get("/api/operator-policies/%2F/cap").status()).isEqualTo(200);
    assertThat(api.delete("/api/operator-policies/%2F/cap").status()).isEqualTo(204);
  }

  @Test
  void policiesAreForPolicymakers() {
    api.user("pat", "policymaker");
    api.user("max", "management");
    String json = "{\"pattern\":\"^pat\",\"definition\":{\"max-length\":9}}";

    assertThat(api.send("pat", "pat", "PUT", "/api/policies/%2F/pats", json).status())
        .isEqualTo(201);
    Answer refused = api.send("max", "max", "PUT", "/api/policies/%2F/maxs", json);
    assertThat(refused.status()).isEqualTo(401);
    assertThat(api.send("pat", "pat", "PUT", "/api/operator-policies/%2F/pats", json)
            .status())
        .isEqualTo(401);
  }

  @Test
  void aPolicyNeedsAPatternAndADefinition() {
    assertThat(api.put("/api/policies/%2F/bad", "{\"definition\":{}}").reason())
        .contains("pattern");
    assertThat(api.put("/api/policies/%2F/bad", "{\"pattern\":\"x\"}").reason())
        .contains("definition");
    assertThat(api.put(
                "/api/policies/%2F/bad",
                "{\"pattern\":\"x\",\"apply-to\":\"streams\",\"definition\":{\"max-length\":9}}")
            .status())
        .isEqualTo(400);
    assertThat(api.put(
                "/api/policies/%2F/bad", "{\"pattern\":\"(\",\"definition\":{\"max-length\":9}}")
            .status())
        .isEqualTo(400);
  }
}
