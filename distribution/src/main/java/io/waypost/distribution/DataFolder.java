package io.waypost.distribution;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The data folder, held by one broker at a time. The lock is the truth: it goes with the process however that ends. The
 * note beside it says who holds it and what listens where, for {@code stop} and {@code status}.
 */
final class DataFolder implements AutoCloseable {
  private static final String LOCK = "waypost.lock";

  private final Path folder;
  private final FileChannel channel;

  private DataFolder(Path folder, FileChannel channel) {
    this.folder = folder;
    this.channel = channel;
  }

  /**
   * Takes the folder, making it if needed.
   *
   * @throws StartException if it can't be used, or another broker has it
   */
  static DataFolder take(Path folder) throws StartException {
    make("data", folder);
    try {
      FileChannel channel = FileChannel.open(
          folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (lock(channel) == null) {
        channel.close();
        String who = RunningNote.read(folder)
            .map(note -> " (process " + note.process() + ")")
            .orElse("");
        throw new StartException(
            ExitCode.IN_USE, "another broker" + who + " uses the data folder " + folder);
      }
      DataFolder taken = new DataFolder(folder, channel);
      taken.note(List.of());
      return taken;
    } catch (IOException e) {
      throw new StartException(
          ExitCode.FOLDER, "the data folder " + folder + " can't be used: " + reason(e));
    }
  }

  /** Whether a broker has the folder now. */
  static boolean taken(Path folder) {
    Path file = folder.resolve(LOCK);
    if (!Files.exists(file)) {
      return false;
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      FileLock lock = lock(channel);
      return lock == null;
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Makes a folder that only its owner may enter, unless it is there.
   *
   * @throws StartException if that fails, or if nothing can be written there
   */
  static void make(String purpose, Path folder) throws StartException {
    try {
      Files.createDirectories(folder);
      if (!Files.isWritable(folder)) {
        throw new AccessDeniedException(folder.toString());
      }
    } catch (IOException e) {
      throw new StartException(
          ExitCode.FOLDER, "the " + purpose + " folder " + folder + " can't be used: " + reason(e));
    }
  }

  /** Notes who holds the folder and what listens where. */
  void note(List<Listening> listeners) throws IOException {
    Map<String, String> addresses = new LinkedHashMap<>();
    listeners.forEach(each -> addresses.put(each.name(), each.text()));
    RunningNote.write(
        folder,
        new RunningNote(
            ProcessHandle.current().pid(),
            Instant.now().truncatedTo(ChronoUnit.SECONDS),
            addresses));
  }

  Path folder() {
    return folder;
  }

  @Override
  public void close() throws IOException {
    RunningNote.remove(folder);
    channel.close();
  }

  private static @Nullable FileLock lock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException ours) {
      return null;
    }
  }

  private static String reason(IOException failure) {
    if (failure instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (failure instanceof NoSuchFileException) {
      return "it can't be made there";
    }
    if (failure instanceof FileAlreadyExistsException) {
      return "it is a file";
    }
    if (failure instanceof FileSystemException e && e.getReason() != null) {
      return e.getReason();
    }
    return String.valueOf(failure.getMessage());
  }
}
