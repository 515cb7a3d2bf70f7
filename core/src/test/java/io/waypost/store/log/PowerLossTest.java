package io.waypost.store.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class PowerLossTest {
  private static final Logger LOG = (Logger) LoggerFactory.getLogger("io.waypost.store");

  @BeforeAll
  static void beQuiet() {
    LOG.setLevel(Level.OFF);
  }

  @AfterAll
  static void speakAgain() {
    LOG.setLevel(null);
  }

  private static int histories(long seed, long seconds) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    int ends = 0;
    for (long each = seed; System.nanoTime() < end; each++) {
      History history = new History(each, StoreRig.SMALL);
      history.run(5, 60);
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
