package io.waypost.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopicTrieTest {
  private final TopicTrie<String> trie = new TopicTrie<>();

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void anyChangesAndKeysMatchAsTheDefinitionSays(long seed) {
    Random random = new Random(seed);
    List<String> patterns = new ArrayList<>();
    for (int round = 0; round < 1_000; round++) {
      if (!patterns.isEmpty() && random.nextInt(100) < 45) {
        String gone = patterns.remove(random.nextInt(patterns.size()));
        trie.remove(gone, gone);
      } else {
        String pattern = words(random, List.of("a", "b", "", "*", "#", "#"), 5);
        patterns.add(pattern);
        trie.add(pattern, pattern);
      }
      String key = words(random, List.of("a", "b", "", "c", "*", "#"), 6);
      assertThat(matches(key)).as("key '%s'", key).isEqualTo(expected(patterns, key));
    }
    patterns.forEach(pattern -> trie.remove(pattern, pattern));
    assertThat(trie.isEmpty()).isTrue();
  }

  @Test
  @Timeout(20)
  void manyWildcardsDoNotMultiply() {
    String pattern = "#.a.*.".repeat(40) + "#.b";
    trie.add(pattern, "long");
    trie.add("#.#.#.#.#.#.#.#.#.#.b", "any");
    String words = "a.".repeat(2_000);
    assertThat(matches(words + "a")).isEmpty();
    assertThat(matches(words + "b")).containsExactlyInAnyOrder("long", "any");
  }

  @Test
  void aKeyOfVeryManyWordsNeedsNoDeepStack() {
    String key = String.join(".", Collections.nCopies(60_000, "w"));
    trie.add(key, "exact");
    trie.add("#.w", "any");
    assertThat(matches(key)).containsExactlyInAnyOrder("exact", "any");
    trie.remove(key, "exact");
    trie.remove("#.w", "any");
    assertThat(trie.isEmpty()).isTrue();
  }

  @Test
  void wordsOfEqualHashAreToldApart() {
    trie.add("x.Aa", "Aa");
    trie.add("x.BB", "BB");
    assertThat(matches("x.Aa")).containsExactly("Aa");
    assertThat(matches("x.BB")).containsExactly("BB");
    assertThat(matches("x.C#")).isEmpty();
  }

  @Test
  void removingAnInnerPatternKeepsThoseBelow() {
    trie.add("a", "inner");
    trie.add("a.b.c", "leaf");
    trie.remove("a", "inner");
    assertThat(matches("a")).isEmpty();
    assertThat(matches("a.b.c")).containsExactly("leaf");
    trie.remove("a.b.c", "leaf");
    assertThat(trie.isEmpty()).isTrue();
  }

  @Test
  void removingWhatIsNotThereIsABugOfTheCaller() {
    trie.add("a.b", "q");
    assertThatThrownBy(() -> trie.remove("a.c", "q")).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> trie.remove("a.b", "r")).isInstanceOf(IllegalStateException.class);
  }

  private Set<String> matches(String key) {
    Set<String> destinations = new HashSet<>();
    trie.match(key).forEach(found -> destinations.addAll(found.all()));
    return destinations;
  }

  private static String words(Random random, List<String> alphabet, int most) {
    List<String> words = new ArrayList<>();
    for (int n = random.nextInt(most + 1); n > 0; n--) {
      words.add(alphabet.get(random.nextInt(alphabet.size())));
    }
    return String.join(".", words);
  }

  private static Set<String> expected(List<String> patterns, String key) {
    Set<String> expected = new HashSet<>();
    for (String pattern : patterns) {
      if (matches(split(pattern), split(key))) {
        expected.add(pattern);
      }
    }
    return expected;
  }

  private static List<String> split(String text) {
    return text.isEmpty() ? List.of() : List.of(text.split("\\.", -1));
  }

  private static boolean matches(List<String> pattern, List<String> key) {
    if (pattern.isEmpty()) {
      return key.isEmpty();
    }
    List<String> rest = pattern.subList(1, pattern.size());
    if (pattern.get(0).equals("#")) {
      return matches(rest, key) || (!key.isEmpty() && matches(pattern, key.subList(1, key.size())));
    }
    return !key.isEmpty()
        && (pattern.get(0).equals("*") || pattern.get(0).equals(key.get(0)))
        && matches(rest, key.subList(1, key.size()));
  }
}
