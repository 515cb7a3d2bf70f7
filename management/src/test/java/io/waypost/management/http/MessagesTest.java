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

class MessagesTest {
  private static final String PUBLISH = "/api/exchanges/%2F/amq.default/publish";

  private static RunningApi api;

  @BeforeAll
  static void start() throws IOException {
    api = RunningApi.start();
  }

  @AfterAll
  static void stop() {
    api.close();
  }

  private static void publish(String queue, String payload) {
    Answer answer =
        api.post(PUBLISH, "{\"routing_key\": \"" + queue + "\", \"payload\": \"" + payload + "\"}");
    assertThat(answer.json().toString()).isEqualTo("{\"routed\":true}");
  }

  private static JsonNode get(String queue, String json) {
    Answer answer = api.post("/api/queues/%2F/" + queue + "/get", json);
    assertThat(answer.status()).as(answer.reason()).isEqualTo(200);
    return answer.json();
  }

  @Test
  void aMessageComesBackAsItWasPublished() {
    api.put("/api/queues/%2F/round", "{}");
    api.post(PUBLISH, """
        {"routing_key": "round", "payload": "hällo", "payload_encoding": "string",
         "properties": {"delivery_mode": 2, "content_type": "text/plain", "priority": 3,
                        "correlation_id": "c", "reply_to": "r", "expiration": "60000",
                        "message_id": "m", "timestamp": 1700000000, "type": "t",
                        "user_id": "guest", "app_id": "a",
                        "headers": {"n": 5, "s": "x", "list": [1, null], "map": {"b": true}}}}
        """);

    JsonNode message = get("round", "{\"count\": 5}").path(0);

    assertThat(message.path("payload").asText()).isEqualTo("hällo");
    assertThat(message.path("payload_bytes").asInt()).isEqualTo(6);
    assertThat(message.path("payload_encoding").asText()).isEqualTo("string");
    assertThat(message.path("exchange").asText("?")).isEmpty();
    assertThat(message.path("routing_key").asText()).isEqualTo("round");
    assertThat(message.path("message_count").asInt(-1)).isZero();
    JsonNode properties = message.path("properties");
    assertThat(properties.path("headers").toString())
        .isEqualTo("{\"n\":5,\"s\":\"x\",\"list\":[1,null],\"map\":{\"b\":true}}");
    assertThat(properties.path("delivery_mode").asInt()).isEqualTo(2);
    assertThat(properties.path("timestamp").asLong()).isEqualTo(1_700_000_000L);
    assertThat(properties.path("expiration").asText()).isEqualTo("60000");
    assertThat(properties.path("user_id").asText()).isEqualTo("guest");
  }

  @Test
  void lookingLeavesMessagesUntouched() {
    api.put("/api/queues/%2F/peeked", "{\"arguments\": {\"x-delivery-limit\": 1}}");
    publish("peeked", "1");
    publish("peeked", "2");

    for (int time = 0; time < 3; time++) {
      JsonNode messages = get("peeked", "{\"count\": 5, \"ackmode\": \"ack_requeue_true\"}");
      assertThat(messages.findValuesAsText("payload")).containsExactly("1", "2");
      assertThat(messages.path(0).path("redelivered").asBoolean(true)).isFalse();
    }
  }

  @Test
  void givingBackMarksMessagesAsRedelivered() {
    api.put("/api/queues/%2F/returned", "{}");
    publish("returned", "1");

    get("returned", "{\"count\": 1, \"ackmode\": \"reject_requeue_true\"}");

    assertThat(get("returned", "{}").path(0).path("redelivered").asBoolean()).isTrue();
  }

  @Test
  void takingRemovesMessages() {
    api.put("/api/queues/%2F/taken", "{}");
    publish("taken", "1");
    publish("taken", "2");

    assertThat(get("taken", "{\"count\": 1, \"ackmode\": \"ack_requeue_false\"}")
            .findValuesAsText("payload"))
        .containsExactly("1");

    assertThat(get("taken", "{\"count\": 9}").findValuesAsText("payload")).containsExactly("2");
  }

  @Test
  void rejectingDeadLettersMessages() {
    api.put("/api/queues/%2F/grave", "{}");
    api.put(
        "/api/queues/%2F/dying",
        "{\"arguments\": {\"x-dead-letter-exchange\": \"\", \"x-dead-letter-routing-key\": \"grave\"}}");
    publish("dying", "1");

    get("dying", "{\"ackmode\": \"reject_requeue_false\"}");

    assertThat(get("dying", "{}").size()).isZero();
    await()
        .untilAsserted(
            () -> assertThat(get("grave", "{}").findValuesAsText("payload")).containsExactly("1"));
  }

  @Test
  void bytesTravelAsBase64() {
    api.put("/api/queues/%2F/binary", "{}");
    api.post(
        PUBLISH,
        "{\"routing_key\": \"binary\", \"payload\": \"/wD+\", \"payload_encoding\": \"base64\"}");

    JsonNode message = get("binary", "{\"encoding\": \"auto\"}").path(0);

    assertThat(message.path("payload").asText()).isEqualTo("/wD+");
    assertThat(message.path("payload_encoding").asText()).isEqualTo("base64");
    assertThat(message.path("payload_bytes").asInt()).isEqualTo(3);
  }

  @Test
  void textCanBeAskedForAsBase64AndCutShort() {
    api.put("/api/queues/%2F/cut", "{}");
    publish("cut", "abcdef");

    JsonNode message = get("cut", "{\"encoding\": \"base64\", \"truncate\": 3}").path(0);

    assertThat(message.path("payload").asText()).isEqualTo("YWJj");
    assertThat(message.path("payload_bytes").asInt()).isEqualTo(6);
  }

  @Test
  void aMessageThatNoQueueWantsIsNotRouted() {
    Answer answer = api.post(PUBLISH, "{\"routing_key\": \"nobody\", \"payload\": \"x\"}");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().path("routed").asBoolean(true)).isFalse();
  }

  @Test
  void aFullQueueThatRejectsMakesABadRequest() {
    api.put(
        "/api/queues/%2F/full",
        "{\"arguments\": {\"x-max-length\": 1, \"x-overflow\": \"reject-publish\"}}");
    publish("full", "1");

    Answer answer = api.post(PUBLISH, "{\"routing_key\": \"full\", \"payload\": \"2\"}");

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.reason()).contains("full");
  }

  @Test
  void whatNoMessageMayBeIsABadRequest() {
    String[] bodies = {
      "{\"payload\": \"x\"}",
      "{\"routing_key\": \"k\"}",
      "{\"routing_key\": \"k\", \"payload\": \"*\", \"payload_encoding\": \"base64\"}",
      "{\"routing_key\": \"k\", \"payload\": \"x\", \"payload_encoding\": \"utf-9\"}",
      "{\"routing_key\": \"k\", \"payload\": \"x\", \"properties\": {\"expiration\": \"soon\"}}",
      "{\"routing_key\": \"k\", \"payload\": \"x\", \"properties\": {\"priority\": 256}}",
      "{\"routing_key\": \"k\", \"payload\": \"x\", \"properties\": {\"delivery_mode\": 3}}",
      "{\"routing_key\": \"k\", \"payload\": \"x\", \"properties\": {\"user_id\": \"else\"}}",
      "{\"routing_key\": \"k\", \"payload\": \"x\", \"properties\": {\"headers\": {\"n\": 1e}}}",
      "{\"routing_key\": \"k\", \"payload\": \"x\","
          + " \"properties\": {\"headers\": {\"n\": 99999999999999999999}}}",
      "{\"routing_key\": \"" + "k".repeat(256) + "\", \"payload\": \"x\"}",
    };
    for (String body : bodies) {
      assertThat(api.post(PUBLISH, body).status()).as(body).isEqualTo(400);
    }
    for (String body : new String[] {
      "{\"ackmode\": \"perhaps\"}",
      "{\"encoding\": \"hex\"}",
      "{\"count\": -1}",
      "{\"count\": 1000000}"
    }) {
      api.put("/api/queues/%2F/asked", "{}");
      assertThat(api.post("/api/queues/%2F/asked/get", body).status()).as(body).isEqualTo(400);
    }
  }

  @Test
  void addressesThatThereAreNotAreNotFound() {
    String message = "{\"routing_key\": \"k\", \"payload\": \"x\"}";

    assertThat(api.post("/api/exchanges/%2F/none/publish", message).status()).isEqualTo(404);
    assertThat(api.post("/api/exchanges/none/amq.topic/publish", message).status())
        .isEqualTo(404);
    assertThat(api.post("/api/queues/%2F/none/get", "{}").status()).isEqualTo(404);
  }

  @Test
  void aLargeMessagePasses() {
    api.put("/api/queues/%2F/large", "{}");
    String text = "z".repeat(8 * 1024 * 1024);

    publish("large", text);

    assertThat(get("large", "{\"ackmode\": \"ack_requeue_false\"}")
            .path(0)
            .path("payload")
            .asText())
        .isEqualTo(text);
  }

  @Test
  void writingAndReadingNeedPermissions() {
    api.user("shy", "management");
    api.permit("shy", "", "^amq.direct$", "^its-");
    api.put("/api/queues/%2F/theirs", "{}");

    assertThat(api.send(
                "shy",
                "shy",
                "POST",
                "/api/exchanges/%2F/amq.topic/publish",
                "{\"routing_key\": \"k\", \"payload\": \"x\"}")
            .status())
        .isEqualTo(401);
    assertThat(
            api.send("shy", "shy", "POST", "/api/queues/%2F/theirs/get", "{}").status())
        .isEqualTo(401);
    assertThat(api.send("shy", "shy", "DELETE", "/api/queues/%2F/theirs/contents", null)
            .status())
        .isEqualTo(401);
  }
}
