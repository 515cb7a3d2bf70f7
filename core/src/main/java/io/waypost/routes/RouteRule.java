package io.waypost.routes;

import io.waypost.broker.RouteSpec;
import io.waypost.message.Header;
import io.waypost.message.Headers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** A valid rule, ready to match, and how often it did. Immutable but for the counts; any thread. */
public final class RouteRule {
  private static final List<String> KEYS =
      List.of("match", "to", "copy", "headers", "persistent", "expiry");
  private static final int LONGEST_NAME = 255;

  /** The path of a test in the HTTP API, where the name of a rule would be. */
  private static final String TEST = "test";

  /** A header that is added: the value, or the template of it. */
  private record Addition(
      String name, @Nullable Object value, @Nullable Template template) {}

  private final RouteSpec spec;
  private final RouteMatch match;
  private final RouteTarget target;
  private final List<Addition> additions;
  private final boolean copy;
  private final @Nullable Boolean persistent;
  private final @Nullable Long expiryMillis;
  private final LongAdder matched = new LongAdder();
  private final AtomicLong missed = new AtomicLong();

  private RouteRule(RouteSpec spec, RouteDefaults defaults) {
    this.spec = spec;
    Fields fields = Fields.of(spec.definition(), KEYS);
    match = RouteMatch.of(fields, defaults);
    target = RouteTarget.of(fields, match.names(), defaults);
    copy = Boolean.TRUE.equals(fields.flag("copy"));
    persistent = fields.flag("persistent");
    expiryMillis = expiry(fields);
    additions = additions(fields, match.names());
  }

  /**
   * Checks a rule.
   *
   * @throws RefusedRule if it can't be used
   */
  public static RouteRule of(RouteSpec spec, RouteDefaults defaults) {
    checkName(spec.name());
    return new RouteRule(spec, defaults);
  }

  private static void checkName(String name) {
    if (name.isEmpty()) {
      throw new RefusedRule(List.of("name"), "must not be empty");
    }
    if (name.getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME) {
      throw new RefusedRule(List.of("name"), "is longer than " + LONGEST_NAME + " bytes");
    }
    if (name.equals(TEST)) {
      throw new RefusedRule(List.of("name"), "\"test\" is no name for a rule: tests have its path");
    }
  }

  private static @Nullable Long expiry(Fields fields) {
    String text = fields.text("expiry");
    try {
      return text == null ? null : Long.valueOf(Span.millis(text));
    } catch (IllegalArgumentException invalid) {
      throw fields.refused("expiry", String.valueOf(invalid.getMessage()));
    }
  }

  private static List<Addition> additions(Fields rule, Set<String> found) {
    Fields fields = rule.openTable("headers");
    if (fields == null) {
      return List.of();
    }
    List<Addition> additions = new ArrayList<>();
    for (Header header : fields.entries()) {
      String name = header.name();
      if (name.isEmpty() || name.getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME) {
        throw fields.refused(name, "a header's name has 1 to " + LONGEST_NAME + " bytes");
      }
      if (header.value() instanceof String text) {
        try {
          additions.add(new Addition(name, null, Template.of(text, Values.Form.TEXT, found)));
        } catch (IllegalArgumentException invalid) {
          throw fields.refused(name, String.valueOf(invalid.getMessage()));
        }
      } else if (header.value() instanceof Number || header.value() instanceof Boolean) {
        additions.add(new Addition(name, header.value(), null));
      } else {
        throw fields.refused(name, "must be a text, a number, true or false");
      }
    }
    return List.copyOf(additions);
  }

  /** The rule as it was given. */
  public RouteSpec spec() {
    return spec;
  }

  /** Its name. */
  public String name() {
    return spec.name();
  }

  /** Whether the message is published to its own address, too. */
  public boolean copy() {
    return copy;
  }

  /** What the rule says of persistence, if anything. */
  public @Nullable Boolean persistent() {
    return persistent;
  }

  /** After how many milliseconds messages expire, if the rule says so. */
  public @Nullable Long expiryMillis() {
    return expiryMillis;
  }

  /** Whether it may match what that client publishes. */
  boolean fits(Sender sender) {
    return match.fits(sender);
  }

  /** The exchange that it matches, or null for every one. */
  @Nullable
  String exchange() {
    return match.exchange();
  }

  /** The pattern of the keys that it matches, as a topic exchange has it. */
  String binding() {
    return match.pattern().binding();
  }

  /** Why it does not match, or null when it does. */
  public @Nullable String mismatch(Sender sender, String exchange, String key) {
    return match.mismatch(sender, exchange, key);
  }

  /**
   * What it makes of an address.
   *
   * @return null if it does not match; the sender is not asked for again
   */
  public @Nullable Reroute apply(Sender sender, String exchange, String key) {
    Map<String, @Nullable String> found = match.pattern().match(key);
    if (found == null) {
      return null;
    }
    Values values = new Values(sender, exchange, key, found, match.pattern().isTopic());
    return new Reroute(this, target.exchange(values), target.key(values), headers(values));
  }

  private Headers headers(Values values) {
    if (additions.isEmpty()) {
      return Headers.empty();
    }
    List<Header> headers = new ArrayList<>(additions.size());
    for (Addition addition : additions) {
      headers.add(new Header(
          addition.name,
          addition.template == null ? addition.value : addition.template.expand(values)));
    }
    return Headers.of(headers);
  }

  // --- counts

  /** A message matched. */
  public void countMatch() {
    matched.increment();
  }

  /** How many messages matched. */
  public long matched() {
    return matched.sum();
  }

  /** A message matched, and there is no such exchange as it goes to; whether that is the first. */
  public boolean countMiss() {
    return missed.getAndIncrement() == 0;
  }

  /** For how many messages there was no such exchange. */
  public long missed() {
    return missed.get();
  }
}
