package io.waypost.policy;

import io.waypost.broker.BrokerException;
import io.waypost.broker.ErrorCode;
import io.waypost.broker.PolicySpec;
import io.waypost.broker.PolicySpec.ApplyTo;
import io.waypost.message.Header;
import io.waypost.message.Headers;
import io.waypost.pattern.NamePattern;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A valid policy, ready to match.
 *
 * @param spec as it was given
 * @param pattern over names
 * @param definition what it sets, numbers as {@link Long}
 */
record Rule(PolicySpec spec, NamePattern pattern, Headers definition) {
  /** The one that applies first; of equal priority the one whose name is first. */
  static final Comparator<Rule> ORDER = Comparator.comparingInt(
          (Rule rule) -> rule.spec().priority())
      .reversed()
      .thenComparing(rule -> rule.spec().name());

  /**
   * Checks a policy.
   *
   * @throws BrokerException {@link ErrorCode#PRECONDITION_FAILED}
   */
  static Rule of(PolicySpec spec) {
    if (spec.name().isEmpty()) {
      throw refused("a policy must have a name");
    }
    return new Rule(spec, pattern(spec.pattern()), definition(spec));
  }

  /** Whether this applies to the name and the other, if there is one, does so only after it. */
  boolean goesBefore(@Nullable Rule other, Policies.Kind kind, String name) {
    return (other == null || ORDER.compare(this, other) < 0) && appliesTo(kind, name);
  }

  private boolean appliesTo(Policies.Kind kind, String name) {
    ApplyTo to = spec.applyTo();
    boolean meant = switch (kind) {
      case QUEUE -> to != ApplyTo.EXCHANGES;
      case EXCHANGE -> to != ApplyTo.QUEUES;
    };
    return meant && pattern.find(name);
  }

  private static NamePattern pattern(String expression) {
    try {
      return NamePattern.compile(expression);
    } catch (IllegalArgumentException invalid) {
      throw refused(String.valueOf(invalid.getMessage()));
    }
  }

  private static Headers definition(PolicySpec spec) {
    if (spec.definition().isEmpty()) {
      throw refused("policy '" + spec.name() + "' sets nothing");
    }
    Set<String> seen = new HashSet<>();
    List<Header> checked = new ArrayList<>();
    for (Header entry : spec.definition()) {
      String name = entry.name();
      PolicyKey key =
          PolicyKey.of(name, spec.operator()).orElseThrow(() -> unknown(name, spec.operator()));
      if (!seen.add(name)) {
        throw refused("policy key " + name + " is given twice");
      }
      checked.add(new Header(name, key.checked(entry.value())));
    }
    return Headers.of(checked);
  }

  private static BrokerException unknown(String name, boolean operator) {
    return refused("'"
        + name
        + "' is nothing that "
        + (operator ? "an operator policy" : "a policy")
        + " sets; allowed are "
        + PolicyKey.names(operator));
  }

  private static BrokerException refused(String reason) {
    return new BrokerException(ErrorCode.PRECONDITION_FAILED, reason);
  }
}
