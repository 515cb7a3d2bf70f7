package io.waypost.systemtests.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypost.systemtests.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The disk that fails on demand does so for a Java program. */
class DiskFaultsIT {
  @TempDir
  private Path folder = Path.of("");

  private Path data;
  private DiskFaults faults;

  @BeforeEach
  void build() throws IOException {
    data = Files.createDirectory(folder.resolve("data"));
    faults = DiskFaults.in(folder);
  }

  @Test
  void countsWhatIsWrittenAndSynced() throws IOException {
    assertThat(run(data, "one", "two")).containsExactly("one: safe", "two: safe");
    assertThat(faults.syncs()).isEqualTo(2);
    assertThat(faults.writes()).isEqualTo(2);
    assertThat(faults.bytesWritten()).isEqualTo(8);
    assertThat(faults.failed()).isZero();
  }

  @Test
  void leavesOtherFilesAlone() throws IOException {
    faults.failSyncs(DiskFaults.ALL, DiskFaults.EIO);
    assertThat(run(folder, "one")).containsExactly("one: safe");
    assertThat(faults.syncs()).isZero();
  }

  @Test
  void losesWhatASyncThatFailsShouldHaveMadeSafe() throws IOException {
    faults.failSyncs(1, DiskFaults.EIO);
    assertThat(run(data, "one", "two")).containsExactly("one: Input/output error", "two: safe");
    assertThat(Files.readString(data.resolve("file"))).isEqualTo("\0\0\0\0two\n");
    assertThat(faults.failed()).isEqualTo(1);
  }

  @Test
  void failsAndTearsWrites() throws IOException {
    faults.failWrites(2, DiskFaults.ENOSPC, 2);
    assertThat(run(data, "one", "two"))
        .containsExactly("one: No space left on device", "two: safe");
    assertThat(Files.readString(data.resolve("file"))).isEqualTo("ontwo\n");
  }

  @Test
  void delaysSyncs() throws IOException {
    faults.delaySyncs(400);
    long begin = System.nanoTime();
    assertThat(run(data, "one", "two")).containsExactly("one: safe", "two: safe");
    assertThat(System.nanoTime() - begin).isGreaterThan(800_000_000);
  }

  private List<String> run(Path where, String... lines) {
    List<String> command = new ArrayList<>(List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:TieredStopAtLevel=1",
        "-cp",
        System.getProperty("java.class.path"),
        SyncingProgram.class.getName(),
        where.resolve("file").toString()));
    command.addAll(List.of(lines));
    try (Program program = Program.start(folder, faults.environment(data), command)) {
      assertThat(program.awaitExit()).as(program.output()).isZero();
      return program.lines();
    }
  }
}
