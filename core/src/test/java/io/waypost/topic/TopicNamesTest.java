package io.waypost.topic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TopicNamesTest {
  @ParameterizedTest
  @CsvSource({
    "a/b, a.b",
    "a.b/c, a%2Eb.c",
    "/a, .a",
    "a/*/b, a.%2A.b",
    "a*/b, a*.b",
    "50%, 50%",
    "%2E, %252E",
    "a%2Fb, a/b",
    "a%2Bb, a+b",
    "/, .",
    "%23, %2523"
  })
  void aTopicHasOneRoutingKeyAndComesBack(String topic, String key) {
    assertThat(TopicNames.key(topic)).isEqualTo(key);
    assertThat(TopicNames.topic(key)).isEqualTo(topic);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "/", "#", "+", "a/#", "+/a/+/#", "a b/%23", "$SYS/#", "/#"})
  void wildcardsAreLevelsOfTheirOwn(String filter) {
    assertThat(TopicNames.isFilter(filter)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a+", "+a", "a/#/b", "a#", "#a", "##", "++", "a/b#", "a\nb", "\0"})
  void whatIsNoFilterIsToldApart(String filter) {
    assertThat(TopicNames.isFilter(filter)).isFalse();
  }

  @Test
  void everyTopicComesBack() {
    Random random = new Random(11);
    String letters = "ab/.%*25EFAB#+\u00e4 $";
    for (int i = 0; i < 200_000; i++) {
      StringBuilder topic = new StringBuilder();
      for (int left = 1 + random.nextInt(10); left > 0; left--) {
        char c = letters.charAt(random.nextInt(letters.length()));
        topic.append(c == '#' || c == '+' ? 'x' : c);
      }
      String name = topic.toString();
      assertThat(TopicNames.topic(TopicNames.key(name))).isEqualTo(name);
      assertThat(TopicNames.pattern(name)).isEqualTo(TopicNames.key(name));
    }
  }

  @Test
  void noRoutingKeyBecomesATopicWithAWildcard() {
    for (String key : new String[] {"a.#", "a+b", "#", "a/b", "x\0y"}) {
      assertThat(TopicNames.topic(key)).doesNotContain("#", "+", "\0");
    }
    assertThat(TopicNames.key(TopicNames.topic("a/b"))).isEqualTo("a/b");
  }

  @ParameterizedTest
  @CsvSource({"a/+/c, a.*.c", "#, '#'", "a/#, a.#", "+, *", "a/*, a.%2A", "+/a.b/#, *.a%2Eb.#"})
  void filtersArePatterns(String filter, String pattern) {
    assertThat(TopicNames.pattern(filter)).isEqualTo(pattern);
  }

  @ParameterizedTest
  @CsvSource({
    "a/+, a/b, true",
    "a/+, a, false",
    "a/+, a/, true",
    "a/#, a, true",
    "a/#, a/b/c, true",
    "#, $SYS/x, false",
    "+/x, $SYS/x, false",
    "$SYS/#, $SYS/x, true",
    "+, a/b, false",
    "+/+, /a, true",
    "/+, /a, true",
    "a, a/, false",
    "a/b, a/b, true",
    "#, a, true"
  })
  void filtersMatchTopics(String filter, String topic, boolean matches) {
    assertThat(TopicNames.matches(filter, topic)).isEqualTo(matches);
  }

  @Test
  void aQueueHasATopic() {
    for (String queue : new String[] {"q", "amq.gen-a+b#c", "50%2B", "a/b", "%25"}) {
      String topic = TopicNames.ofQueue(queue);
      assertThat(topic).startsWith("$queue/").doesNotContain("+", "#");
      assertThat(TopicNames.queue(topic)).isEqualTo(queue);
    }
    assertThat(TopicNames.queue("a/b")).isNull();
  }
}
