package io.waypost.store.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class PowerLossTest {
  private static final QuietLog LOG = new QuietLog();

  @BeforeAll
  static void beQuiet() {
    LOG.begin();
  }

  @AfterAll
  static void speakAgain() {
    LOG.end();
  }

  private static int histories(long seed, long seconds) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    int ends = 0;
    for (long each = seed; System.nanoTime() < end; each++) {
      // Only a large segment is prepared with zeros.
      History history = new History(each, each % 4 == 0 ? StoreRig.MEDIUM : StoreRig.SMALL);
      history.run(5, 60);
      LOG.checkNoBug();
      ends += history.losses;
    }
    return ends;
  }

  @Test
  void nothingConfirmedIsLostAndNothingRemovedComesBack() {
    int ends = histories(1, 15);
    assertThat(ends).isPositive();
  }

  @Test
  @Tag("nightly")
  void nothingConfirmedIsLostAndNothingRemovedComesBackForALongTime() {
    int ends = histories(System.nanoTime(), 600);
    assertThat(ends).isGreaterThan(10_000);
  }
}
