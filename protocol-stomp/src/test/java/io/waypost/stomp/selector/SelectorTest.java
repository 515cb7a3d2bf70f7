package io.waypost.stomp.selector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waypost.message.Header;
import io.waypost.message.Headers;
import io.waypost.message.Message;
import io.waypost.message.Origin;
import io.waypost.message.Properties;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SelectorTest {
  private static final Message MESSAGE = Message.of(
      "amq.topic",
      "k",
      new byte[0],
      new Properties(
          "text/plain",
          null,
          Headers.of(List.of(
              new Header("color", "red"),
              new Header("size", "10"),
              new Header("weight", 2.5),
              new Header("fresh", true),
              new Header("quote", "it's"),
              new Header("path", "a_b%c"))),
          true,
          7,
          "corr",
          null,
          null,
          "id-1",
          1_700_000_000L,
          "order",
          null,
          null,
          null),
      Origin.BROKER);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "color = 'red'",
        "color <> 'blue' AND size = 10",
        "size > 9.5 and size >= 10 and size < 11 and size <= 1e1",
        "weight * 2 + 1 = 6",
        "-weight < 0 AND +weight > 0 AND weight - 1 = 1.5 AND size / 4 = weight",
        "weight = 2 + 1 / 2",
        "(1 + 1) * 2 = 4",
        "size BETWEEN 1 AND 10 AND size NOT BETWEEN 11 AND 12",
        "color IN ('green', 'red') AND color NOT IN ('blue')",
        "color LIKE 'r%' AND color LIKE '_e_' AND color NOT LIKE 'e%'",
        "path LIKE 'a!_b!%_' ESCAPE '!' AND path LIKE '%'",
        "missing IS NULL AND color IS NOT NULL",
        "fresh AND NOT FALSE",
        "fresh = TRUE",
        "NOT (color = 'blue') OR missing = 1",
        "missing = 1 OR color = 'red'",
        "quote = 'it''s'",
        "\"content-type\" = 'text/plain'",
        "JMSPriority = 7 AND JMSDeliveryMode = 'PERSISTENT' AND JMSType = 'order'",
        "JMSMessageID = 'id-1' AND JMSCorrelationID = 'corr' AND JMSTimestamp = 1700000000000",
        "color = 'blue' OR color = 'red' AND size = 10",
      })
  @DisplayName("is true")
  void isTrue(String selector) {
    assertThat(Selector.parse(selector).matches(MESSAGE)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "color = 'blue'",
        "missing = 1",
        "NOT missing = 1",
        "missing <> 1",
        "missing > 1 OR missing <= 1",
        "missing LIKE '%'",
        "missing IN ('a')",
        "color > 1",
        "color AND fresh",
        "color LIKE 're'",
        "path LIKE 'a!_b!%' ESCAPE '!'",
        "FALSE",
      })
  @DisplayName("is not true")
  void isNotTrue(String selector) {
    assertThat(Selector.parse(selector).matches(MESSAGE)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "color =",
        "= 1",
        "color = 'red",
        "color == 1",
        "color IN ()",
        "color IN (1)",
        "color LIKE 1",
        "color LIKE 'a' ESCAPE 'ab'",
        "(color = 'red'",
        "color = 'red')",
        "color IS 1",
        "color NOT 1",
        "AND",
        "color = 1.2.3",
        "a b",
        "size BETWEEN 1",
        "a ! b",
      })
  @DisplayName("cannot be read")
  void malformed(String selector) {
    assertThatThrownBy(() -> Selector.parse(selector)).isInstanceOf(SelectorException.class);
  }

  @Test
  @DisplayName("nesting and size have limits")
  void limits() {
    assertThatThrownBy(() -> Selector.parse("(".repeat(1000) + "1=1" + ")".repeat(1000)))
        .isInstanceOf(SelectorException.class)
        .hasMessageContaining("nested");
    assertThatThrownBy(() -> Selector.parse("1=1" + " OR 1=1".repeat(2000)))
        .isInstanceOf(SelectorException.class)
        .hasMessageContaining("parts");
    assertThat(Selector.parse("1=1" + " OR 1=1".repeat(900)).matches(MESSAGE)).isTrue();
    assertThat(Selector.parse("NOT ".repeat(5000) + "FALSE = TRUE").matches(MESSAGE))
        .isFalse();
  }

  @Test
  @DisplayName("a pattern that would have a regular expression go astray does not")
  void like() {
    String text = "a".repeat(5000);
    assertThat(Like.matches(text, "%a".repeat(500) + "b", -1)).isFalse();
    assertThat(Like.matches(text, "%a%", -1)).isTrue();
  }
}
