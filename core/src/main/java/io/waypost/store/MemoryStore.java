package io.waypost.store;

import io.waypost.broker.BrokerException;
import io.waypost.broker.ErrorCode;
import io.waypost.broker.Inspector.StoreInfo;
import io.waypost.loop.Loop;
import io.waypost.loop.LoopGroup;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Keeps messages as long as the process lives: the queues hold them, this store only counts their bytes. */
public final class MemoryStore implements MessageStore {
  private final MemoryMeter meter = new MemoryMeter();
  private final List<MemoryMeter.Local> perLoop;
  private final AtomicLong queues = new AtomicLong();

  /** An empty store for queues on these loops. */
  public MemoryStore(LoopGroup loops) {
    perLoop = Stream.generate(() -> meter.new Local()).limit(loops.size()).toList();
  }

  @Override
  public long newQueue() {
    return queues.incrementAndGet();
  }

  @Override
  public QueueStore open(long queue, boolean durable, Loop loop) {
    return new Counted(perLoop.get(loop.index()));
  }

  @Override
  public long bytesInMemory() {
    return meter.total();
  }

  @Override
  public @Nullable String shortage() {
    return null;
  }

  @Override
  public void onChange(Runnable changed) {
    meter.onChange(changed);
  }

  @Override
  public StoreInfo usage() {
    return new StoreInfo(0, 0, 0, 0, 0, 0, 0, null);
  }

  @Override
  public CompletionStage<Void> sync() {
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public CompletionStage<Void> backup(Path folder) {
    return CompletableFuture.failedFuture(
        new BrokerException(ErrorCode.NOT_IMPLEMENTED, "nothing is stored on disk"));
  }

  @Override
  public void close() {}

  private static final class Counted implements QueueStore {
    private final MemoryMeter.Local meter;
    private long held;

    Counted(MemoryMeter.Local meter) {
      this.meter = meter;
    }

    @Override
    public Recovered recovered() {
      return Recovered.NOTHING;
    }

    @Override
    public boolean append(Entry entry) {
      count(MemoryMeter.cost(entry));
      return true;
    }

    @Override
    public void remove(Entry entry, boolean consumed) {
      count(-MemoryMeter.cost(entry));
    }

    @Override
    public void leave(Entry entry) {
      throw pages();
    }

    @Override
    public void returned(Entry entry) {}

    @Override
    public boolean delivering(long position, Runnable noted) {
      return true;
    }

    @Override
    public boolean canPage() {
      return false;
    }

    @Override
    public void spill(Entry entry) {
      throw pages();
    }

    @Override
    public void evict(Entry entry) {
      throw pages();
    }

    @Override
    public Run run(Entry first) {
      throw pages();
    }

    @Override
    public boolean extend(Run run, Entry next) {
      throw pages();
    }

    @Override
    public void load(Run run, int most, Loading told) {
      throw pages();
    }

    @Override
    public void fetch(List<? extends Entry> evicted, Loading told) {
      throw pages();
    }

    @Override
    public void discard(Run run) {
      throw pages();
    }

    @Override
    public void drop() {
      count(-held);
    }

    private void count(long bytes) {
      held += bytes;
      meter.add(bytes);
    }

    private static IllegalStateException pages() {
      return new IllegalStateException("a store in memory has nowhere to page to");
    }
  }
}
