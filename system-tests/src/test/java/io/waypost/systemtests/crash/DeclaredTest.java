package io.waypost.systemtests.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DeclaredTest {
  private final Declared declared = new Declared();

  @BeforeEach
  void twoQueues() {
    declared.adopt(Map.of("user guest", "administrator"));
    declared.becomes("queue a", "durable");
    declared.is("queue a", "durable");
    declared.is("queue b", "durable");
  }

  @Test
  void isContentWhenAllIsAsDeclared() {
    assertThat(declared.compare(
            Map.of("user guest", "administrator", "queue a", "durable", "queue b", "durable")))
        .isEmpty();
  }

  @Test
  void findsWhatIsLostChangedOrNeverDeclared() {
    assertThat(
            declared.compare(Map.of("user guest", "none", "queue a", "durable", "queue c", "new")))
        .containsExactly(
            "queue b should be durable, but is absent",
            "nobody declared queue c, which is new",
            "user guest should be administrator, but is none");
  }

  @Test
  void findsWhatCameBack() {
    declared.vanishing(List.of("queue a"));
    declared.vanished(List.of("queue a"));
    declared.ended();
    assertThat(declared.compare(
            Map.of("user guest", "administrator", "queue a", "durable", "queue b", "durable")))
        .containsExactly("queue a should be absent, but is durable");
  }

  @Test
  void believesTheBrokerWhereNobodyCanKnowAndHoldsItToThat() {
    declared.vanishing(List.of("queue a"));
    declared.becomes("queue b", "longer");
    declared.becomes("queue c", "durable");
    Map<String, String> found = Map.of("user guest", "administrator", "queue b", "longer");
    assertThat(declared.compare(found)).isEmpty();
    assertThat(declared.compare(found)).isEmpty();
    assertThat(declared.compare(
            Map.of("user guest", "administrator", "queue a", "durable", "queue b", "durable")))
        .containsExactly(
            "nobody declared queue a, which is durable",
            "queue b should be longer, but is durable");
  }

  @Test
  void transientThingsEndWithTheBroker() {
    declared.isTransient("queue t", "transient");
    assertThat(declared.names(name -> name.startsWith("queue")))
        .containsExactly("queue a", "queue b", "queue t");
    declared.ended();
    assertThat(declared.names(name -> name.startsWith("queue")))
        .containsExactly("queue a", "queue b");
    assertThat(declared.compare(Map.of(
            "user guest",
            "administrator",
            "queue a",
            "durable",
            "queue b",
            "durable",
            "queue t",
            "transient")))
        .containsExactly("queue t should be absent, but is transient");
  }
}
