package io.waypost.management.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waypost.management.api.Json;
import io.waypost.message.Header;
import io.waypost.message.Headers;
import io.waypost.message.RawString;
import io.waypost.message.Unsigned;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ArgumentsTest {
  @SuppressWarnings("unchecked")
  private static Headers parsed(String json) throws Exception {
    return Arguments.headers(Json.MAPPER.readValue(json, Map.class));
  }

  @Test
  void everyJsonValueBecomesAHeader() throws Exception {
    Headers headers =
        parsed("{\"i\": 1, \"l\": 5000000000, \"d\": 1.5, \"t\": \"x\", \"b\": true, \"n\": null,"
            + " \"list\": [1, \"x\", null], \"map\": {\"k\": 2}}");

    assertThat(headers.entries())
        .containsExactly(
            new Header("i", 1L),
            new Header("l", 5_000_000_000L),
            new Header("d", 1.5),
            new Header("t", "x"),
            new Header("b", true),
            new Header("n", null),
            new Header("list", Arrays.asList(1L, "x", null)),
            new Header("map", Headers.of(Map.of("k", 2L))));
  }

  @Test
  void everyHeaderValueBecomesJson() throws Exception {
    Headers headers = Headers.of(Arrays.asList(
        new Header("byte", (byte) -1),
        new Header("unsigned", new Unsigned(4_000_000_000L, 4)),
        new Header("decimal", new BigDecimal("1.25")),
        new Header("float", 0.5f),
        new Header("time", Instant.ofEpochSecond(1_700_000_000L)),
        new Header("text", "ü".getBytes(java.nio.charset.StandardCharsets.UTF_8)),
        new Header("bytes", new byte[] {(byte) 0xff, 0}),
        new Header("raw", new RawString(new byte[] {(byte) 0xe9})),
        new Header("list", List.of(Headers.of(Map.of("k", true)))),
        new Header("void", null),
        new Header("byte", "a second of that name")));

    assertThat(Json.MAPPER.writeValueAsString(Arguments.object(headers)))
        .isEqualTo("{\"byte\":-1,\"unsigned\":4000000000,\"decimal\":1.25,\"float\":0.5,"
            + "\"time\":1700000000,\"text\":\"ü\",\"bytes\":\"/wA=\",\"raw\":\"é\","
            + "\"list\":[{\"k\":true}],\"void\":null}");
  }

  @Test
  void absentArgumentsAreNone() {
    assertThat(Arguments.headers(null)).isEqualTo(Headers.empty());
  }

  @Test
  void whatNoTableCanHoldIsABadRequest() {
    assertThatThrownBy(() -> parsed("{\"n\": 99999999999999999999}")).isInstanceOf(Refusal.class);
    assertThatThrownBy(() -> parsed("{\"" + "n".repeat(256) + "\": 1}"))
        .isInstanceOf(Refusal.class);
  }
}
