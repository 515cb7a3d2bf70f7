package io.waypost.management.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypost.management.RunningApi;
import io.waypost.management.RunningApi.Answer;
import java.io.IOException;
import java.net.http.HttpRequest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class AuthenticationTest {
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
  void whoeverSaysNothingIsAskedForCredentials() {
    Answer answer = api.send(HttpRequest.newBuilder(), "GET", "/api/overview", null);

    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.response().headers().firstValue("WWW-Authenticate"))
        .hasValueSatisfying(challenge -> assertThat(challenge).startsWith("Basic realm="));
    assertThat(answer.json().path("error").asText()).isEqualTo("not_authorized");
  }

  @Test
  void aWrongPasswordAndAnUnknownUserLookTheSame() {
    Answer wrong = api.send("guest", "wrong", "GET", "/api/overview", null);
    Answer unknown = api.send("nobody", "guest", "GET", "/api/overview", null);

    assertThat(wrong.status()).isEqualTo(401);
    assertThat(unknown.json()).isEqualTo(wrong.json());
    assertThat(unknown.response().headers().firstValue("WWW-Authenticate")).isPresent();
  }

  @Test
  void whatIsNoBasicCredentialIsRefused() {
    for (String header : new String[] {"Basic !!!", "Basic Z3Vlc3Q=", "Bearer abc", "Basic"}) {
      Answer answer = api.send(
          HttpRequest.newBuilder().header("Authorization", header), "GET", "/api/whoami", null);
      assertThat(answer.status()).as(header).isEqualTo(401);
    }
  }

  @Test
  void aPasswordMayHoldColonsAndAnyLetters() {
    api.put("/api/users/zoë", "{\"password\": \"a:b:ü\", \"tags\": \"management\"}");

    assertThat(api.send("zoë", "a:b:ü", "GET", "/api/whoami", null)
            .json()
            .path("name")
            .asText())
        .isEqualTo("zoë");
  }

  @Test
  void aUserWithoutATagMayNotUseTheApiAndIsNotAskedAgain() {
    api.user("plain", "");

    Answer answer = api.send("plain", "plain", "GET", "/api/whoami", null);

    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.json().path("error").asText()).isEqualTo("not_authorised");
    assertThat(answer.response().headers().firstValue("WWW-Authenticate")).isEmpty();
  }

  @Test
  void whoAmITellsNameAndTags() {
    Answer answer = api.get("/api/whoami");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().toString())
        .isEqualTo("{\"name\":\"guest\",\"tags\":[\"administrator\"]}");
  }

  @Test
  void theLivenessProbeNeedsNoCredentials() {
    Answer answer = api.send(HttpRequest.newBuilder(), "GET", "/healthz", null);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().path("status").asText()).isEqualTo("ok");
  }

  @Test
  void administrationIsForAdministrators() {
    api.user("watcher", "monitoring");

    assertThat(api.send("watcher", "watcher", "GET", "/api/nodes", null).status())
        .isEqualTo(200);
    for (String path : new String[] {"/api/users", "/api/permissions", "/api/topic-permissions"}) {
      assertThat(api.send("watcher", "watcher", "GET", path, null).status())
          .as(path)
          .isEqualTo(401);
    }
    assertThat(api.send("watcher", "watcher", "PUT", "/api/vhosts/more", "{}").status())
        .isEqualTo(401);
    assertThat(api.send("watcher", "watcher", "DELETE", "/api/vhosts/%2F", null).status())
        .isEqualTo(401);
  }

  @Test
  void usersWithoutTheMonitoringTagSeeOnlyWhatTheyMayEnter() {
    api.user("worker", "management");
    api.put("/api/vhosts/secret", "{}");
    api.put(
        "/api/permissions/secret/guest", "{\"configure\":\".*\",\"write\":\".*\",\"read\":\".*\"}");
    api.put("/api/queues/secret/hidden", "{}");
    api.put("/api/queues/%2F/open", "{}");

    assertThat(api.send("worker", "worker", "GET", "/api/vhosts", null)
            .json()
            .findValuesAsText("name"))
        .containsExactly("/");
    assertThat(api.send("worker", "worker", "GET", "/api/queues", null)
            .json()
            .findValuesAsText("name"))
        .contains("open")
        .doesNotContain("hidden");
    assertThat(api.send("worker", "worker", "GET", "/api/queues/secret", null).status())
        .isEqualTo(401);
    assertThat(api.send("worker", "worker", "GET", "/api/nodes", null).status()).isEqualTo(401);
    assertThat(api.send("worker", "worker", "GET", "/api/overview", null).json().has("listeners"))
        .isFalse();
  }
}
