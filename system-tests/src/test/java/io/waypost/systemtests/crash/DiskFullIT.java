package io.waypost.systemtests.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.BlockedCallback;
import com.rabbitmq.client.Channel;
import io.waypost.systemtests.WaypostProcess;
import io.waypost.systemtests.crash.Ledger.End;
import io.waypost.systemtests.crash.Stock.Answers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that fills up: publishers wait before it is full, and go on when there is room again. */
class DiskFullIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int DISK_MEBIBYTES = 256;
  private static final int BODY = 64 << 10;
  private static final Answers TEN_CONFIRMED = new Answers(10, 0, 0);

  /** Where the broker begins to worry, on a disk as small as this one. */
  private static final String[] SETTINGS = {"store.disk-reserve=64MiB"};

  @TempDir
  private Path folder = Path.of("");

  private final Stock stock = new Stock();
  private SmallDisk disk;
  private WaypostProcess broker;

  @BeforeEach
  void start() throws Exception {
    disk = SmallDisk.mount(Files.createDirectory(folder.resolve("data")), DISK_MEBIBYTES);
    try {
      broker = WaypostProcess.start(folder, SETTINGS);
    } catch (AssertionError e) {
      disk.close();
      throw e;
    }
    stock.started();
    assertThat(publish(10, 60_000)).isEqualTo(TEN_CONFIRMED);
  }

  @AfterEach
  void stop() {
    if (broker != null) {
      broker.program().kill();
    }
    if (disk != null) {
      disk.close();
    }
  }

  @Test
  void publishersAreBlockedBeforeItIsFullAndGoOnWhenThereIsRoom() throws Exception {
    disk.fill(100);
    AtomicInteger blocked = new AtomicInteger();
    AtomicInteger unblocked = new AtomicInteger();
    try (Client watcher = new Client(broker.port("amqp"))) {
      BlockedCallback whenBlocked = reason -> blocked.incrementAndGet();
      watcher.connection().addBlockedListener(whenBlocked, unblocked::incrementAndGet);
      // One channel: a blocked connection is not read, and so opens no other.
      Channel channel = watcher.channel();
      channel.basicPublish("", "nowhere", null, new byte[1]);
      await().dontCatchUncaughtExceptions().atMost(PATIENCE).until(() -> {
        assertThat(publish(10 * DISK_MEBIBYTES, 2_000).confirmed()).isLessThan(10 * DISK_MEBIBYTES);
        channel.basicPublish("", "nowhere", null, new byte[1]);
        return blocked.get() > 0;
      });
      assertThat(disk.freeMebibytes()).as("room that is left").isGreaterThan(8);
      disk.free();
      await().dontCatchUncaughtExceptions().atMost(PATIENCE).until(() -> unblocked.get() > 0);
    }
    assertThat(publish(10, 60_000)).isEqualTo(TEN_CONFIRMED);
    keepsEverything();
  }

  @Test
  void ofADiskThatIsSuddenlyFullNothingIsConfirmedThatIsNotThere() throws Exception {
    disk.fill(0);
    assertThat(publish(10 * DISK_MEBIBYTES, 10_000).confirmed()).isLessThan(10 * DISK_MEBIBYTES);
    assertThat(broker.program().isAlive()).as(broker.program().output()).isTrue();
    disk.free();
    await()
        .dontCatchUncaughtExceptions()
        .atMost(PATIENCE)
        .until(() -> publish(10, 5_000), TEN_CONFIRMED::equals);
    keepsEverything();
  }

  @Test
  void aBrokerThatIsKilledOnAFullDiskStartsWhenThereIsRoom() throws Exception {
    disk.fill(0);
    publish(10 * DISK_MEBIBYTES, 5_000);
    broker.kill();
    stock.ended(End.KILLED);
    disk.free();
    broker = WaypostProcess.start(folder, SETTINGS);
    stock.started();
    stock.check(broker.port("amqp"));
  }

  private void keepsEverything() throws Exception {
    broker.kill();
    stock.ended(End.KILLED);
    broker = WaypostProcess.start(folder, SETTINGS);
    stock.started();
    stock.check(broker.port("amqp"));
  }

  private Answers publish(int count, int patience) throws InterruptedException {
    return stock.publish(broker.port("amqp"), count, BODY, patience);
  }
}
