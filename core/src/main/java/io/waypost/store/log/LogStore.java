package io.waypost.store.log;

import io.waypost.broker.Inspector.StoreInfo;
import io.waypost.loop.Clock;
import io.waypost.loop.Loop;
import io.waypost.loop.LoopGroup;
import io.waypost.message.PropertiesForm;
import io.waypost.store.DefinitionStore;
import io.waypost.store.MemoryMeter;
import io.waypost.store.MessageStore;
import io.waypost.store.QueueStore;
import io.waypost.store.codec.MessageCodec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps messages and definitions in a folder. Any thread.
 *
 * <p>Three threads work for it: the {@link LogWriter}, which alone changes what is stored; the {@link Loader}, which
 * reads messages back; and {@link Housekeeping}, for everything that can wait.
 */
public final class LogStore implements MessageStore {
  private static final Logger LOG = LoggerFactory.getLogger(LogStore.class);

  private final MemoryMeter meter = new MemoryMeter();
  private final List<LoopPart> parts = new ArrayList<>();
  private final SegmentNumbers numbers;
  final Segments segments;
  final Housekeeping housekeeping;
  final StoredQueues queues;
  final LogWriter writer;
  private final Loader loader;
  private final LogDefinitions definitions;
  private final Map<Long, RecoveredQueue> recovered;
  private volatile Runnable changed = () -> {};

  /**
   * Opens a store in a folder, which is made unless it is there. Nobody else may use it meanwhile.
   *
   * @param forms the forms of properties of all adapters
   * @throws DamagedStoreException if the files are damaged, or of a later release
   * @throws IOException if the folder can't be used
   */
  public static LogStore open(
      Path folder,
      StoreSettings settings,
      LoopGroup loops,
      Iterable<? extends PropertiesForm> forms)
      throws IOException {
    Files.createDirectories(folder);
    return open(new FolderDisk(folder), settings, loops, forms);
  }

  static LogStore open(
      Disk disk, StoreSettings settings, LoopGroup loops, Iterable<? extends PropertiesForm> forms)
      throws IOException {
    long begin = Clock.SYSTEM.nanos();
    Recovery recovery = new Recovery(disk, settings);
    Recovery.Result found = recovery.run();
    LogStore store;
    try {
      store = new LogStore(disk, settings, loops, forms, found);
    } catch (IOException | RuntimeException e) {
      recovery.close();
      throw e;
    }
    recovery.unindexed().forEach((number, rows) -> {
      Segment segment = found.segments().get(number);
      if (segment != null) {
        store.housekeeping.index(segment, rows);
      }
    });
    LOG.info(
        "The store in {} has {} messages and {} definitions; opened in {} ms",
        disk.name(),
        found.queues().values().stream().mapToLong(LogStore::messages).sum(),
        found.definitions().size(),
        TimeUnit.NANOSECONDS.toMillis(Clock.SYSTEM.nanos() - begin));
    return store;
  }

  private static long messages(RecoveredQueue queue) {
    return queue.recovered().levels().stream()
        .flatMap(List::stream)
        .mapToLong(QueueStore.Run::size)
        .sum();
  }

  private LogStore(
      Disk disk,
      StoreSettings settings,
      LoopGroup loops,
      Iterable<? extends PropertiesForm> forms,
      Recovery.Result found)
      throws IOException {
    numbers = found.numbers();
    segments = found.segments();
    MessageCodec codec = new MessageCodec(forms);
    queues = new StoredQueues(found.queues());
    StoreCounters counters = new StoreCounters();
    housekeeping =
        new Housekeeping(disk, settings, segments, numbers, queues, counters, () -> changed.run());
    writer = new LogWriter(disk, settings, found, queues, codec, housekeeping, counters);
    housekeeping.serve(writer);
    loader = new Loader(disk, segments, codec, writer, settings);
    definitions =
        new LogDefinitions(writer, this::handOverHere, found.definitions(), found.nextDefinition());
    recovered = new ConcurrentHashMap<>(found.queues());
    for (Loop loop : loops.loops()) {
      parts.add(new LoopPart(loop, writer, meter.new Local()));
    }
    writer.start();
    writer.submit((LogWriter on) -> on.checkpoints.want());
    housekeeping.look();
  }

  /** What a loop says next is behind everything that it has said before. */
  private void handOverHere() {
    for (LoopPart part : parts) {
      if (part.isHere()) {
        part.handOver();
      }
    }
  }

  /** Where definitions are kept: the same log. Closing it does nothing; closing this store closes it. */
  public DefinitionStore definitions() {
    return definitions;
  }

  @Override
  public long newQueue() {
    return numbers.nextQueue();
  }

  @Override
  public QueueStore open(long queue, boolean durable, Loop loop) {
    RecoveredQueue before = recovered.remove(queue);
    return new LogQueue(
        queues.open(queue, durable),
        loop,
        parts.get(loop.index()),
        loader,
        before == null ? RecoveredQueue.fresh() : before);
  }

  @Override
  public long bytesInMemory() {
    return meter.total();
  }

  @Override
  public @Nullable String shortage() {
    String broken = writer.broken();
    return broken != null ? broken : housekeeping.isLow() ? "low on disk" : null;
  }

  @Override
  public void onChange(Runnable listener) {
    changed = listener;
    meter.onChange(listener);
  }

  @Override
  public StoreInfo usage() {
    return housekeeping.usage(shortage());
  }

  @Override
  public CompletionStage<Void> sync() {
    CompletableFuture<Void> done = new CompletableFuture<>();
    writer.submit((LogWriter on) -> on.outcomes.whenTold(() -> done.complete(null)));
    return done;
  }

  @Override
  public CompletionStage<Void> backup(Path folder) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    housekeeping.prepare(
        folder, done, () -> writer.submit((LogWriter on) -> on.checkpoints.backup(folder, done)));
    return done;
  }

  @Override
  public void close() {
    loader.close();
    housekeeping.close();
    writer.close();
  }
}
