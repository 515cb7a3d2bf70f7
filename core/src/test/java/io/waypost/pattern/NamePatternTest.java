package io.waypost.pattern;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NamePatternTest {
  @ParameterizedTest(name = "''{0}'' in ''{1}'': {2}")
  @CsvSource(textBlock = """
          .*,             anything,      true
          .*,             '',            true
          '',             '',            true
          '',             a,             true
          order,          my.orders.eu,  true
          ^order,         my.orders,     false
          ^order,         orders,        true
          ^order$,        orders,        false
          ^(a|b)-\\d+$,   b-17,          true
          ^(?!amq\\.).*,  amq.gen-1,     false
          ^(?!amq\\.).*,  jobs,          true
          ORDER,          order,         false
          """)
  void anExpressionIsSearchedAnywhereUnlessAnchored(String expression, String name, boolean found) {
    assertThat(NamePattern.compile(expression).find(name)).isEqualTo(found);
  }

  @Test
  void onlyTheNewlineEndsALine() {
    assertThat(NamePattern.compile("^a.b$").find("a\u0085b")).isTrue();
    assertThat(NamePattern.compile("^a.b$").find("a\nb")).isFalse();
  }

  @Test
  void whatIsNoExpressionIsRefusedWithTheReason() {
    assertThatThrownBy(() -> NamePattern.compile("a(b"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("invalid regular expression 'a(b': Unclosed group near index 3");
  }

  @Test
  @Timeout(10)
  void aSearchThatWouldNotEndFindsNothing() {
    NamePattern careless = NamePattern.compile("^(a+)+$");
    assertThat(careless.find("a".repeat(200))).isTrue();
    assertThat(careless.find("a".repeat(200) + "!")).isFalse();
  }

  @Test
  @Timeout(10)
  void aSearchThatWouldExhaustTheStackFindsNothing() {
    assertThat(NamePattern.compile("^(a|b)*$").find("ab".repeat(200_000))).isFalse();
  }

  @Test
  void usualExpressionsCopeWithLongNames() {
    String topic = "level/".repeat(10_000);
    assertThat(NamePattern.compile("^level/.*/level/$").find(topic)).isTrue();
    assertThat(NamePattern.compile("missing").find(topic)).isFalse();
  }

  @Test
  void itsTextIsTheExpression() {
    assertThat(NamePattern.compile("^a")).hasToString("^a");
  }
}
