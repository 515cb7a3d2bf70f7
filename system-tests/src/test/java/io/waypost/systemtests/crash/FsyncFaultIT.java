package io.waypost.systemtests.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.waypost.systemtests.Program;
import io.waypost.systemtests.WaypostProcess;
import io.waypost.systemtests.crash.Ledger.End;
import io.waypost.systemtests.crash.Stock.Answers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that reports errors: nothing is confirmed that is not on it. */
class FsyncFaultIT {
  private static final int PATIENCE = 60_000;
  private static final Answers ALL_CONFIRMED = new Answers(200, 0, 0);

  @TempDir
  private Path folder = Path.of("");

  private final Stock stock = new Stock();
  private DiskFaults faults;
  private WaypostProcess broker;

  @BeforeEach
  void start() throws Exception {
    faults = DiskFaults.in(folder);
    broker = WaypostProcess.started(
        WaypostProcess.launch(folder, faults.environment(folder.resolve("data"))));
    stock.started();
    assertThat(publish(200)).isEqualTo(ALL_CONFIRMED);
  }

  @AfterEach
  void stop() {
    broker.program().kill();
  }

  @Test
  void aMessageIsConfirmedAfterASyncThatManyShare() throws Exception {
    faults.delaySyncs(200);
    long syncs = faults.syncs();
    long begin = System.nanoTime();
    assertThat(publish(1)).isEqualTo(new Answers(1, 0, 0));
    assertThat(System.nanoTime() - begin).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(200));
    assertThat(publish(200)).isEqualTo(ALL_CONFIRMED);
    assertThat(faults.syncs() - syncs).isBetween(2L, 100L);
  }

  @Test
  void whatASyncThatFailsShouldHaveMadeSafeIsNotConfirmed() throws Exception {
    faults.failSyncs(1, DiskFaults.EIO);
    assertThat(publish(200).confirmed()).isLessThan(200);
    assertThat(faults.failed()).isEqualTo(1);
    goesOnOrEndsAndKeepsEverything();
  }

  @Test
  void whatCannotBeWrittenIsNotConfirmed() throws Exception {
    faults.failWrites(1, DiskFaults.EIO, 0);
    assertThat(publish(200).confirmed()).isLessThan(200);
    goesOnOrEndsAndKeepsEverything();
  }

  @Test
  void aTornWriteIsNotConfirmed() throws Exception {
    faults.failWrites(2, DiskFaults.EIO, 100);
    assertThat(publish(200).confirmed()).isLessThan(200);
    goesOnOrEndsAndKeepsEverything();
  }

  @Test
  void nothingIsConfirmedAsLongAsTheDiskFails() throws Exception {
    faults.failSyncs(DiskFaults.ALL, DiskFaults.EIO);
    assertThat(stock.publish(broker.port("amqp"), 200, 1000, 10_000).confirmed())
        .isZero();
    assertThat(stock.publish(broker.port("amqp"), 200, 1000, 10_000).confirmed())
        .isZero();
    goesOnOrEndsAndKeepsEverything();
  }

  @Test
  void aDiskWithoutSpaceDoesNotEndTheBroker() throws Exception {
    faults.failWrites(DiskFaults.ALL, DiskFaults.ENOSPC, 100);
    assertThat(stock.publish(broker.port("amqp"), 200, 1000, 10_000).confirmed())
        .isZero();
    assertThat(broker.program().isAlive()).as(broker.program().output()).isTrue();
    goesOnOrEndsAndKeepsEverything();
    assertThat(broker.program().isAlive()).as(broker.program().output()).isTrue();
  }

  @Test
  void aMistakeWhileStartingIsALineAndACode() throws Exception {
    broker.kill();
    faults.failSyncs(DiskFaults.ALL, DiskFaults.EIO);
    try (Program next = WaypostProcess.launch(folder, faults.environment(folder.resolve("data")))) {
      assertThat(next.awaitExit()).isNotZero();
      assertThat(next.lines()).anyMatch(line -> line.startsWith("waypost: "));
      assertThat(next.output()).doesNotContain("\tat ");
    }
    stock.ended(End.KILLED);
    faults.heal();
    again();
  }

  /** The disk is well again, and the broker takes notice by itself or has ended with a reason. */
  private void goesOnOrEndsAndKeepsEverything() throws Exception {
    faults.heal();
    if (ended()) {
      assertThat(broker.program().awaitExit()).isNotZero();
    } else {
      await()
          .dontCatchUncaughtExceptions()
          .atMost(Duration.ofSeconds(60))
          .until(() -> publish(1).confirmed() == 1);
      assertThat(publish(200)).as("the disk is well again").isEqualTo(ALL_CONFIRMED);
    }
    assertThat(logged())
        .as("the log says what is wrong with which file")
        .anyMatch(line ->
            line.contains("ERROR") && line.contains(folder.resolve("data").toString()));
    broker.kill();
    stock.ended(End.KILLED);
    again();
  }

  private void again() throws Exception {
    broker = WaypostProcess.start(folder);
    stock.started();
    stock.check(broker.port("amqp"));
  }

  /** Whether the broker ended: it does so at once or not at all. */
  private boolean ended() throws InterruptedException {
    return !broker.program().isAlive() || publish(1).equals(new Answers(0, 0, 0));
  }

  private Answers publish(int count) throws InterruptedException {
    return stock.publish(broker.port("amqp"), count, 1000, PATIENCE);
  }

  private List<String> logged() throws IOException {
    return Files.readAllLines(folder.resolve("log/waypost.log"));
  }
}
