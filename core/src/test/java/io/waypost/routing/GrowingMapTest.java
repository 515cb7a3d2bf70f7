package io.waypost.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class GrowingMapTest {
  private final GrowingMap<String, Integer> map = new GrowingMap<>();

  @Test
  void whateverItsSizeItHoldsWhatAMapHolds() {
    Map<String, Integer> model = new HashMap<>();
    Random random = new Random(5);
    for (int round = 0; round < 20_000; round++) {
      // The bounds move so that it grows past every threshold and shrinks back to nothing.
      String key = "k" + random.nextInt(1 + round % 100);
      if (random.nextInt(100) < (round / 500 % 2 == 0 ? 70 : 20)) {
        model.put(key, round);
        map.put(key, round);
      } else {
        model.remove(key);
        map.remove(key);
      }
      assertThat(map.get(key)).isEqualTo(model.get(key));
      assertThat(map.keys()).isEqualTo(model.keySet());
      assertThat(map.isEmpty()).isEqualTo(model.isEmpty());
    }
  }

  @Test
  void aSmallMapThatAReaderHoldsIsNotChangedUnderIt() {
    map.put("a", 1);
    map.put("b", 2);
    var seen = map.keys();
    map.put("c", 3);
    map.remove("a");
    assertThat(seen).containsExactlyInAnyOrder("a", "b");
    assertThat(map.keys()).containsExactlyInAnyOrder("b", "c");
  }
}
