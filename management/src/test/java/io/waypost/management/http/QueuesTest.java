package io.waypost.management.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.waypost.management.RunningApi;
import io.waypost.management.RunningApi.Answer;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class QueuesTest {
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
  void declaringSaysWhetherTheQueueIsNew() {
    String json = "{\"durable\": true, \"arguments\": {\"x-max-length\": 5}}";

    assertThat(api.put("/api/queues/%2F/fresh", json).status()).isEqualTo(201);
    assertThat(api.put("/api/queues/%2F/fresh", json).status()).isEqualTo(204);
  }

  @Test
  void aQueueIsShownByTheNamesThatClientsKnow() {
    api.put(
        "/api/queues/%2F/shown",
        "{\"durable\": false, \"auto_delete\": true, \"arguments\": {\"x-max-length\": 5}}");

    JsonNode queue = api.get("/api/queues/%2F/shown").json();

    assertThat(queue.path("name").asText()).isEqualTo("shown");
    assertThat(queue.path("vhost").asText()).isEqualTo("/");
    assertThat(queue.path("durable").asBoolean(true)).isFalse();
    assertThat(queue.path("auto_delete").asBoolean()).isTrue();
    assertThat(queue.path("arguments").path("x-max-length").asInt()).isEqualTo(5);
    assertThat(queue.path("messages_ready").asInt(-1)).isZero();
    assertThat(queue.path("policy").isNull()).isTrue();
    assertThat(queue.path("consumer_details").isArray()).isTrue();
  }

  @Test
  void noBodyAtAllDeclaresADurableQueue() {
    assertThat(api.put("/api/queues/%2F/bare", null).status()).isEqualTo(201);

    assertThat(api.get("/api/queues/%2F/bare").json().path("durable").asBoolean())
        .isTrue();
  }

  @Test
  void otherPropertiesThanBeforeAreABadRequest() {
    api.put("/api/queues/%2F/fixed", "{\"durable\": true}");

    Answer answer = api.put("/api/queues/%2F/fixed", "{\"durable\": false}");

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().path("error").asText()).isEqualTo("bad_request");
    assertThat(answer.reason()).contains("inequivalent arg 'durable' for queue 'fixed'");
  }

  @Test
  void invalidArgumentsAreABadRequest() {
    assertThat(api.put("/api/queues/%2F/odd", "{\"arguments\": {\"x-message-ttl\": -1}}")
            .status())
        .isEqualTo(400);
    assertThat(api.put("/api/queues/%2F/odd", "{\"exclusive\": true}").status()).isEqualTo(400);
    assertThat(api.put("/api/queues/%2F/odd", "{\"durable\": \"perhaps\"}").status())
        .isEqualTo(400);
    assertThat(api.get("/api/queues/%2F/odd").status()).isEqualTo(404);
  }

  @Test
  void namesMayHoldSlashesSpacesAndAnyLetters() {
    String path = "/api/queues/%2F/a%2Fb%20c%2Bd+e%25%C3%BC";

    assertThat(api.put(path, "{}").status()).isEqualTo(201);

    assertThat(api.get(path).json().path("name").asText()).isEqualTo("a/b c+d+e%ü");
    assertThat(api.delete(path).status()).isEqualTo(204);
  }

  @Test
  void aNameThatNoProtocolCouldCarryIsRefused() {
    assertThat(api.put("/api/queues/%2F/" + "x".repeat(256), "{}").status()).isEqualTo(400);
    assertThat(api.put("/api/queues/%2F/" + "%C3%BC".repeat(128), "{}").status())
        .isEqualTo(400);
    assertThat(api.put("/api/queues/%2F/" + "x".repeat(255), "{}").status()).isEqualTo(201);
  }

  @Test
  void whatIsNotThereIsNotFound() {
    assertThat(api.get("/api/queues/%2F/none").status()).isEqualTo(404);
    assertThat(api.delete("/api/queues/%2F/none").status()).isEqualTo(404);
    assertThat(api.delete("/api/queues/%2F/none/contents").status()).isEqualTo(404);
    assertThat(api.get("/api/queues/nowhere/none").status()).isEqualTo(404);
    assertThat(api.get("/api/queues/nowhere").status()).isEqualTo(404);
    assertThat(api.put("/api/queues/nowhere/new", "{}").status()).isEqualTo(404);
  }

  @Test
  void deletingOnlyIfEmptyKeepsAQueueWithMessages() {
    api.put("/api/queues/%2F/filled", "{}");
    api.post(
        "/api/exchanges/%2F/amq.default/publish",
        "{\"routing_key\": \"filled\", \"payload\": \"x\"}");

    Answer refused = api.delete("/api/queues/%2F/filled?if-empty=true");

    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.reason()).contains("not empty");
    assertThat(api.delete("/api/queues/%2F/filled/contents").status()).isEqualTo(204);
    assertThat(api.delete("/api/queues/%2F/filled?if-empty=true&if-unused=true").status())
        .isEqualTo(204);
  }

  @Test
  void permissionsHoldAsForEveryClient() {
    api.user("reader", "management");
    api.permit("reader", "^own-", ".*", ".*");

    assertThat(
            api.send("reader", "reader", "PUT", "/api/queues/%2F/own-1", "{}").status())
        .isEqualTo(201);
    Answer refused = api.send("reader", "reader", "PUT", "/api/queues/%2F/other", "{}");
    assertThat(refused.status()).isEqualTo(401);
    assertThat(refused.reason()).contains("queue 'other' in vhost '/' refused for user 'reader'");
  }

  @Test
  void pathsAndMethodsThatThereAreNot() {
    assertThat(api.get("/api/nothing").status()).isEqualTo(404);
    assertThat(api.get("/api/queues/%2F/a/b/c").status()).isEqualTo(404);
    Answer answer = api.post("/api/queues/%2F", "{}");
    assertThat(answer.status()).isEqualTo(405);
    assertThat(answer.response().headers().firstValue("Allow")).hasValue("GET, HEAD, OPTIONS");
    assertThat(api.send("guest", "guest", "HEAD", "/api/queues", null).status()).isEqualTo(200);
  }

  @Test
  void whatIsNoJsonIsABadRequest() {
    for (String body :
        new String[] {"{", "[]", "null", "\"text\"", "{} {}", "{\"arguments\": 5}"}) {
      Answer answer = api.put("/api/queues/%2F/unborn", body);
      assertThat(answer.status()).as(body).isEqualTo(400);
      assertThat(answer.json().path("error").asText()).as(body).isEqualTo("bad_request");
    }
  }

  @Test
  void aBodyBeyondTheLimitIsABadRequest() {
    Answer answer =
        api.put("/api/queues/%2F/fat", "{\"x\": \"" + "y".repeat(2 * 1024 * 1024) + "\"}");

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.reason()).contains("longer than 1048576 bytes");
  }
}
