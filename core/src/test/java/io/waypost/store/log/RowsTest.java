package io.waypost.store.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RowsTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 7, 256, 5_000})
  void sortsByQueueAndThenByPosition(int queues) {
    Random random = new Random(queues);
    Rows rows = new Rows();
    List<Row> all = new ArrayList<>();
    long[] positions = new long[queues];
    for (int i = 0; i < 20_000; i++) {
      Row row = new Row();
      int queue = random.nextInt(queues);
      // Numbers that are far apart meet in the same places of a small table.
      row.queue = queue * 256L - 1_000;
      boolean late = random.nextInt(50) == 0;
      row.position = late ? random.nextLong(1_000_000, 2_000_000) : positions[queue]++;
      row.flags = late ? Row.TRANSIENT : 0;
      rows.add(row);
      all.add(row.copy());
    }
    all.sort(
        Comparator.<Row>comparingLong(row -> row.queue).thenComparingLong(row -> row.position));

    int[] order = rows.sorted();

    assertThat(order).hasSize(all.size());
    for (int i = 0; i < order.length; i++) {
      assertThat(rows.queue(order[i])).isEqualTo(all.get(i).queue);
      assertThat(rows.position(order[i])).isEqualTo(all.get(i).position);
    }
  }

  @Test
  void nothingIsSorted() {
    assertThat(new Rows().sorted()).isEmpty();
  }
}
