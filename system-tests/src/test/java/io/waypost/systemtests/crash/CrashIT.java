package io.waypost.systemtests.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever happens to the process, what it confirmed is there. {@code -Dcrash.seed=} repeats a run as far as moments can
 * be repeated, {@code -Dcrash.rounds=} makes it longer.
 */
class CrashIT {
  private static final long SEED = Long.getLong("crash.seed", System.nanoTime());

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path folder = Path.of("");

  @Test
  void keepsItsPromisesWithoutACrash() throws Exception {
    CrashRun run = run();
    run.loads(4);
    assertThat(run.summary()).endsWith("copies due 0");
  }

  @Test
  void keepsItsPromisesOverTenCrashes() throws Exception {
    run(10);
  }

  @Test
  @Tag("nightly")
  @Timeout(value = 90, unit = TimeUnit.MINUTES)
  void keepsItsPromisesOverTwoHundredCrashes() throws Exception {
    run(200);
  }

  private void run(int rounds) throws Exception {
    CrashRun run = run();
    run.rounds(Integer.getInteger("crash.rounds", rounds));
    assertThat(run.summary()).endsWith("copies due 0");
  }

  private CrashRun run() {
    System.out.println("crash.seed=" + SEED);
    return new CrashRun(folder, SEED);
  }
}
