package io.waypost.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waypost.message.Header;
import io.waypost.message.Headers;
import io.waypost.message.Message;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeadersTableTest extends BindingTableContract {
  @Override
  String type() {
    return ExchangeTypes.HEADERS;
  }

  @Override
  String key(int n) {
    return "";
  }

  @Override
  Headers arguments(int n) {
    return headers("x-match", "all", "number", n);
  }

  @Override
  Message message(int n) {
    return published("ignored", headers("number", n, "other", "value"));
  }

  @Test
  void allWantsEveryHeader() {
    bindWith("q", headers("x-match", "all", "a", 1, "b", "two"));
    assertThat(matchesWith("a", 1, "b", "two", "c", 3)).containsExactly("q");
    assertThat(matchesWith("a", 1)).isEmpty();
    assertThat(matchesWith("a", 1, "b", "three")).isEmpty();
    assertThat(matchesWith()).isEmpty();
  }

  @Test
  void anyWantsOneHeader() {
    bindWith("q", headers("x-match", "any", "a", 1, "b", "two"));
    assertThat(matchesWith("a", 1)).containsExactly("q");
    assertThat(matchesWith("a", 2, "b", "two")).containsExactly("q");
    assertThat(matchesWith("a", 2, "b", 2)).isEmpty();
    assertThat(matchesWith()).isEmpty();
  }

  @Test
  void withoutXMatchAllAreWanted() {
    bindWith("q", headers("a", 1, "b", 2));
    assertThat(matchesWith("a", 1)).isEmpty();
    assertThat(matchesWith("a", 1, "b", 2)).containsExactly("q");
  }

  @Test
  void withoutAHeaderToMatchAllMatchesEverythingAndAnyNothing() {
    bindWith("all", headers("x-match", "all"));
    bindWith("none", headers());
    bindWith("any", headers("x-match", "any"));
    assertThat(matchesWith("a", 1)).containsExactlyInAnyOrder("all", "none");
    assertThat(matchesWith()).containsExactlyInAnyOrder("all", "none");
  }

  @Test
  void argumentsThatBeginWithXAreIgnoredUnlessAskedFor() {
    bindWith("all", headers("x-match", "all", "a", 1, "x-b", 2));
    bindWith("any", headers("x-match", "any", "a", 1, "x-b", 2));
    bindWith("all-with-x", headers("x-match", "all-with-x", "a", 1, "x-b", 2));
    bindWith("any-with-x", headers("x-match", "any-with-x", "a", 1, "x-b", 2));
    assertThat(matchesWith("a", 1)).containsExactlyInAnyOrder("all", "any", "any-with-x");
    assertThat(matchesWith("x-b", 2)).containsExactly("any-with-x");
    assertThat(matchesWith("a", 1, "x-b", 2))
        .containsExactlyInAnyOrder("all", "any", "all-with-x", "any-with-x");
  }

  @Test
  void anArgumentWithoutAValueAsksForPresence() {
    bindWith("q", headers("x-match", "all", "a", null));
    assertThat(matchesWith("a", 1)).containsExactly("q");
    assertThat(matchesWith("a", "text")).containsExactly("q");
    assertThat(matchesWith("a", null)).containsExactly("q");
    assertThat(matchesWith("b", 1)).isEmpty();
  }

  @Test
  void oneOfSeveralHeadersOfANameIsEnough() {
    bindWith("q", headers("a", 2));
    Headers twice = Headers.of(List.of(new Header("a", 1), new Header("a", 2)));
    assertThat(matches(published("", twice))).containsExactly("q");
  }

  @Test
  void aDestinationIsMatchedOnceHoweverManyOfItsBindingsMatch() {
    bindWith("q", headers("a", 1));
    bindWith("q", headers("b", 2));
    bindWith("q", headers("x-match", "any", "a", 1, "b", 2));
    assertThat(matchesWith("a", 1, "b", 2)).containsExactly("q");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "ALL", "some", "all-with-y"})
  void anUnknownXMatchIsRefused(String match) {
    assertThatThrownBy(() -> table.validate("", headers("x-match", match)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid x-match field value "
            + match
            + "; expected all, any, all-with-x, or any-with-x");
    assertThatThrownBy(() -> table.bind("q", "", headers("x-match", match)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(table.isEmpty()).isTrue();
  }

  @Test
  void anXMatchThatIsNoTextIsRefused() {
    assertThatThrownBy(() -> table.validate("", headers("x-match", 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid x-match field type (value 1); expected longstr");
    assertThatThrownBy(() -> table.validate("", headers("x-match", null)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theKnownOnesAreAccepted() {
    for (String match : List.of("all", "any", "all-with-x", "any-with-x")) {
      assertThatCode(() -> table.validate("", headers("x-match", match)))
          .doesNotThrowAnyException();
    }
  }

  @Test
  void aMatchMustNotBeKeptByKey() {
    assertThat(table.usesHeaders()).isTrue();
  }

  private void bindWith(String destination, Headers arguments) {
    table.bind(destination, "", arguments);
  }

  private List<String> matchesWith(@Nullable Object... namesAndValues) {
    return matches(published("", headers(namesAndValues)));
  }
}
