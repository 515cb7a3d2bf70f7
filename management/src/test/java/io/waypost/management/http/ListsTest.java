package io.waypost.management.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.waypost.management.RunningApi;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ListsTest {
  private static RunningApi api;

  @BeforeAll
  static void start() throws IOException {
    api = RunningApi.start();
    for (int i = 1; i <= 12; i++) {
      api.put(
          "/api/queues/%2F/" + (i % 2 == 0 ? "Even-" : "odd-") + i,
          "{\"arguments\": {\"x-max-length\": " + (100 - i) + "}}");
    }
    api.post(
        "/api/exchanges/%2F/amq.default/publish", "{\"routing_key\":\"odd-3\",\"payload\":\"x\"}");
  }

  @AfterAll
  static void stop() {
    api.close();
  }

  private static JsonNode list(String query) {
    return api.get("/api/queues/%2F?" + query).json();
  }

  @Test
  void aListIsSortedByNameUnlessAskedOtherwise() {
    assertThat(api.get("/api/queues").json().findValuesAsText("name"))
        .startsWith("Even-10", "Even-12", "Even-2")
        .endsWith("odd-7", "odd-9");
  }

  @Test
  void sortingFollowsAFieldAndDotsLeadIntoObjects() {
    assertThat(list("sort=arguments.x-max-length").findValuesAsText("name"))
        .startsWith("Even-12", "odd-11", "Even-10");
    assertThat(list("sort=messages&sort_reverse=true").path(0).path("name").asText())
        .isEqualTo("odd-3");
    assertThat(list("sort=name&sort_reverse=true").path(0).path("name").asText())
        .isEqualTo("odd-9");
    assertThat(list("sort=nothing")).hasSize(12);
  }

  @Test
  void pagesTellWhatTheyAreAPartOf() {
    JsonNode page = list("page=2&page_size=5&sort=name");

    assertThat(page.path("items").findValuesAsText("name")).hasSize(5).startsWith("Even-8");
    assertThat(page.path("total_count").asInt()).isEqualTo(12);
    assertThat(page.path("filtered_count").asInt()).isEqualTo(12);
    assertThat(page.path("item_count").asInt()).isEqualTo(5);
    assertThat(page.path("page").asInt()).isEqualTo(2);
    assertThat(page.path("page_size").asInt()).isEqualTo(5);
    assertThat(page.path("page_count").asInt()).isEqualTo(3);
    assertThat(list("page=1").path("page_size").asInt()).isEqualTo(100);
  }

  @Test
  void pagesAreFilteredByName() {
    assertThat(list("page=1&name=EVEN").path("filtered_count").asInt()).isEqualTo(6);
    assertThat(list("page=1&name=%5Eodd-%5B13%5D%24&use_regex=true").path("items"))
        .hasSize(2);
    JsonNode none = list("page=1&name=zzz");
    assertThat(none.path("items")).isEmpty();
    assertThat(none.path("page_count").asInt(-1)).isZero();
  }

  @Test
  void columnsNarrowTheRows() {
    assertThat(list("columns=name,arguments.x-max-length,nothing&sort=name")
            .path(0)
            .toString())
        .isEqualTo("{\"name\":\"Even-10\",\"arguments\":{\"x-max-length\":90}}");
    assertThat(list("page=1&page_size=1&columns=vhost&sort=name").path("items").toString())
        .isEqualTo("[{\"vhost\":\"/\"}]");
  }

  @Test
  void pagesThatThereAreNotAreABadRequest() {
    assertThat(api.get("/api/queues?page=9").json().path("error").asText())
        .isEqualTo("page_out_of_range");
    for (String query :
        new String[] {"page=0", "page=x", "page=1&page_size=501", "page=1&page_size=0"}) {
      assertThat(api.get("/api/queues?" + query).status()).as(query).isEqualTo(400);
    }
    assertThat(api.get("/api/queues?page=1&name=(&use_regex=true").status()).isEqualTo(400);
  }
}
