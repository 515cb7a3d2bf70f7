package io.waypost.store;

import io.waypost.loop.Loop;
import io.waypost.loop.LoopGroup;
import io.waypost.message.Message;
import java.util.List;
import java.util.stream.Stream;

/** Keeps messages as long as the process lives: the queues hold them, this store only counts their bytes. */
public final class MemoryStore implements MessageStore {
  private static final int ENTRY = 96;

  private final MemoryMeter meter;
  private final List<MemoryMeter.Local> perLoop;

  /**
   * An empty store.
   *
   * @param changed called on a queue's loop when {@link #bytesInMemory()} moved noticeably
   */
  public MemoryStore(LoopGroup loops, Runnable changed) {
    meter = new MemoryMeter(changed);
    perLoop = Stream.generate(() -> meter.new Local()).limit(loops.size()).toList();
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
  public void close() {}

  private static final class Counted implements QueueStore {
    private final MemoryMeter.Local meter;
    private long held;

    Counted(MemoryMeter.Local meter) {
      this.meter = meter;
    }

    @Override
    public boolean append(long position, Message message, int share, Safety safety) {
      count(cost(message, share));
      return true;
    }

    @Override
    public void remove(long position, Message message, int share) {
      count(-cost(message, share));
    }

    @Override
    public void returned(long position, int attempts) {}

    @Override
    public void drop() {
      count(-held);
    }

    private void count(long bytes) {
      held += bytes;
      meter.add(bytes);
    }

    private static long cost(Message message, int share) {
      return (long) message.footprint() / share + ENTRY;
    }
  }
}
