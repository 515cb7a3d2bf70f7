package io.waypost.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypost.message.Headers;
import io.waypost.message.Message;
import org.junit.jupiter.api.Test;

class FanoutTableTest extends BindingTableContract {
  @Override
  String type() {
    return ExchangeTypes.FANOUT;
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
    return published("anything" + n, Headers.empty());
  }

  @Test
  void keysDoNotMatter() {
    table.bind("a", "k", Headers.empty());
    table.bind("b", "", Headers.empty());
    assertThat(matches(published("other", Headers.empty()))).containsExactlyInAnyOrder("a", "b");
  }

  @Test
  void aDestinationWithTwoKeysIsMatchedOnceUntilBothAreGone() {
    table.bind("a", "k1", Headers.empty());
    table.bind("a", "k2", Headers.empty());
    assertThat(matches(1)).containsExactly("a");
    table.unbind("a", "k1", Headers.empty());
    assertThat(matches(1)).containsExactly("a");
    table.unbind("a", "k2", Headers.empty());
    assertThat(matches(1)).isEmpty();
  }
}
