package io.waypost.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypost.queue.MemoryPressure;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AlarmsTest {
  private static final long LIMIT = 1000;

  private long inMemory;
  private @Nullable String storesShortage;
  private final MemoryPressure pressure = new MemoryPressure();
  private final List<String> events = new ArrayList<>();
  private final Alarms alarms = new Alarms(
      () -> inMemory,
      () -> storesShortage,
      LIMIT,
      pressure,
      () -> events.add("pressed"),
      () -> events.add("changed"));

  private void used(long bytes) {
    inMemory = bytes;
    alarms.look();
  }

  @Test
  void publishersAreHeldBackAtTheLimitUntilATenthIsFree() {
    used(999);
    assertThat(alarms.shortage()).isNull();
    used(1000);
    assertThat(alarms.shortage()).isEqualTo("low on memory");
    assertThat(alarms.isMemoryLow()).isTrue();
    used(900);
    assertThat(alarms.shortage()).isEqualTo("low on memory");
    used(899);
    assertThat(alarms.shortage()).isNull();
    assertThat(events).containsExactly("pressed", "changed", "changed");
  }

  @Test
  void queuesArePressedAtHalfTheLimit() {
    used(499);
    assertThat(pressure.isHigh()).isFalse();
    used(500);
    assertThat(pressure.isHigh()).isTrue();
    used(400);
    assertThat(pressure.isHigh()).isTrue();
    used(399);
    assertThat(pressure.isHigh()).isFalse();
    used(500);
    assertThat(events).containsExactly("pressed", "pressed");
  }

  @Test
  void whatTheStoreIsShortOfHoldsPublishersBackToo() {
    storesShortage = "low on disk";
    used(0);
    assertThat(alarms.shortage()).isEqualTo("low on disk");
    assertThat(alarms.isMemoryLow()).isFalse();
    used(1000);
    storesShortage = null;
    used(1000);
    assertThat(alarms.shortage()).isEqualTo("low on memory");
    used(0);
    assertThat(alarms.shortage()).isNull();
    assertThat(events).containsExactly("changed", "pressed", "changed");
  }

  @Test
  void oneWhoLooksWhileAnotherDoesIsNotMissed() {
    List<Alarms> self = new ArrayList<>();
    Alarms nested = new Alarms(() -> inMemory, () -> null, LIMIT, pressure, () -> {}, () -> {
      if (inMemory == LIMIT) {
        inMemory = 0;
        self.get(0).look();
      }
    });
    self.add(nested);
    inMemory = LIMIT;
    nested.look();

    assertThat(nested.shortage()).isNull();
  }
}
