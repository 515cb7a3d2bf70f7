package io.waypost.systemtests.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypost.systemtests.Program;
import io.waypost.systemtests.WaypostProcess;
import io.waypost.systemtests.crash.Ledger.End;
import io.waypost.systemtests.crash.Stock.Answers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The data folder is one broker's at a time, and all that it needs is in it. */
class DataFolderIT {
  private static final int MESSAGES = 100;

  @TempDir
  private Path temp = Path.of("");

  private final Stock stock = new Stock();
  private Path folder = Path.of("");
  private WaypostProcess broker;

  @BeforeEach
  void fill() throws Exception {
    folder = Files.createDirectory(temp.resolve("first"));
    broker = WaypostProcess.start(folder);
    stock.started();
    assertThat(stock.publish(broker.port("amqp"), MESSAGES, 1000, 60_000))
        .isEqualTo(new Answers(MESSAGES, 0, 0));
  }

  @AfterEach
  void stop() {
    broker.program().kill();
  }

  @ParameterizedTest
  @EnumSource(names = {"KILLED", "STOPPED"})
  void aCopyThatWasMadeWhileNobodyUsedItIsAsGood(End end) throws Exception {
    if (end == End.KILLED) {
      broker.kill();
    } else {
      broker.close();
    }
    stock.ended(end);
    Path other = Files.createDirectory(temp.resolve("second"));
    StoreFiles.copy(folder.resolve("data"), other.resolve("data"));
    try (WaypostProcess first = WaypostProcess.start(folder);
        WaypostProcess second = WaypostProcess.start(other)) {
      assertThat(first.port("amqp")).isNotEqualTo(second.port("amqp"));
      stock.started();
      stock.check(second.port("amqp"));
    }
  }

  @Test
  void aSecondBrokerIsRefusedByWhateverNameItKnowsTheFolder() throws Exception {
    Path other = Files.createDirectory(temp.resolve("second"));
    Files.createSymbolicLink(other.resolve("data"), folder.resolve("data"));
    for (Path each : new Path[] {folder, other}) {
      // Neither the host's name nor the note about the process decides, only the lock.
      Files.deleteIfExists(folder.resolve("data/waypost.pid"));
      try (Program second = WaypostProcess.launch(each, Map.of("HOSTNAME", "elsewhere"))) {
        assertThat(second.awaitExit()).isEqualTo(75);
        assertThat(second.lines()).hasSize(1);
        assertThat(second.output()).contains("uses the data folder " + each.resolve("data"));
      }
    }
    assertThat(stock.publish(broker.port("amqp"), 1, 1000, 60_000)).isEqualTo(new Answers(1, 0, 0));
    stock.check(broker.port("amqp"));
  }

  @Test
  void theFolderIsFreeAsSoonAsItsBrokerIsKilled() throws Exception {
    broker.kill();
    stock.ended(End.KILLED);
    broker = WaypostProcess.start(folder);
    stock.started();
    stock.check(broker.port("amqp"));
  }
}
