package io.waypost.store.log;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * A folder in memory that knows what is safe and what is only written, and fails on demand. Pages of 4 KiB reach the disk
 * in any order until a force, sectors of 512 bytes as a whole; what was created, renamed and deleted reaches it in order.
 */
final class MemoryDisk implements Disk {
  private static final int PAGE = 4096;
  private static final int SECTOR = 512;

  /** What can fail. */
  enum Operation {
    READ,
    WRITE,
    FORCE,
    CREATE,
    RENAME,
    DELETE,
    FORCE_FOLDER
  }

  /** Decides whether an operation fails. */
  interface Fault {
    /** Throws to make it fail; a write may be done in part before, by so many bytes as are returned. */
    int check(Operation operation, String name, int bytes) throws IOException;
  }

  private static final class Inode {
    byte[] now = new byte[0];
    byte[] safe = new byte[0];
    int size;
    int safeSize;
    final BitSet dirty = new BitSet();

    Inode copy() {
      Inode copy = new Inode();
      copy.now = now.clone();
      copy.safe = safe.clone();
      copy.size = size;
      copy.safeSize = safeSize;
      copy.dirty.or(dirty);
      return copy;
    }

    void write(ByteBuffer from, int bytes, long at) {
      int end = Math.toIntExact(at + bytes);
      if (end > now.length) {
        now = Arrays.copyOf(now, Math.max(end, 2 * now.length));
      }
      from.get(now, (int) at, bytes);
      size = Math.max(size, end);
      if (bytes > 0) {
        dirty.set((int) at / PAGE, (end - 1) / PAGE + 1);
      }
    }

    void force() {
      if (safe.length < size) {
        safe = Arrays.copyOf(safe, now.length);
      }
      dirty.stream().forEach(page -> {
        int from = page * PAGE;
        System.arraycopy(now, from, safe, from, Math.min(size, from + PAGE) - from);
      });
      dirty.clear();
      safeSize = size;
    }

    /** What a power loss leaves. */
    Inode lose(Random random) {
      Inode left = new Inode();
      int mode = random.nextInt(4);
      byte[] bytes = Arrays.copyOf(safe, Math.max(size, safeSize));
      int end = safeSize;
      int last = dirty.length() - 1;
      for (int page = dirty.nextSetBit(0); page >= 0; page = dirty.nextSetBit(page + 1)) {
        boolean kept = mode == 1 || (mode >= 2 && random.nextBoolean());
        if (kept) {
          int from = page * PAGE;
          int length = Math.min(size, from + PAGE) - from;
          if (page == last && random.nextBoolean()) {
            length = Math.min(length, SECTOR * random.nextInt(PAGE / SECTOR));
          }
          System.arraycopy(now, from, bytes, from, length);
          end = Math.max(end, from + length);
        }
      }
      left.now = Arrays.copyOf(bytes, end);
      left.size = end;
      left.safe = left.now.clone();
      left.safeSize = end;
      return left;
    }
  }

  private record Change(String name, @Nullable Inode inode) {}

  private final Map<String, Inode> names = new TreeMap<>();
  private final Map<String, Inode> safeNames = new TreeMap<>();
  private final List<List<Change>> unforced = new ArrayList<>();
  private long capacity = Long.MAX_VALUE;
  private @Nullable Fault fault;
  private int untilPowerFails = -1;
  private @Nullable MemoryDisk rest;
  private @Nullable Random luck;
  private Runnable watcher = () -> {};

  /** How often and how much was written and forced, by file; folder forces are counted under the empty name. */
  private final Map<String, long[]> counts = new HashMap<>();

  // --- what a test does to it
  // -------------------------------------------------------------------------------------

  /** The disk as it may be after a power loss now. */
  synchronized MemoryDisk crash(Random random) {
    MemoryDisk left = new MemoryDisk();
    Map<String, Inode> kept = new LinkedHashMap<>(safeNames);
    int done = random.nextBoolean() ? unforced.size() : random.nextInt(unforced.size() + 1);
    for (List<Change> step : unforced.subList(0, done)) {
      apply(kept, step);
    }
    IdentityHashMap<Inode, Inode> copies = new IdentityHashMap<>();
    kept.forEach((name, inode) ->
        left.names.put(name, copies.computeIfAbsent(inode, each -> each.lose(random))));
    left.safeNames.putAll(left.names);
    return left;
  }

  /** The disk as it is after the process is killed now: all that was written is there, safe or not. */
  synchronized MemoryDisk kill() {
    MemoryDisk left = new MemoryDisk();
    IdentityHashMap<Inode, Inode> copies = new IdentityHashMap<>();
    names.forEach(
        (name, inode) -> left.names.put(name, copies.computeIfAbsent(inode, Inode::copy)));
    safeNames.forEach(
        (name, inode) -> left.safeNames.put(name, copies.computeIfAbsent(inode, Inode::copy)));
    for (List<Change> step : unforced) {
      left.unforced.add(step.stream()
          .map(change -> new Change(
              change.name,
              change.inode == null ? null : copies.computeIfAbsent(change.inode, Inode::copy)))
          .toList());
    }
    return left;
  }

  /** The power fails before the operation after so many more that change something. */
  synchronized void failPowerAfter(int operations, Random random) {
    untilPowerFails = operations;
    luck = random;
  }

  /** The disk after the power failed; fails it now if it has not. */
  synchronized MemoryDisk afterPowerLoss(Random random) {
    MemoryDisk left = rest;
    if (left == null) {
      left = crash(random);
      rest = left;
    }
    return left;
  }

  synchronized boolean isPowerLost() {
    return rest != null;
  }

  /** Has a say in every operation from now on; null for none. */
  synchronized void fault(@Nullable Fault checker) {
    fault = checker;
  }

  synchronized void capacity(long bytes) {
    capacity = bytes;
  }

  /** Lets the operation under way, and all others, wait. Called by a fault. */
  void pauseUntil(CountDownLatch gate) {
    try {
      gate.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Is told, on any thread, after every operation. */
  synchronized void watch(Runnable told) {
    watcher = told;
  }

  /** Bytes of a file that are safe. */
  synchronized byte[] safe(String name) {
    Inode inode = safeNames.get(name);
    return inode == null ? new byte[0] : Arrays.copyOf(inode.safe, inode.safeSize);
  }

  synchronized byte[] bytes(String name) {
    Inode inode = names.get(name);
    if (inode == null) {
      throw new IllegalArgumentException("no file " + name);
    }
    return Arrays.copyOf(inode.now, inode.size);
  }

  /** Puts other bytes in a file, safely. */
  synchronized void bytes(String name, byte[] bytes) {
    Inode inode = new Inode();
    inode.now = bytes.clone();
    inode.size = bytes.length;
    inode.safe = bytes.clone();
    inode.safeSize = bytes.length;
    names.put(name, inode);
    safeNames.put(name, inode);
  }

  /** Changes a bit of a file that may be open. */
  synchronized void flip(String name, int at) {
    Inode inode = names.get(name);
    if (inode == null) {
      throw new IllegalArgumentException("no file " + name);
    }
    inode.now[at] ^= 0x20;
  }

  synchronized void remove(String name) {
    names.remove(name);
    safeNames.remove(name);
  }

  synchronized boolean has(String name) {
    return names.containsKey(name);
  }

  synchronized long used() {
    return names.values().stream().mapToLong(inode -> inode.size).sum();
  }

  /** How often files whose name ends so were forced. */
  long forces(String ending) {
    return sum(ending, 2);
  }

  /** How often files whose name ends so were written. */
  long writes(String ending) {
    return sum(ending, 0);
  }

  /** How many bytes were written to files whose name ends so. */
  long written(String ending) {
    return sum(ending, 1);
  }

  private synchronized long sum(String ending, int what) {
    return counts.entrySet().stream()
        .filter(each -> each.getKey().endsWith(ending))
        .mapToLong(each -> each.getValue()[what])
        .sum();
  }

  // --- what the store does
  // ----------------------------------------------------------------------------------------

  private static void apply(Map<String, Inode> to, List<Change> step) {
    for (Change change : step) {
      if (change.inode == null) {
        to.remove(change.name);
      } else {
        to.put(change.name, change.inode);
      }
    }
  }

  private void step(Change... changes) {
    unforced.add(List.of(changes));
    apply(names, unforced.get(unforced.size() - 1));
  }

  /** Returns how many bytes of a write may be done; fewer than asked for: the rest fails. */
  private int begin(Operation operation, String name, int bytes) throws IOException {
    watcher.run();
    if (operation != Operation.READ && untilPowerFails >= 0 && rest == null) {
      if (untilPowerFails == 0) {
        Random random = luck;
        rest = crash(random == null ? new Random() : random);
      }
      untilPowerFails--;
    }
    if (rest != null) {
      throw new IOException("the power is off");
    }
    Fault checker = fault;
    return checker == null ? bytes : checker.check(operation, name, bytes);
  }

  private long[] count(String name) {
    return counts.computeIfAbsent(name, absent -> new long[3]);
  }

  @Override
  public synchronized List<String> names() {
    return List.copyOf(names.keySet());
  }

  @Override
  public synchronized DiskFile create(String name) throws IOException {
    begin(Operation.CREATE, name, 0);
    if (names.containsKey(name)) {
      throw new FileAlreadyExistsException(name);
    }
    Inode inode = new Inode();
    step(new Change(name, inode));
    return new OpenFile(inode, name, true);
  }

  @Override
  public synchronized DiskFile open(String name) throws IOException {
    Inode inode = names.get(name);
    if (inode == null) {
      throw new FileNotFoundException(name);
    }
    return new OpenFile(inode, name, false);
  }

  @Override
  public synchronized void rename(String from, String to) throws IOException {
    begin(Operation.RENAME, from, 0);
    Inode inode = names.get(from);
    if (inode == null) {
      throw new FileNotFoundException(from);
    }
    step(new Change(from, null), new Change(to, inode));
  }

  @Override
  public synchronized void delete(String name) throws IOException {
    begin(Operation.DELETE, name, 0);
    if (names.containsKey(name)) {
      step(new Change(name, null));
    }
  }

  @Override
  public synchronized void force() throws IOException {
    begin(Operation.FORCE_FOLDER, "", 0);
    count("")[2]++;
    safeNames.clear();
    safeNames.putAll(names);
    unforced.clear();
  }

  @Override
  public synchronized long usable() {
    return capacity - used();
  }

  @Override
  public void share(String name, Path folder) {
    throw new UnsupportedOperationException("a disk in memory");
  }

  @Override
  public void copy(String name, Path folder) {
    throw new UnsupportedOperationException("a disk in memory");
  }

  @Override
  public String name() {
    return "memory";
  }

  private final class OpenFile implements DiskFile {
    private final Inode inode;
    private final String name;
    private final boolean writable;
    private boolean closed;

    OpenFile(Inode inode, String name, boolean writable) {
      this.inode = inode;
      this.name = name;
      this.writable = writable;
    }

    private void checkOpen() throws IOException {
      if (closed) {
        throw new ClosedChannelException();
      }
    }

    @Override
    public void read(ByteBuffer into, long at) throws IOException {
      synchronized (MemoryDisk.this) {
        checkOpen();
        begin(Operation.READ, name, into.remaining());
        int length = (int) Math.max(0, Math.min(into.remaining(), inode.size - at));
        into.put(inode.now, (int) Math.min(at, inode.size), length);
      }
    }

    @Override
    public void write(ByteBuffer from, long at) throws IOException {
      synchronized (MemoryDisk.this) {
        checkOpen();
        if (!writable) {
          throw new IOException("opened to be read");
        }
        int wanted = from.remaining();
        int allowed = begin(Operation.WRITE, name, wanted);
        long room = capacity - used() + Math.max(0, inode.size - at);
        int done = (int) Math.max(0, Math.min(allowed, room));
        long[] count = count(name);
        count[0]++;
        count[1] += done;
        inode.write(from, done, at);
        if (done < wanted) {
          throw new IOException("No space left on device");
        }
      }
    }

    @Override
    public void force() throws IOException {
      synchronized (MemoryDisk.this) {
        checkOpen();
        begin(Operation.FORCE, name, 0);
        count(name)[2]++;
        inode.force();
      }
    }

    @Override
    public long size() throws IOException {
      synchronized (MemoryDisk.this) {
        checkOpen();
        return inode.size;
      }
    }

    @Override
    public void close() {
      synchronized (MemoryDisk.this) {
        closed = true;
      }
    }
  }
}
