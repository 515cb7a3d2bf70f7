package io.waypost.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WordTreeTest {
  private final WordTree<String> tree = new WordTree<>();

  private List<String> find(String pattern) {
    List<String> found = new ArrayList<>();
    assertThat(tree.search(pattern).run(Integer.MAX_VALUE, found)).isTrue();
    found.sort(null);
    return found;
  }

  @Test
  void patternsFindTheKeysThatMatchThem() {
    for (String key : List.of("", "a", "a.b", "a.b.c", "a.x.c", ".a", "a.", "b")) {
      tree.put(key, key);
    }
    assertThat(find("a.b")).containsExactly("a.b");
    assertThat(find("a.*.c")).containsExactly("a.b.c", "a.x.c");
    assertThat(find("a.#")).containsExactly("a", "a.", "a.b", "a.b.c", "a.x.c");
    assertThat(find("*")).containsExactly("a", "b");
    assertThat(find("*.a")).containsExactly(".a");
    assertThat(find("#")).hasSize(8);
    assertThat(find("c")).isEmpty();
    assertThat(find("")).containsExactly("");
  }

  @Test
  void aKeyHasOneValue() {
    assertThat(tree.put("a.b", "1")).isNull();
    assertThat(tree.put("a.b", "2")).isEqualTo("1");
    assertThat(tree.get("a.b")).isEqualTo("2");
    assertThat(tree.get("a")).isNull();
    assertThat(tree.size()).isEqualTo(1);
    assertThat(tree.remove("a")).isNull();
    assertThat(tree.remove("a.b")).isEqualTo("2");
    assertThat(tree.remove("a.b")).isNull();
    assertThat(tree.size()).isZero();
    assertThat(find("#")).isEmpty();
  }

  @Test
  void aLargeSearchGoesOnInSteps() {
    for (int i = 0; i < 1000; i++) {
      tree.put("k." + i, "v" + i);
    }
    WordTree<String>.Search search = tree.search("k.*");
    List<String> found = new ArrayList<>();
    int turns = 1;
    while (!search.run(100, found)) {
      turns++;
    }
    assertThat(turns).isBetween(10, 12);
    assertThat(found).hasSize(1000).doesNotHaveDuplicates();
  }

  @Test
  void randomChangesLeaveWhatAMapWouldHold() {
    Random random = new Random(7);
    Map<String, String> model = new HashMap<>();
    for (int i = 0; i < 20_000; i++) {
      String key = random.nextInt(4) + "." + random.nextInt(4) + "." + random.nextInt(4);
      if (random.nextInt(3) == 0) {
        assertThat(tree.remove(key)).isEqualTo(model.remove(key));
      } else {
        assertThat(tree.put(key, "v" + i)).isEqualTo(model.put(key, "v" + i));
      }
    }
    assertThat(tree.size()).isEqualTo(model.size());
    assertThat(find("#")).containsExactlyInAnyOrderElementsOf(model.values());
  }
}
