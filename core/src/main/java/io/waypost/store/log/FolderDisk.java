package io.waypost.store.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/** A folder of the file system. */
final class FolderDisk implements Disk {
  private static final int PART = 1 << 20;

  private final Path folder;

  FolderDisk(Path folder) {
    this.folder = folder;
  }

  @Override
  public List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  @Override
  public DiskFile create(String name) throws IOException {
    return new ChannelFile(FileChannel.open(
        folder.resolve(name),
        StandardOpenOption.CREATE_NEW,
        StandardOpenOption.READ,
        StandardOpenOption.WRITE));
  }

  @Override
  public DiskFile open(String name) throws IOException {
    return new ChannelFile(FileChannel.open(folder.resolve(name), StandardOpenOption.READ));
  }

  @Override
  public void rename(String from, String to) throws IOException {
    Files.move(
        folder.resolve(from),
        folder.resolve(to),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public void delete(String name) throws IOException {
    Files.deleteIfExists(folder.resolve(name));
  }

  @Override
  public void force() throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  @Override
  public long usable() throws IOException {
    return Files.getFileStore(folder).getUsableSpace();
  }

  @Override
  public void share(String name, Path target) throws IOException {
    try {
      Files.createLink(target.resolve(name), folder.resolve(name));
    } catch (FileSystemException | UnsupportedOperationException otherFileSystem) {
      copy(name, target);
    }
  }

  @Override
  public void copy(String name, Path target) throws IOException {
    Files.copy(folder.resolve(name), target.resolve(name));
    try (FileChannel channel = FileChannel.open(target.resolve(name), StandardOpenOption.WRITE)) {
      channel.force(true);
    }
  }

  @Override
  public String name() {
    return folder.toString();
  }

  private record ChannelFile(FileChannel channel) implements DiskFile {
    @Override
    public void read(ByteBuffer into, long at) throws IOException {
      long place = at;
      int end = into.limit();
      while (into.position() < end) {
        // In parts: the JDK keeps as much memory outside the heap as the largest read into the
        // heap.
        into.limit(Math.min(end, into.position() + PART));
        int read = channel.read(into, place);
        into.limit(end);
        if (read < 0) {
          return;
        }
        place += read;
      }
    }

    @Override
    public void write(ByteBuffer from, long at) throws IOException {
      long place = at;
      while (from.hasRemaining()) {
        place += channel.write(from, place);
      }
    }

    @Override
    public void force() throws IOException {
      channel.force(false);
    }

    @Override
    public long size() throws IOException {
      return channel.size();
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
