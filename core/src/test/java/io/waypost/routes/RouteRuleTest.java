package io.waypost.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.waypost.broker.RouteSpec;
import io.waypost.message.Header;
import io.waypost.message.Headers;
import io.waypost.message.Message;
import io.waypost.message.Origin;
import io.waypost.message.Properties;
import io.waypost.topic.TopicNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RouteRuleTest {
  private static final Sender DEVICE = new Sender("mqtt", "dev.7/a", "sensor");

  /** A table of names and values in turns. */
  private static Headers table(Object... namesAndValues) {
    List<Header> entries = new ArrayList<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      entries.add(new Header((String) namesAndValues[i], namesAndValues[i + 1]));
    }
    return Headers.of(entries);
  }

  private static RouteRule rule(Object... namesAndValues) {
    return RouteRule.of(new RouteSpec("r", table(namesAndValues)), RouteDefaults.USUAL);
  }

  private static RouteRule topics(String filter, Headers to) {
    return rule("match", table("topic", filter), "to", to);
  }

  private static Reroute applied(RouteRule rule, String exchange, String key) {
    assertThat(rule.mismatch(DEVICE, exchange, key)).isNull();
    return Objects.requireNonNull(rule.apply(DEVICE, exchange, key));
  }

  private static String key(RouteRule rule, String topic) {
    return applied(rule, "amq.topic", TopicNames.key(topic)).key();
  }

  private static String topic(RouteRule rule, String topic) {
    return TopicNames.topic(key(rule, topic));
  }

  @Test
  void aTopicBecomesAKeyOfAnotherExchange() {
    RouteRule rule = topics(
        "sensors/{site}/{device}/temp", table("exchange", "telemetry", "key", "temp.{site}"));

    Reroute made = applied(rule, "amq.topic", "sensors.a.b.temp");

    assertThat(made.exchange()).isEqualTo("telemetry");
    assertThat(made.key()).isEqualTo("temp.a");
    assertThat(rule.mismatch(DEVICE, "amq.topic", "sensors.a.temp"))
        .isEqualTo("the key \"sensors.a.temp\" does not match");
    assertThat(rule.mismatch(DEVICE, "other", "sensors.a.b.temp"))
        .isEqualTo("the exchange is other, not amq.topic");
  }

  @Test
  void whatIsFoundStaysOneWordOrLevelWhateverItHolds() {
    RouteRule toKey = topics("s/{site}/{rest#}", table("exchange", "x", "key", "t.{site}.{rest}"));
    assertThat(key(toKey, "s/a.b/c/d.e")).isEqualTo("t.a%2Eb.c.d%2Ee");
    assertThat(key(toKey, "s/*/")).isEqualTo("t.%2A.");
    RouteRule toTopic = topics("s/{site}/{rest#}", table("topic", "t/{rest}/of-{site}"));
    assertThat(topic(toTopic, "s/a.b/c/d.e")).isEqualTo("t/c/d.e/of-a.b");
    RouteRule client = topics("s", table("exchange", "x", "key", "{client}.{user}.{protocol}"));
    assertThat(key(client, "s")).isEqualTo("dev%2E7/a.sensor.mqtt");
    assertThat(topic(client, "s")).isEqualTo("dev.7%2Fa/sensor/mqtt");
    assertThat(key(topics("s", table("topic", "c/{client}")), "s")).isEqualTo("c.dev%2E7/a");
  }

  @Test
  void aTailOfNothingTakesItsSeparatorAlong() {
    RouteRule last = topics("s/{rest#}", table("topic", "t/{rest}"));
    assertThat(topic(last, "s")).isEqualTo("t");
    assertThat(topic(last, "s/")).isEqualTo("t/");
    assertThat(topic(last, "s/x")).isEqualTo("t/x");
    RouteRule first = topics("s/{rest#}", table("topic", "{rest}/t"));
    assertThat(topic(first, "s")).isEqualTo("t");
    RouteRule inner = topics("s/{rest#}", table("exchange", "x", "key", "a.{rest}.b"));
    assertThat(key(inner, "s")).isEqualTo("a.b");
    assertThat(key(inner, "s/x/y")).isEqualTo("a.x.y.b");
  }

  @Test
  void anythingMovedByItsTailComesBackByTheOppositeRule() {
    RouteRule there = topics("a/{rest#}", table("topic", "b/{rest}"));
    RouteRule back = topics("b/{rest#}", table("topic", "a/{rest}"));
    Random random = new Random(3);
    String letters = "xy/.%*25EF$";
    for (int i = 0; i < 100_000; i++) {
      StringBuilder topic = new StringBuilder("a");
      for (int left = random.nextInt(8); left > 0; left--) {
        topic.append(topic.length() == 1 ? '/' : letters.charAt(random.nextInt(letters.length())));
      }
      String moved = topic(there, topic.toString());
      assertThat(moved).isEqualTo("b" + topic.substring(1));
      assertThat(topic(back, moved)).isEqualTo(topic.toString());
    }
  }

  @Test
  void whatIsFoundNeverMakesMoreWords() {
    RouteRule rule = topics("a/{x}", table("exchange", "e", "key", "k.{x}.{client}"));
    Random random = new Random(4);
    String letters = "xy.%*25EF$";
    for (int i = 0; i < 50_000; i++) {
      StringBuilder level = new StringBuilder();
      StringBuilder client = new StringBuilder();
      for (int left = random.nextInt(6); left > 0; left--) {
        level.append(letters.charAt(random.nextInt(letters.length())));
        client.append((letters + "/+#").charAt(random.nextInt(letters.length() + 3)));
      }
      Sender sender = new Sender("mqtt", client.toString(), "u");
      Reroute made =
          Objects.requireNonNull(rule.apply(sender, "amq.topic", TopicNames.key("a/" + level)));
      assertThat(made.key().split("\\.", -1)).as(made.key()).hasSize(3);
      assertThat(TopicNames.topic(made.key()).split("/", -1)).hasSize(3);
      assertThat(TopicNames.topic(made.key()).split("/", -1)[1]).isEqualTo(level.toString());
    }
  }

  @Test
  void aKeyBecomesATopic() {
    RouteRule rule = rule(
        "match",
        table("exchange", "shop", "key", "orders.{region}.#"),
        "to",
        table("topic", "shop/{region}/orders"));
    assertThat(TopicNames.topic(applied(rule, "shop", "orders.eu.new").key()))
        .isEqualTo("shop/eu/orders");
    assertThat(applied(rule, "shop", "orders.eu.new").exchange()).isEqualTo("amq.topic");
  }

  @Test
  void whatIsNotSaidStaysAsItWas() {
    RouteRule exchange = topics("a/#", table("exchange", "x"));
    assertThat(key(exchange, "a/b.c")).isEqualTo("a.b%2Ec");
    RouteRule key = rule("match", table("exchange", "shop"), "to", table("key", "all.{key}"));
    assertThat(applied(key, "shop", "k.l"))
        .extracting(Reroute::exchange, Reroute::key)
        .containsExactly("shop", "all.k.l");
    assertThat(applied(key, "shop", "").key()).isEqualTo("all");
    RouteRule queue =
        rule("match", table("user", "sensor"), "to", table("exchange", "amq.default", "key", "q"));
    assertThat(applied(queue, "shop", "k").exchange()).isEmpty();
  }

  @Test
  void protocolClientAndUserNarrowIt() {
    RouteRule rule = rule(
        "match",
        table(
            "protocol",
            List.of("mqtt", "stomp"),
            "client",
            "dev.*",
            "user",
            List.of("other", "sen*r")),
        "to",
        table("exchange", "x"));
    assertThat(rule.fits(DEVICE)).isTrue();
    assertThat(rule.mismatch(DEVICE, "any", "key")).isNull();
    Sender amqp = new Sender("amqp", "dev.1", "sensor");
    assertThat(rule.fits(amqp)).isFalse();
    assertThat(rule.mismatch(amqp, "any", "key"))
        .isEqualTo("the protocol is amqp, not mqtt or stomp");
    Sender client = new Sender("mqtt", "deva", "sensor");
    assertThat(rule.fits(client)).isFalse();
    assertThat(rule.mismatch(client, "any", "key"))
        .isEqualTo("the client is \"deva\", not \"dev.*\"");
    Sender user = new Sender("mqtt", "dev.1", "sender");
    assertThat(rule.mismatch(user, "any", "key")).isNull();
    assertThat(rule.mismatch(new Sender("mqtt", "dev.1", "guest"), "any", "key"))
        .isEqualTo("the user is \"guest\", not \"other\" or \"sen*r\"");
  }

  @Test
  void starsStandForAnyCharacters() {
    assertThat(new Glob("*").matches("")).isTrue();
    assertThat(new Glob("a*b*c").matches("aXbbYc")).isTrue();
    assertThat(new Glob("a*b*c").matches("aXc")).isFalse();
    assertThat(new Glob("a").matches("ab")).isFalse();
    assertThat(new Glob("").matches("")).isTrue();
    assertThat(new Glob("*a".repeat(30)).matches("a".repeat(5_000) + "b")).isFalse();
  }

  @Test
  void aMessageGetsHeadersPersistenceAndExpiry() {
    RouteRule rule = rule(
        "match",
        table("topic", "s/{site}"),
        "to",
        table("exchange", "x", "key", "k"),
        "headers",
        table("site", "{site}", "n", 5L, "from", "{topic} by {client}", "old", "new", "{", true),
        "persistent",
        true,
        "expiry",
        "10m");
    Properties properties =
        Properties.EMPTY.withHeaders(table("old", "old", "kept", "yes")).withExpiration("5");
    Message message = Message.of("amq.topic", "s.a%2Eb", new byte[] {1}, properties, Origin.BROKER)
        .withMoreKeys(List.of("cc"), List.of("bcc"));

    Message made = applied(rule, "amq.topic", "s.a%2Eb").of(message);

    assertThat(made.exchange()).isEqualTo("x");
    assertThat(made.routingKey()).isEqualTo("k");
    assertThat(made.copyKeys()).isEmpty();
    assertThat(made.blindKeys()).isEmpty();
    assertThat(made.body()).isSameAs(message.body());
    assertThat(made.persistent()).isTrue();
    assertThat(made.timeToLive()).isEqualTo(600_000);
    assertThat(made.properties().headers())
        .isEqualTo(table(
            "old",
            "new",
            "kept",
            "yes",
            "site",
            "a.b",
            "n",
            5L,
            "from",
            "s/a.b by dev.7/a",
            "{",
            true));
  }

  @Test
  void whatCannotBeUsedIsRefusedWithThePlaceAndTheReason() {
    Headers match = table("topic", "a/{x}");
    Headers to = table("exchange", "e", "key", "k.{x}");
    assertThat(refused()).startsWith("match: must say what is matched");
    assertThat(refused("match", Headers.empty(), "to", to)).startsWith("match: must say");
    assertThat(refused("match", Headers.of(List.of(new Header("topic", null))), "to", to))
        .startsWith("match: must say");
    assertThat(refused("match", "all", "to", to)).isEqualTo("match: must be a section");
    assertThat(refused("match", match)).startsWith("to: must say where to");
    assertThat(refused("match", match, "to", Headers.empty())).startsWith("to: must say where to");
    assertThat(refused("match", match, "to", to, "cpy", true))
        .isEqualTo("cpy: there is no such key; allowed are match, to, copy, headers, persistent,"
            + " expiry");
    assertThat(refused("match", table("tpic", "a"), "to", to))
        .startsWith("match.tpic: there is no such key; allowed are protocol, topic");
    assertThat(refused("match", table("topic", "a/#/b"), "to", to))
        .isEqualTo("match.topic: # must be the last level");
    assertThat(refused("match", table("topic", "a", "key", "b"), "to", to))
        .isEqualTo("match.key: stands beside a topic; give one of the two");
    assertThat(refused("match", table("topic", "{topic}/a"), "to", to))
        .isEqualTo("match.topic: {topic} stands for something else already; take another name");
    assertThat(refused("match", table("topic", "$SYS/#"), "to", to))
        .isEqualTo("match.topic: topics below $SYS are at no exchange");
    assertThat(refused("match", table("protocol", "mqt"), "to", to))
        .isEqualTo("match.protocol: must be among amqp, http, mqtt, stomp, not \"mqt\"");
    assertThat(refused("match", table("client", 5L), "to", to))
        .isEqualTo("match.client: must be a text: put 5 in quotes");
    assertThat(refused("match", table("client", List.of()), "to", to))
        .startsWith("match.client: is an empty list");
    assertThat(refused("match", match, "to", table("key", "k.{y}")))
        .isEqualTo("to.key: {y} stands for nothing; known are x, client, user, protocol, exchange,"
            + " key, topic");
    assertThat(refused("match", match, "to", table("key", "k.*")))
        .isEqualTo("to.key: * is a wildcard; a message goes to one key");
    assertThat(refused("match", match, "to", table("topic", "a/+")))
        .isEqualTo("to.topic: + and # are wildcards; a message goes to one topic");
    assertThat(refused("match", match, "to", table("topic", "$queue/x")))
        .startsWith("to.topic: topics below $queue are at no exchange");
    assertThat(refused("match", match, "to", table("topic", "a", "key", "b")))
        .isEqualTo("to.key: stands beside a topic; give one of the two");
    assertThat(refused("match", match, "to", table("exchange", "e".repeat(256))))
        .isEqualTo("to.exchange: is longer than 255 bytes");
    assertThat(refused("match", match, "to", to, "copy", "yes"))
        .isEqualTo("copy: must be true or false");
    assertThat(refused("match", match, "to", to, "expiry", "60"))
        .startsWith("expiry: must be a time from 1ms to 36500d");
    assertThat(refused("match", match, "to", to, "expiry", "999999999999d"))
        .startsWith("expiry: must be a time");
    assertThat(refused("match", match, "to", to, "headers", table("h", "{z}")))
        .startsWith("headers.h: {z} stands for nothing");
    assertThat(refused("match", match, "to", to, "headers", table("h", List.of(1L))))
        .isEqualTo("headers.h: must be a text, a number, true or false");
    assertThat(refused("match", match, "match", match, "to", to))
        .isEqualTo("match: is given twice");
    assertThat(nameRefused("")).isEqualTo("name: must not be empty");
    assertThat(nameRefused("test")).startsWith("name: \"test\" is no name for a rule");
    assertThat(nameRefused("n".repeat(256))).isEqualTo("name: is longer than 255 bytes");
  }

  private static @Nullable String refused(Object... namesAndValues) {
    return catchThrowableOfType(RefusedRule.class, () -> rule(namesAndValues)).getMessage();
  }

  private static @Nullable String nameRefused(String name) {
    RouteSpec spec = new RouteSpec(
        name, Headers.of(Map.of("match", table("user", "u"), "to", table("key", "k"))));
    return catchThrowableOfType(RefusedRule.class, () -> RouteRule.of(spec, RouteDefaults.USUAL))
        .getMessage();
  }
}
