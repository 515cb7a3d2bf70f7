package io.waypost.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waypost.broker.BrokerException;
import io.waypost.broker.ErrorCode;
import io.waypost.broker.PolicySpec;
import io.waypost.broker.PolicySpec.ApplyTo;
import io.waypost.message.Header;
import io.waypost.message.Headers;
import io.waypost.message.Unsigned;
import io.waypost.policy.Policies.Effective;
import io.waypost.policy.Policies.Kind;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PoliciesTest {
  private final Policies policies = new Policies();

  @Test
  void withoutAPolicyNothingApplies() {
    assertThat(policies.match(Kind.QUEUE, "q")).isEqualTo(Effective.NONE);
    assertThat(policies.all(false)).isEmpty();
    assertThat(policies.all(true)).isEmpty();
  }

  @Test
  void thePatternIsSearchedInTheName() {
    policies.put(users("ttl", "^jobs\\.", 0, set("message-ttl", 1000)));
    assertThat(policies.match(Kind.QUEUE, "jobs.eu"))
        .isEqualTo(new Effective("ttl", null, set("message-ttl", 1000L)));
    assertThat(policies.match(Kind.QUEUE, "my.jobs.eu")).isEqualTo(Effective.NONE);
  }

  @Test
  void theEmptyPatternMatchesEveryName() {
    policies.put(users("all", "", 0, set("max-length", 1)));
    assertThat(policies.match(Kind.QUEUE, "q").policy()).isEqualTo("all");
  }

  @Test
  void applyToSaysWhetherQueuesOrExchangesAreMeant() {
    Headers definition = set("alternate-exchange", "ae");
    policies.put(new PolicySpec("queues", false, "^q", ApplyTo.QUEUES, 0, definition));
    policies.put(new PolicySpec("exchanges", false, "^x", ApplyTo.EXCHANGES, 0, definition));
    policies.put(new PolicySpec("all", false, "^b", ApplyTo.ALL, 0, definition));
    assertThat(policies.match(Kind.QUEUE, "q").policy()).isEqualTo("queues");
    assertThat(policies.match(Kind.EXCHANGE, "q").policy()).isNull();
    assertThat(policies.match(Kind.QUEUE, "x").policy()).isNull();
    assertThat(policies.match(Kind.EXCHANGE, "x").policy()).isEqualTo("exchanges");
    assertThat(policies.match(Kind.QUEUE, "b").policy()).isEqualTo("all");
    assertThat(policies.match(Kind.EXCHANGE, "b").policy()).isEqualTo("all");
  }

  @Test
  void theHighestPriorityThatMatchesAppliesAlone() {
    policies.put(users("low", ".*", -1, set("message-ttl", 1, "max-length", 1)));
    policies.put(users("high", "^q", 10, set("message-ttl", 10)));
    policies.put(users("middle", ".*", 5, set("expires", 5)));
    assertThat(policies.match(Kind.QUEUE, "q"))
        .isEqualTo(new Effective("high", null, set("message-ttl", 10L)));
    assertThat(policies.match(Kind.QUEUE, "other").policy()).isEqualTo("middle");
    assertThat(policies.all(false))
        .extracting(PolicySpec::name)
        .containsExactly("high", "middle", "low");
  }

  @Test
  void ofEqualPrioritiesTheFirstByNameApplies() {
    policies.put(users("b", ".*", 1, set("max-length", 2)));
    policies.put(users("a", ".*", 1, set("max-length", 1)));
    assertThat(policies.match(Kind.QUEUE, "q").policy()).isEqualTo("a");
  }

  @Test
  void extremePrioritiesAreOrdered() {
    policies.put(users("least", ".*", Integer.MIN_VALUE, set("max-length", 1)));
    policies.put(users("most", ".*", Integer.MAX_VALUE, set("max-length", 2)));
    assertThat(policies.all(false)).extracting(PolicySpec::name).containsExactly("most", "least");
  }

  @Test
  void anOperatorPolicyLimitsWhatTheUsersPolicySets() {
    policies.put(users(
        "u", ".*", 0, set("message-ttl", 1000, "max-length", 10, "dead-letter-exchange", "d")));
    policies.put(operators("o", ".*", 0, set("message-ttl", 500, "max-length", 20, "expires", 7)));
    assertThat(policies.match(Kind.QUEUE, "q"))
        .isEqualTo(new Effective(
            "u",
            "o",
            set(
                "message-ttl", 500L,
                "max-length", 10L,
                "dead-letter-exchange", "d",
                "expires", 7L)));
  }

  @Test
  void everyNumberIsMergedByTheLower() {
    for (String key :
        List.of("expires", "message-ttl", "max-length", "max-length-bytes", "delivery-limit")) {
      policies.put(users("u", ".*", 0, set(key, 5)));
      policies.put(operators("o", ".*", 0, set(key, 3)));
      assertThat(policies.match(Kind.QUEUE, "q").definition()).isEqualTo(set(key, 3L));
      policies.put(operators("o", ".*", 0, set(key, 8)));
      assertThat(policies.match(Kind.QUEUE, "q").definition()).isEqualTo(set(key, 5L));
    }
  }

  @Test
  void theOperatorChoosesTheWayToOverflow() {
    policies.put(users("u", ".*", 0, set("overflow", "drop-head")));
    policies.put(operators("o", ".*", 0, set("overflow", "reject-publish")));
    assertThat(policies.match(Kind.QUEUE, "q").definition())
        .isEqualTo(set("overflow", "reject-publish"));
  }

  @Test
  void anOperatorPolicyAppliesAlone() {
    policies.put(operators("o", ".*", 0, set("max-length", 3)));
    assertThat(policies.match(Kind.QUEUE, "q"))
        .isEqualTo(new Effective(null, "o", set("max-length", 3L)));
  }

  @Test
  void aPolicyOfTheSameNameAndKindIsReplaced() {
    policies.put(users("p", ".*", 0, set("max-length", 1)));
    policies.put(operators("p", ".*", 0, set("max-length", 9)));
    policies.put(users("p", "^q", 0, set("max-length", 2)));
    assertThat(policies.all(false)).containsExactly(users("p", "^q", 0, set("max-length", 2)));
    assertThat(policies.all(true)).hasSize(1);
    assertThat(policies.match(Kind.QUEUE, "q").definition()).isEqualTo(set("max-length", 2L));
    assertThat(policies.match(Kind.QUEUE, "other").policy()).isNull();
  }

  @Test
  void aRemovedPolicyAppliesNoMore() {
    PolicySpec spec = users("p", ".*", 0, set("max-length", 1));
    policies.put(spec);
    assertThat(policies.remove("p", true)).isEmpty();
    assertThat(policies.remove("other", false)).isEmpty();
    assertThat(policies.remove("p", false)).contains(spec);
    assertThat(policies.remove("p", false)).isEmpty();
    assertThat(policies.match(Kind.QUEUE, "q")).isEqualTo(Effective.NONE);
  }

  @Test
  void wholeNumbersOfEveryWidthAreTaken() {
    policies.put(users(
        "p",
        ".*",
        0,
        set("message-ttl", (short) 1, "expires", 2L, "max-length", new Unsigned(3, 4))));
    assertThat(policies.match(Kind.QUEUE, "q").definition())
        .isEqualTo(set("message-ttl", 1L, "expires", 2L, "max-length", 3L));
  }

  @ParameterizedTest
  @CsvSource({
    "message-ttl, -1",
    "expires, 0",
    "max-length, -1",
    "max-length-bytes, -5",
    "delivery-limit, 2147483648",
    "message-ttl, 9007199254740993"
  })
  void numbersOutOfRangeAreRefused(String key, long value) {
    assertThatThrownBy(() -> policies.put(users("p", ".*", 0, set(key, value))))
        .isInstanceOf(BrokerException.class)
        .hasMessageStartingWith("policy key " + key + " must be a whole number from ")
        .hasMessageEndingWith(", not '" + value + "'");
  }

  @Test
  void valuesOfTheWrongTypeAreRefused() {
    assertRefused(
        users("p", ".*", 0, set("message-ttl", "soon")),
        "policy key message-ttl must be a whole number from 0 to 9007199254740992, not 'soon'");
    assertRefused(
        users("p", ".*", 0, set("expires", 1.5)),
        "policy key expires must be a whole number from 1 to 9007199254740992, not '1.5'");
    assertRefused(
        users("p", ".*", 0, set("dead-letter-exchange", 1)),
        "policy key dead-letter-exchange must be text, not '1'");
    assertRefused(
        users("p", ".*", 0, set("alternate-exchange", null)),
        "policy key alternate-exchange must be text, not 'null'");
    assertRefused(
        users("p", ".*", 0, set("overflow", "explode")),
        "policy key overflow must be one of drop-head, reject-publish, reject-publish-dlx, not"
            + " 'explode'");
  }

  @Test
  void unknownKeysAreRefusedWithThoseThatAreAllowed() {
    assertRefused(
        users("p", ".*", 0, set("ha-mode", "all")),
        "'ha-mode' is nothing that a policy sets; allowed are alternate-exchange,"
            + " dead-letter-exchange, dead-letter-routing-key, message-ttl, expires, max-length,"
            + " max-length-bytes, overflow, delivery-limit");
    assertRefused(
        operators("p", ".*", 0, set("dead-letter-exchange", "x")),
        "'dead-letter-exchange' is nothing that an operator policy sets; allowed are message-ttl,"
            + " expires, max-length, max-length-bytes, overflow, delivery-limit");
  }

  @Test
  void policiesThatMakeNoSenseAreRefusedAndChangeNothing() {
    policies.put(users("p", ".*", 0, set("max-length", 1)));
    assertRefused(users("", ".*", 0, set("max-length", 1)), "a policy must have a name");
    assertRefused(users("p", ".*", 0, Headers.empty()), "policy 'p' sets nothing");
    assertRefused(
        users("p", "*", 0, set("max-length", 1)),
        "invalid regular expression '*': Dangling meta character '*' near index 0");
    Headers twice = Headers.of(List.of(new Header("expires", 1), new Header("expires", 2)));
    assertRefused(users("p", ".*", 0, twice), "policy key expires is given twice");
    assertThat(policies.all(false)).containsExactly(users("p", ".*", 0, set("max-length", 1)));
  }

  private void assertRefused(PolicySpec policy, String detail) {
    assertThatThrownBy(() -> policies.put(policy))
        .isInstanceOf(BrokerException.class)
        .hasMessage(detail)
        .extracting(refusal -> ((BrokerException) refusal).code())
        .isEqualTo(ErrorCode.PRECONDITION_FAILED);
  }

  private static PolicySpec users(String name, String pattern, int priority, Headers definition) {
    return new PolicySpec(name, false, pattern, ApplyTo.ALL, priority, definition);
  }

  private static PolicySpec operators(
      String name, String pattern, int priority, Headers definition) {
    return new PolicySpec(name, true, pattern, ApplyTo.ALL, priority, definition);
  }

  private static Headers set(@Nullable Object... keysAndValues) {
    Headers definition = Headers.empty();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      definition = definition.with(String.valueOf(keysAndValues[i]), keysAndValues[i + 1]);
    }
    return definition;
  }
}
