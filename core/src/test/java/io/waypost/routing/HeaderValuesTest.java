package io.waypost.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypost.message.Headers;
import io.waypost.message.RawString;
import io.waypost.message.Unsigned;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HeaderValuesTest {
  @Test
  void numbersOfEveryWidthCompareByValue() {
    List<Object> sevens = List.of(
        (byte) 7,
        (short) 7,
        7,
        7L,
        new Unsigned(7, 1),
        new Unsigned(7, 4),
        7f,
        7d,
        new BigDecimal("7.00"),
        Instant.ofEpochSecond(7));
    for (Object left : sevens) {
      for (Object right : sevens) {
        assertThat(HeaderValues.equal(left, right)).as("%s, %s", left, right).isTrue();
      }
      assertThat(HeaderValues.equal(left, 8)).isFalse();
      assertThat(HeaderValues.equal(left, 7.5)).isFalse();
      assertThat(HeaderValues.equal(left, "7")).isFalse();
      assertThat(HeaderValues.equal(left, true)).isFalse();
    }
  }

  @Test
  void fractionsCompareExactly() {
    assertThat(HeaderValues.equal(0.5f, 0.5d)).isTrue();
    assertThat(HeaderValues.equal(0.1f, 0.1d)).isFalse();
    assertThat(HeaderValues.equal(9007199254740993L, 9007199254740992d)).isFalse();
    assertThat(HeaderValues.equal(Double.NaN, Double.NaN)).isTrue();
    assertThat(HeaderValues.equal(Double.POSITIVE_INFINITY, 1)).isFalse();
  }

  @Test
  void textComparesByItsBytes() {
    byte[] bytes = "grün".getBytes(StandardCharsets.UTF_8);
    assertThat(HeaderValues.equal("grün", "grün")).isTrue();
    assertThat(HeaderValues.equal("grün", bytes)).isTrue();
    assertThat(HeaderValues.equal(bytes, bytes.clone())).isTrue();
    assertThat(HeaderValues.equal(new RawString(bytes), "grün")).isTrue();
    assertThat(HeaderValues.equal("grün", "GRÜN")).isFalse();
    assertThat(HeaderValues.equal("true", true)).isFalse();
  }

  @Test
  void listsAndTablesCompareElementByElement() {
    assertThat(HeaderValues.equal(List.of(1, "a"), List.of(1L, "a"))).isTrue();
    assertThat(HeaderValues.equal(List.of(1), List.of(1, 2))).isFalse();
    assertThat(HeaderValues.equal(List.of(1), List.of(2))).isFalse();
    Headers table = Headers.of(Map.of("n", 1));
    assertThat(HeaderValues.equal(table, Headers.of(Map.of("n", 1L)))).isTrue();
    assertThat(HeaderValues.equal(table, Headers.of(Map.of("m", 1)))).isFalse();
    assertThat(HeaderValues.equal(table, Headers.empty())).isFalse();
    assertThat(HeaderValues.equal(table, List.of())).isFalse();
  }

  @Test
  void nothingEqualsOnlyNothing() {
    assertThat(HeaderValues.equal(null, null)).isTrue();
    assertThat(HeaderValues.equal(null, 0)).isFalse();
    assertThat(HeaderValues.equal("", null)).isFalse();
    assertThat(HeaderValues.equal(Arrays.asList((Object) null), Arrays.asList((Object) null)))
        .isTrue();
  }

  @Test
  void booleansCompareAsThemselves() {
    assertThat(HeaderValues.equal(true, true)).isTrue();
    assertThat(HeaderValues.equal(true, false)).isFalse();
  }
}
