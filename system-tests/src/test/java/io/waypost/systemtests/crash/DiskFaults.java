package io.waypost.systemtests.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypost.systemtests.Prerequisite;
import io.waypost.systemtests.Program;
import io.waypost.systemtests.WaypostProcess;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The disk of a program, which can be told to fail: see {@code diskfaults.c}. */
final class DiskFaults {
  /** An error of the device, as Linux numbers it. */
  static final int EIO = 5;
  /** No space is left. */
  static final int ENOSPC = 28;
  /** For ever. */
  static final int ALL = -1;

  private static final int SIZE = 4096;

  private final Path library;
  private final Path control;
  private final MappedByteBuffer numbers;

  private DiskFaults(Path library, Path control, MappedByteBuffer numbers) {
    this.library = library;
    this.control = control;
    this.numbers = numbers;
  }

  /** Builds it in a folder, with a control file of its own; skips the test where there is no C compiler. */
  static DiskFaults in(Path folder) throws IOException {
    Prerequisite.check(hasCompiler(), "a C compiler (gcc)");
    Path library = folder.resolve("diskfaults.so");
    Path source = WaypostProcess.sources().resolve("system-tests/src/test/c/diskfaults.c");
    List<String> command = List.of(
        "gcc", "-shared", "-fPIC", "-O2", "-o", library.toString(), source.toString(), "-ldl");
    try (Program gcc = Program.start(folder, Map.of(), command)) {
      assertThat(gcc.awaitExit()).as(gcc.output()).isZero();
    }
    Path control = folder.resolve("diskfaults");
    Files.write(control, new byte[SIZE]);
    try (FileChannel channel =
        FileChannel.open(control, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      MappedByteBuffer numbers = channel.map(MapMode.READ_WRITE, 0, SIZE);
      numbers.order(ByteOrder.nativeOrder());
      return new DiskFaults(library, control, numbers);
    }
  }

  private static boolean hasCompiler() {
    return Stream.of(System.getenv("PATH").split(":"))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, "gcc")));
  }

  /** What puts it between a program and what the program has in a folder. */
  Map<String, String> environment(Path under) {
    return Map.of(
        "LD_PRELOAD", library.toString(),
        "DISKFAULTS_CONTROL", control.toString(),
        "DISKFAULTS_UNDER", under + "/");
  }

  long syncs() {
    return numbers.getLong(0);
  }

  long writes() {
    return numbers.getLong(8);
  }

  long bytesWritten() {
    return numbers.getLong(16);
  }

  /** How many calls were made to fail. */
  long failed() {
    return numbers.getLong(24);
  }

  /** The next syncs fail, and what they should have made safe is lost. */
  void failSyncs(int count, int error) {
    numbers.putLong(120, 1);
    numbers.putLong(72, error);
    numbers.putLong(64, count);
  }

  void delaySyncs(int millis) {
    numbers.putLong(80, millis * 1000L);
  }

  /**
   * The next writes fail.
   *
   * @param torn how many bytes the first of them writes nevertheless, without an error
   */
  void failWrites(int count, int error, int torn) {
    numbers.putLong(104, torn);
    numbers.putLong(96, error);
    numbers.putLong(88, count);
  }

  /** All is well from now on. */
  void heal() {
    numbers.putLong(64, 0);
    numbers.putLong(80, 0);
    numbers.putLong(88, 0);
  }
}
