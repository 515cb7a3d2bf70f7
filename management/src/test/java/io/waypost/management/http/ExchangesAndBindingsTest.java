package io.waypost.management.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.waypost.management.RunningApi;
import io.waypost.management.RunningApi.Answer;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ExchangesAndBindingsTest {
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
  void exchangesAreDeclaredShownAndDeleted() {
    String path = "/api/exchanges/%2F/news";
    String json =
        "{\"type\": \"topic\", \"durable\": false, \"auto_delete\": true, \"internal\": true,"
            + " \"arguments\": {\"alternate-exchange\": \"amq.fanout\"}}";

    assertThat(api.put(path, json).status()).isEqualTo(201);
    assertThat(api.put(path, json).status()).isEqualTo(204);
    assertThat(api.get(path).json().toString())
        .isEqualTo("{\"name\":\"news\",\"vhost\":\"/\",\"type\":\"topic\",\"durable\":false,"
            + "\"auto_delete\":true,\"internal\":true,"
            + "\"arguments\":{\"alternate-exchange\":\"amq.fanout\"}}");
    assertThat(api.put(path, "{\"type\": \"direct\"}").status()).isEqualTo(400);
    assertThat(api.delete(path).status()).isEqualTo(204);
    assertThat(api.delete(path).status()).isEqualTo(404);
  }

  @Test
  void thePredeclaredExchangesAreListed() {
    assertThat(api.get("/api/exchanges/%2F").json().findValuesAsText("name"))
        .contains("", "amq.direct", "amq.fanout", "amq.headers", "amq.match", "amq.topic");
    assertThat(api.get("/api/exchanges/%2F/amq.default").json().path("type").asText())
        .isEqualTo("direct");
  }

  @Test
  void systemExchangesStay() {
    assertThat(api.delete("/api/exchanges/%2F/amq.direct").status()).isEqualTo(401);
    assertThat(api.delete("/api/exchanges/%2F/amq.default").status()).isEqualTo(401);
    assertThat(api.put("/api/exchanges/%2F/amq.mine", "{}").status()).isEqualTo(401);
  }

  @Test
  void anUnknownTypeIsABadRequest() {
    assertThat(api.put("/api/exchanges/%2F/odd", "{\"type\": \"psychic\"}").status())
        .isEqualTo(400);
  }

  @Test
  void anExchangeInUseStaysIfAskedFor() {
    api.put("/api/exchanges/%2F/used", "{}");
    api.put("/api/queues/%2F/user-of-it", "{}");
    api.post("/api/bindings/%2F/e/used/q/user-of-it", "{\"routing_key\": \"k\"}");

    assertThat(api.delete("/api/exchanges/%2F/used?if-unused=true").status()).isEqualTo(400);
    assertThat(api.delete("/api/exchanges/%2F/used").status()).isEqualTo(204);
  }

  @Test
  void aBindingIsFoundWhereItsLocationSays() {
    api.put("/api/queues/%2F/bound", "{}");

    Answer created =
        api.post("/api/bindings/%2F/e/amq.topic/q/bound", "{\"routing_key\": \"a.*.b c/d\"}");

    assertThat(created.status()).isEqualTo(201);
    String location = created.response().headers().firstValue("Location").orElseThrow();
    JsonNode binding = api.get(location).json();
    assertThat(binding.path("source").asText()).isEqualTo("amq.topic");
    assertThat(binding.path("destination").asText()).isEqualTo("bound");
    assertThat(binding.path("destination_type").asText()).isEqualTo("queue");
    assertThat(binding.path("routing_key").asText()).isEqualTo("a.*.b c/d");
    assertThat(api.delete(location).status()).isEqualTo(204);
    assertThat(api.delete(location).status()).isEqualTo(404);
  }

  @Test
  void bindingsWithArgumentsAreToldApart() {
    api.put("/api/queues/%2F/headed", "{}");
    String between = "/api/bindings/%2F/e/amq.headers/q/headed";
    Answer first = api.post(between, "{\"arguments\": {\"x-match\": \"all\", \"a\": 1}}");
    Answer second = api.post(between, "{\"arguments\": {\"x-match\": \"any\", \"a\": 2}}");
    String location = first.response().headers().firstValue("Location").orElseThrow();

    assertThat(second.response().headers().firstValue("Location")).isNotEqualTo(location);
    assertThat(api.get(between).json()).hasSize(2);
    assertThat(api.delete(location).status()).isEqualTo(204);
    assertThat(api.get(between).json().path(0).path("arguments").path("a").asInt())
        .isEqualTo(2);
  }

  @Test
  void askingForRetainedMessagesIsNoPartOfABinding() {
    api.put("/api/queues/%2F/asking", "{}");
    String between = "/api/bindings/%2F/e/amq.topic/q/asking";
    Answer created =
        api.post(between, "{\"routing_key\": \"k\", \"arguments\": {\"x-retained\": true}}");

    String location = created.response().headers().firstValue("Location").orElseThrow();
    assertThat(api.get(location).json().path("arguments")).isEmpty();
    assertThat(api.delete(location).status()).isEqualTo(204);
    Answer unclear = api.post(between, "{\"arguments\": {\"x-retained\": 7}}");
    assertThat(unclear.status()).isEqualTo(400);
  }

  @Test
  void exchangesAreBoundToExchanges() {
    api.put("/api/exchanges/%2F/down", "{\"type\": \"fanout\"}");

    assertThat(api.post("/api/bindings/%2F/e/amq.fanout/e/down", null).status()).isEqualTo(201);

    assertThat(api.get("/api/exchanges/%2F/down/bindings/destination")
            .json()
            .findValuesAsText("source"))
        .containsExactly("amq.fanout");
    assertThat(api.get("/api/exchanges/%2F/amq.fanout/bindings/source")
            .json()
            .findValuesAsText("destination"))
        .contains("down");
    assertThat(api.delete("/api/bindings/%2F/e/amq.fanout/e/down/~").status()).isEqualTo(204);
  }

  @Test
  void everyQueueIsBoundToTheDefaultExchange() {
    api.put("/api/queues/%2F/plain", "{}");

    assertThat(api.get("/api/queues/%2F/plain/bindings").json().toString())
        .isEqualTo("[{\"source\":\"\",\"vhost\":\"/\",\"destination\":\"plain\","
            + "\"destination_type\":\"queue\",\"routing_key\":\"plain\",\"arguments\":{},"
            + "\"properties_key\":\"plain\"}]");
    assertThat(api.get("/api/bindings/%2F/e/amq.default/q/plain").json()).hasSize(1);
    assertThat(api.get("/api/bindings").json().size())
        .isEqualTo(api.get("/api/bindings/%2F").json().size());
  }

  @Test
  void bindingWhatIsNotThereIsNotFound() {
    assertThat(api.post("/api/bindings/%2F/e/amq.topic/q/none", "{}").status()).isEqualTo(404);
    assertThat(api.post("/api/bindings/%2F/e/none/q/none", "{}").status()).isEqualTo(404);
    assertThat(api.get("/api/bindings/nowhere").status()).isEqualTo(404);
    assertThat(api.delete("/api/bindings/%2F/e/amq.topic/q/none/k").status()).isEqualTo(404);
  }
}
