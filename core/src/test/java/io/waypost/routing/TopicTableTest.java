package io.waypost.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypost.message.Headers;
import io.waypost.message.Message;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TopicTableTest extends BindingTableContract {
  @Override
  String type() {
    return ExchangeTypes.TOPIC;
  }

  @Override
  String key(int n) {
    return switch (n % 4) {
      case 0 -> "a.b" + n + ".c";
      case 1 -> "a.b" + n + ".*";
      case 2 -> "a.b" + n + ".#";
      default -> "*.b" + n + ".#.c";
    };
  }

  @Override
  Headers arguments(int n) {
    return Headers.empty();
  }

  @Override
  Message message(int n) {
    return published("a.b" + n + ".c", Headers.empty());
  }

  @ParameterizedTest(name = "{0} matches {1}: {2}")
  @CsvSource(textBlock = """
          a.b,      a.b,       true
          a.b,      a.c,       false
          a.b,      a.b.c,     false
          a.b,      a,         false
          *,        a,         true
          *,        '',        false
          *,        a.b,       false
          a.*,      a.b,       true
          a.*,      a.,        true
          a.*,      a,         false
          a.*,      a.b.c,     false
          *.b.*,    a.b.c,     true
          *.*,      .,         true
          #,        '',        true
          #,        a,         true
          #,        a.b.c,     true
          #,        ..,        true
          a.#,      a,         true
          a.#,      a.b,       true
          a.#,      a.b.c,     true
          a.#,      b.a,       false
          a.#,      ab,        false
          #.a,      a,         true
          #.a,      b.c.a,     true
          #.a,      a.b,       false
          a.#.b,    a.b,       true
          a.#.b,    a.x.b,     true
          a.#.b,    a.x.y.b,   true
          a.#.b,    a.b.b,     true
          a.#.b,    a.b.c,     false
          #.#,      '',        true
          #.#,      a.b,       true
          #.*,      a,         true
          #.*,      '',        false
          *.#,      '',        false
          *.#,      a.b,       true
          *.#.*,    a,         false
          *.#.*,    a.b,       true
          #.a.#.a,  a,         false
          #.a.#.a,  x.a.y.a,   true
          '',       '',        true
          '',       a,         false
          .,        .,         true
          a..b,     a..b,      true
          a..b,     a.x.b,     false
          a.b,      A.b,       false
          a*,       a*,        true
          a*,       ab,        false
          a#b,      a.b,       false
          a.*,      a.*,       true
          a.b,      a.*,       false
          a.b,      a.#,       false
          """)
  void wordsMatchAsThePatternSays(String pattern, String key, boolean expected) {
    table.bind("q", pattern, Headers.empty());
    assertThat(matches(published(key, Headers.empty())).contains("q")).isEqualTo(expected);
  }

  @Test
  void aDestinationWithSeveralMatchingPatternsIsMatchedOnce() {
    table.bind("q", "a.b", Headers.empty());
    table.bind("q", "a.*", Headers.empty());
    table.bind("q", "#", Headers.empty());
    table.bind("q", "#.b.#", Headers.empty());
    table.bind("r", "a.#", Headers.empty());
    assertThat(matches(published("a.b", Headers.empty()))).containsExactlyInAnyOrder("q", "r");
    table.unbind("q", "#", Headers.empty());
    table.unbind("q", "a.b", Headers.empty());
    table.unbind("q", "a.*", Headers.empty());
    assertThat(matches(published("a.b", Headers.empty()))).containsExactlyInAnyOrder("q", "r");
    table.unbind("q", "#.b.#", Headers.empty());
    assertThat(matches(published("a.b", Headers.empty()))).containsExactly("r");
  }
}
