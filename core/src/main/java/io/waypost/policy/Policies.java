package io.waypost.policy;

import io.waypost.broker.PolicySpec;
import io.waypost.broker.PolicySpec.ApplyTo;
import io.waypost.message.Headers;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The policies of one virtual host. One writer, any reader. */
public final class Policies {
  /** What a policy may apply to. */
  public enum Kind {
    /** A queue. */
    QUEUE,
    /** An exchange. */
    EXCHANGE
  }

  /**
   * What applies to one name.
   *
   * @param policy the user policy's name
   * @param operatorPolicy the operator policy's name
   * @param definition what both set together
   */
  public record Effective(
      @Nullable String policy, @Nullable String operatorPolicy, Headers definition) {}

  private final Map<String, PolicySpec> policies = new ConcurrentHashMap<>();

  /** What applies to that name. */
  public Effective match(Kind kind, String name) {
    PolicySpec best = policies.values().stream()
        .filter(policy -> policy.applyTo() == ApplyTo.ALL
            || (policy.applyTo() == ApplyTo.QUEUES) == (kind == Kind.QUEUE))
        .filter(policy -> Pattern.compile(policy.pattern()).matcher(name).find())
        .max(Comparator.comparingInt(PolicySpec::priority))
        .orElse(null);
    return best == null
        ? new Effective(null, null, Headers.empty())
        : new Effective(best.name(), null, best.definition());
  }

  /** Adds or replaces a policy. */
  public void put(PolicySpec policy) {
    policies.put(policy.name(), policy);
  }

  /** Removes a policy. */
  public void remove(String name, boolean operator) {
    policies.remove(name);
  }

  /** All policies of that kind. */
  public List<PolicySpec> all(boolean operator) {
    return policies.values().stream()
        .filter(policy -> policy.operator() == operator)
        .toList();
  }
}
