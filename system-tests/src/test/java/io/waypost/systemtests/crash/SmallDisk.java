package io.waypost.systemtests.crash;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.waypost.systemtests.Prerequisite;
import io.waypost.systemtests.Program;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A file system in memory that is full before long. Only root can have one. */
final class SmallDisk implements AutoCloseable {
  private static final int MIB = 1 << 20;

  private final Path folder;
  private final Path filler;

  private SmallDisk(Path folder) {
    this.folder = folder;
    this.filler = folder.resolve("filler");
  }

  /** Mounts one on an empty folder; skips the test where that is not allowed. */
  static SmallDisk mount(Path folder, int mebibytes) {
    assumeTrue("root".equals(System.getProperty("user.name")), "only root mounts disks");
    boolean mounted = run(
        folder,
        "mount",
        "-t",
        "tmpfs",
        "-o",
        "size=" + mebibytes + "m",
        "tmpfs",
        folder.toString());
    Prerequisite.check(mounted, "the right to mount a disk");
    return new SmallDisk(folder);
  }

  private static boolean run(Path folder, String... command) {
    try (Program program = Program.start(folder, Map.of(), List.of(command))) {
      return program.awaitExit() == 0;
    }
  }

  /** How much is free. */
  int freeMebibytes() throws IOException {
    return (int) (Files.getFileStore(folder).getUsableSpace() / MIB);
  }

  /** Something else on the disk grows until so much is left, or until nothing is left. */
  void fill(int leaveMebibytes) throws IOException {
    byte[] zeros = new byte[MIB / 4];
    try (OutputStream out = Files.newOutputStream(filler)) {
      while (freeMebibytes() > leaveMebibytes || leaveMebibytes == 0) {
        out.write(zeros);
      }
    } catch (IOException e) {
      if (leaveMebibytes > 0) {
        throw e;
      }
      // Full, as it should be.
    }
  }

  /** The other thing goes away. */
  void free() throws IOException {
    Files.delete(filler);
  }

  @Override
  public void close() {
    // Lazily, because a broker that was just killed may still be leaving.
    run(Path.of("/"), "umount", "-l", folder.toString());
  }
}
