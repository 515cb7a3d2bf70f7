package io.waypost.policy;

import io.waypost.broker.BrokerException;
import io.waypost.broker.ErrorCode;
import io.waypost.broker.PolicySpec;
import io.waypost.message.Header;
import io.waypost.message.Headers;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The policies of one virtual host. Of the users' policies that match a name, the one with the highest priority applies
 * alone, and so does one of the operators'; what both set is merged. Any thread may call. After a change, whoever keeps
 * what {@link #match} said has to ask again for every name.
 */
public final class Policies {
  private record Id(String name, boolean operator) {}

  private final Map<Id, Rule> rules = new ConcurrentHashMap<>();

  /** What a name names. */
  public enum Kind {
    /** A queue. */
    QUEUE,
    /** An exchange. */
    EXCHANGE
  }

  /**
   * What applies to a name.
   *
   * @param policy name of the user's policy, if one applies
   * @param operatorPolicy name of the operator's policy, if one applies
   * @param definition what they set together, by names without {@code x-}; numbers are {@link Long}, the rest is text
   */
  public record Effective(
      @Nullable String policy, @Nullable String operatorPolicy, Headers definition) {
    /** No policy applies. */
    public static final Effective NONE = new Effective(null, null, Headers.empty());
  }

  /**
   * Adds a policy, or replaces the one of the same name and kind.
   *
   * @throws BrokerException {@link ErrorCode#PRECONDITION_FAILED} if the expression, a key or a value is invalid, with
   *     a sentence that says what is allowed
   */
  public void put(PolicySpec policy) {
    rules.put(new Id(policy.name(), policy.operator()), Rule.of(policy));
  }

  /** Removes a policy and returns it, if there was one. */
  public Optional<PolicySpec> remove(String policy, boolean operator) {
    return Optional.ofNullable(rules.remove(new Id(policy, operator))).map(Rule::spec);
  }

  /** The users' or the operators' policies, in the order in which they apply. */
  public List<PolicySpec> all(boolean operator) {
    return rules.values().stream()
        .filter(rule -> rule.spec().operator() == operator)
        .sorted(Rule.ORDER)
        .map(Rule::spec)
        .toList();
  }

  /** What applies to a queue or an exchange of that name. */
  public Effective match(Kind kind, String name) {
    Rule users = null;
    Rule operators = null;
    for (Rule rule : rules.values()) {
      if (rule.spec().operator()) {
        operators = rule.goesBefore(operators, kind, name) ? rule : operators;
      } else {
        users = rule.goesBefore(users, kind, name) ? rule : users;
      }
    }
    if (users == null && operators == null) {
      return Effective.NONE;
    }
    return new Effective(
        users == null ? null : users.spec().name(),
        operators == null ? null : operators.spec().name(),
        merged(
            users == null ? Headers.empty() : users.definition(),
            operators == null ? Headers.empty() : operators.definition()));
  }

  private static Headers merged(Headers users, Headers operators) {
    Headers merged = users;
    for (Header limit : operators) {
      merged = merged.with(limit.name(), merged(limit, users.get(limit.name())));
    }
    return merged;
  }

  // Of two numbers the lower holds, and of two ways to overflow the operator's.
  private static @Nullable Object merged(Header limit, @Nullable Object own) {
    if (own instanceof Long mine && limit.value() instanceof Long most) {
      return Math.min(mine, most);
    }
    return limit.value();
  }
}
