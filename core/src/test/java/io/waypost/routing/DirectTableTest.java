package io.waypost.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypost.message.Headers;
import io.waypost.message.Message;
import org.junit.jupiter.api.Test;

class DirectTableTest extends BindingTableContract {
  @Override
  String type() {
    return ExchangeTypes.DIRECT;
  }

  @Override
  String key(int n) {
    return "key" + n;
  }

  @Override
  Headers arguments(int n) {
    return Headers.empty();
  }

  @Override
  Message message(int n) {
    return published(key(n), Headers.empty());
  }

  @Test
  void onlyTheEqualKeyMatches() {
    table.bind("a", "k", Headers.empty());
    table.bind("b", "K", Headers.empty());
    table.bind("c", "", Headers.empty());
    table.bind("d", "#", Headers.empty());
    assertThat(matches(published("k", Headers.empty()))).containsExactly("a");
    assertThat(matches(published("", Headers.empty()))).containsExactly("c");
    assertThat(matches(published("k.k", Headers.empty()))).isEmpty();
  }

  @Test
  void aMatchMayBeKeptByKey() {
    assertThat(table.usesHeaders()).isFalse();
  }
}
