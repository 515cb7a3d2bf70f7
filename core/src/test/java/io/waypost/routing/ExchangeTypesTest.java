package io.waypost.routing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ExchangeTypesTest {
  @Test
  void everyNamedTypeHasATable() {
    assertThat(ExchangeTypes.names()).containsExactly("direct", "fanout", "topic", "headers");
    for (String name : ExchangeTypes.names()) {
      assertThat(ExchangeTypes.<String>table(name)).as(name).isPresent();
    }
  }

  @Test
  void thereIsNoTableForOtherNames() {
    assertThat(ExchangeTypes.<String>table("Topic")).isEmpty();
    assertThat(ExchangeTypes.<String>table("")).isEmpty();
    assertThat(ExchangeTypes.<String>table("x-delayed-message")).isEmpty();
  }
}
