package io.waypost.routes;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypost.broker.RouteSpec;
import io.waypost.message.Headers;
import io.waypost.message.Message;
import io.waypost.message.Origin;
import io.waypost.message.Properties;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The rules that are found are those that match, in their order. */
class RouteRulesTest {
  private static final String[] EXCHANGES = {"amq.topic", "shop", ""};
  private static final String[] WORDS = {"a", "b", "c"};
  private static final Sender[] SENDERS = {
    new Sender("mqtt", "one", "ann"),
    new Sender("amqp", "", "ben"),
    new Sender("stomp", "two", "ann")
  };

  @Test
  void noRuleMatchesNothing() {
    assertThat(RouteRules.NONE.isEmpty()).isTrue();
    assertThat(RouteRules.NONE.fitting(SENDERS[0]).isEmpty()).isTrue();
  }

  @Test
  void theSearchFindsWhatAskingEachRuleWouldFind() {
    Random random = new Random(8);
    int found = 0;
    for (int round = 0; round < 300; round++) {
      List<RouteRule> all = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        all.add(RouteRule.of(new RouteSpec("r" + i, definition(random)), RouteDefaults.USUAL));
      }
      RouteRules rules = new RouteRules(all);
      for (int i = 0; i < 50; i++) {
        Sender sender = SENDERS[random.nextInt(SENDERS.length)];
        String exchange = EXCHANGES[random.nextInt(EXCHANGES.length)];
        String key = words(random, WORDS, ".");
        Message message = Message.of(exchange, key, new byte[0], Properties.EMPTY, Origin.BROKER);
        List<String> expected = all.stream()
            .filter(rule -> rule.mismatch(sender, exchange, key) == null)
            .map(RouteRule::name)
            .toList();
        List<Reroute> made = rules.apply(rules.fitting(sender), sender, message, key);
        assertThat(made).extracting(one -> one.rule().name()).isEqualTo(expected);
        found += expected.size();
      }
    }
    assertThat(found).isPositive();
  }

  private static Headers definition(Random random) {
    Map<String, Object> match = new LinkedHashMap<>();
    if (random.nextBoolean()) {
      match.put("protocol", random.nextBoolean() ? "mqtt" : List.of("amqp", "stomp"));
    }
    if (random.nextBoolean()) {
      match.put("user", random.nextBoolean() ? "a*" : "ben");
    }
    if (random.nextBoolean()) {
      match.put("topic", words(random, new String[] {"a", "b", "+"}, "/") + tail(random, "/"));
    } else {
      match.put("key", words(random, new String[] {"a", "b", "*", "#"}, ".") + tail(random, "."));
      if (random.nextBoolean()) {
        match.put("exchange", random.nextBoolean() ? "shop" : "amq.default");
      }
    }
    return Headers.of(
        Map.of("match", Headers.of(match), "to", Headers.of(Map.of("exchange", "x"))));
  }

  private static String tail(Random random, String separator) {
    return random.nextInt(3) == 0 ? separator + "{rest#}" : "";
  }

  private static String words(Random random, String[] words, String separator) {
    List<String> parts = new ArrayList<>();
    for (int left = 1 + random.nextInt(3); left > 0; left--) {
      parts.add(words[random.nextInt(words.length)]);
    }
    return String.join(separator, parts);
  }
}
