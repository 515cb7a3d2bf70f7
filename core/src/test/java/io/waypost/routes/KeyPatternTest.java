package io.waypost.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waypost.message.Headers;
import io.waypost.message.Message;
import io.waypost.message.Origin;
import io.waypost.message.Properties;
import io.waypost.routing.BindingTable;
import io.waypost.routing.ExchangeTypes;
import io.waypost.topic.TopicNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyPatternTest {
  private static @Nullable Map<String, @Nullable String> topic(String filter, String topic) {
    return KeyPattern.ofTopic(filter).match(TopicNames.key(topic));
  }

  private static @Nullable Map<String, @Nullable String> key(String pattern, String key) {
    return KeyPattern.ofKey(pattern).match(key);
  }

  @Test
  void aNameTakesALevelAndATailTheRest() {
    assertThat(topic("sensors/{site}/{device}/temp", "sensors/a/b/temp"))
        .containsExactlyInAnyOrderEntriesOf(Map.of("site", "a", "device", "b"));
    assertThat(topic("sensors/{site}/{device}/temp", "sensors/a/b/c/temp")).isNull();
    assertThat(topic("{site}/+/{rest#}", "a/b/c/d")).isEqualTo(Map.of("site", "a", "rest", "c.d"));
    assertThat(topic("a/{rest#}", "a/")).isEqualTo(Map.of("rest", ""));
    assertThat(topic("a/{rest#}", "a")).containsEntry("rest", null);
    assertThat(topic("a/#", "a/b/c")).isEmpty();
    assertThat(topic("a/#", "b")).isNull();
    assertThat(topic("{x}", "")).isNull();
  }

  @Test
  void levelsAreFoundAsTheWordsThatStandForThem() {
    assertThat(topic("{a}/{b}", "x.y/*")).isEqualTo(Map.of("a", "x%2Ey", "b", "%2A"));
    assertThat(topic("x.y/{b}", "x.y/z")).isEqualTo(Map.of("b", "z"));
    assertThat(topic("{{a}}/{b}", "{a}/z")).isEqualTo(Map.of("b", "z"));
    assertThat(topic("a//{b}", "a//z")).isEqualTo(Map.of("b", "z"));
  }

  @Test
  void aFilterThatBeginsWithAWildcardLeavesOutReservedTopics() {
    assertThat(topic("{first}/{rest#}", "$x/y")).isNull();
    assertThat(topic("#", "$x/y")).isNull();
    assertThat(topic("$x/{rest#}", "$x/y")).isEqualTo(Map.of("rest", "y"));
    assertThat(key("#", "$x.y")).isEmpty();
  }

  @Test
  void keysMatchAsInATopicExchange() {
    assertThat(key("orders.{region}.*", "orders.eu.new")).isEqualTo(Map.of("region", "eu"));
    assertThat(key("{all#}", "")).containsEntry("all", null);
    assertThat(key("{one}", "")).isNull();
    assertThat(key("", "")).isEmpty();
    assertThat(key("#.{last}", "a.b.c")).isEqualTo(Map.of("last", "c"));
    assertThat(key("{head#}.x.{tail#}", "a.x.b.x.c"))
        .isEqualTo(Map.of("head", "a", "tail", "b.x.c"));
    assertThat(key("a*", "ab")).isNull();
    assertThat(key("a*", "a*")).isEmpty();
  }

  @Test
  void aPatternMatchesWhatABindingWithItDoes() {
    Random random = new Random(5);
    String[] words = {"a", "b", "", "*", "#", "{x}", "{y#}"};
    String[] plain = {"a", "b", ""};
    Message message = Message.of("", "", new byte[0], Properties.EMPTY, Origin.BROKER);
    for (int i = 0; i < 50_000; i++) {
      String text = words(random, words);
      KeyPattern pattern;
      try {
        pattern = KeyPattern.ofKey(text);
      } catch (IllegalArgumentException twice) {
        assertThat(twice).hasMessageContaining("twice");
        continue;
      }
      String key = words(random, plain);
      BindingTable<String> table =
          ExchangeTypes.<String>table(ExchangeTypes.TOPIC).orElseThrow();
      table.bind("bound", pattern.binding(), Headers.empty());
      List<String> found = new ArrayList<>();
      table.match(message, key, found);
      assertThat(pattern.match(key) != null).as("%s of %s", text, key).isEqualTo(!found.isEmpty());
    }
  }

  private static String words(Random random, String[] words) {
    List<String> parts = new ArrayList<>();
    for (int left = random.nextInt(6); left > 0; left--) {
      parts.add(words[random.nextInt(words.length)]);
    }
    return String.join(".", parts);
  }

  @Test
  void aLongKeyAndManyWildcardsTakeNoLongTime() {
    String pattern = "#.a".repeat(50).substring(2) + ".#.b";
    assertThat(key("#." + pattern, "a.".repeat(5_000) + "c")).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "'', must not be empty",
    "a/#/b, must be the last level",
    "a/{rest#}/b, must be the last level",
    "a/b#, a wildcard takes a whole level",
    "a+/b, a wildcard takes a whole level",
    "a/x{site}, a name takes a whole level",
    "'{a}/{a}', is there twice",
    "'{}', a brace must begin a name",
    "'{a', a brace must begin a name",
    "'{1a}', a brace must begin a name",
    "'a}', a brace ends that never began"
  })
  void aFilterThatCannotBeUsedIsRefusedWithTheReason(String filter, String reason) {
    assertThatThrownBy(() -> KeyPattern.ofTopic(filter))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(reason);
  }
}
