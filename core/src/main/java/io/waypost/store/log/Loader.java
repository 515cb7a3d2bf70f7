package io.waypost.store.log;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.waypost.loop.Clock;
import io.waypost.message.Message;
import io.waypost.store.QueueStore.Entry;
import io.waypost.store.QueueStore.Loaded;
import io.waypost.store.QueueStore.Loading;
import io.waypost.store.codec.ByteReader;
import io.waypost.store.codec.MessageCodec;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads messages back, on a thread of its own. Files are read in blocks that stay for a while: the messages of several
 * queues lie mixed in a segment, and each block would be read once for every queue otherwise.
 *
 * <p>A read that fails is tried again for a while, since the disk may recover; what is damaged stays damaged. Either way
 * nothing that can't be read is taken out of the store.
 */
final class Loader implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Loader.class);
  private static final int BLOCK = 128 * 1024;

  /** How long a failed read waits before it is tried again, in milliseconds. */
  private static final long RETRY = 50;

  private record Block(int segment, int number) {}

  private final Disk disk;
  private final Segments segments;
  private final MessageCodec codec;
  private final LogWriter writer;
  private final ScheduledThreadPoolExecutor thread;
  private final Cache<Block, byte[]> blocks;
  private final long patience;

  Loader(
      Disk disk, Segments segments, MessageCodec codec, LogWriter writer, StoreSettings settings) {
    this.disk = disk;
    this.segments = segments;
    this.codec = codec;
    this.writer = writer;
    this.thread = StoreThreads.scheduled("store-reader");
    this.patience = settings.readPatience().toNanos();
    this.blocks = Caffeine.newBuilder()
        .maximumWeight(settings.readAhead())
        .weigher((Block block, byte[] bytes) -> bytes.length)
        .executor(Runnable::run)
        .build();
  }

  /** What was found for a request. */
  private final class Answer {
    final List<Loaded> messages = new ArrayList<>();
    int unreadable;
    long unreadableBytes;

    /** Reads one more message, or notes that it can't be; throws what may be over when it is tried again. */
    void read(LogQueue queue, Segment where, Row which, boolean lastTry) throws IOException {
      Segment segment = where;
      Row row = which;
      while (true) {
        Exception why;
        try {
          Message message = codec.read(new ByteReader(payload(segment, row)));
          Loaded loaded = loaded(queue, segment, row, message);
          if (!segment.gone) {
            messages.add(loaded);
            return;
          }
          why = new IOException("the segment is gone");
        } catch (IOException | RuntimeException e) {
          why = e;
        }
        Found found = locate(queue, Place.of(segment.number(), row.ordinal), row.position, lastTry);
        if (found != null && found.segment != segment) {
          // Compaction was faster: what was known of the message there is known here.
          segment = found.segment;
          row = found.rows.get(0);
          continue;
        }
        if (!lastTry && why instanceof IOException failure && !(why instanceof EOFException)) {
          throw failure;
        }
        if (found != null || !segment.gone) {
          report(queue, segment, row, why);
        }
        unreadable++;
        unreadableBytes += row.bodyLength;
        return;
      }
    }

    private Loaded loaded(LogQueue queue, Segment segment, Row row, Message message) {
      boolean uncertain = row.position <= queue.stored.deliveredBefore;
      int attempts = Math.max(row.attempts, segment.attempts(row.ordinal));
      return new Loaded(
          row.position,
          Place.of(segment.number(), row.ordinal),
          row.level,
          row.deadline,
          message,
          attempts,
          attempts > 0 || (row.flags & Row.REDELIVERED) != 0 || uncertain,
          uncertain);
    }

    void tell(LogQueue queue, Loading told) {
      queue.loop.execute(() -> told.loaded(messages, unreadable, unreadableBytes));
    }
  }

  /** Something to be read, which goes on where it was when a read failed. On the loading thread. */
  private abstract class Reading implements Runnable {
    private final LogQueue queue;
    private long failingSince;
    private boolean failing;

    Reading(LogQueue queue) {
      this.queue = queue;
    }

    /** Reads what is still to be read, and tells. */
    abstract void read(boolean lastTry) throws IOException;

    /** Nothing more can be read: tells so. */
    abstract void giveUp();

    @Override
    public final void run() {
      boolean lastTry = thread.isShutdown()
          || queue.dropped
          || (failing && Clock.SYSTEM.nanos() - failingSince > patience);
      try {
        read(lastTry);
      } catch (IOException e) {
        if (lastTry) {
          LOG.error("{} can't be read", disk.name(), e);
          giveUp();
        } else {
          if (!failing) {
            failing = true;
            failingSince = Clock.SYSTEM.nanos();
            LOG.warn("{} can't be read, trying again: {}", disk.name(), e.getMessage());
          }
          again(this, RETRY);
        }
      } catch (RuntimeException e) {
        LOG.error("{} can't be read", disk.name(), e);
        giveUp();
      }
    }
  }

  /** Loads from the front of a run. On the queue's loop. */
  void load(LogQueue queue, LogRun run, long last, int number, Loading told) {
    execute(new Reading(queue) {
      private final Answer answer = new Answer();
      private @Nullable Found found;
      private int next;

      @Override
      void read(boolean lastTry) throws IOException {
        Found rows = found;
        if (rows == null) {
          rows = find(queue, run, last, number);
          found = rows;
        }
        while (next < rows.rows.size()) {
          answer.read(queue, rows.segment, rows.rows.get(next), lastTry);
          next++;
        }
        if (rows.rows.size() < number && !queue.dropped) {
          LOG.error(
              "{} messages of a queue are missing in {}",
              number - rows.rows.size(),
              Format.segment(run.segment));
          answer.unreadable += number - rows.rows.size();
        }
        answer.tell(queue, told);
      }

      @Override
      void giveUp() {
        answer.unreadable = number - answer.messages.size();
        answer.tell(queue, told);
      }
    });
  }

  /** Rows, and the segment in which they are. */
  private record Found(Segment segment, List<Row> rows) {}

  /** The next rows of a run, which moves on behind them. */
  private Found find(LogQueue queue, LogRun run, long last, int number) throws IOException {
    while (true) {
      Segment segment = segments.present(run.segment);
      if (segment == null) {
        throw new EOFException("the segment is not there any more");
      }
      boolean original = segment.number() == run.segment;
      List<Row> rows;
      try {
        rows = segment.index.find(
            queue.number,
            run.cursor,
            last,
            original ? run.hint : 0,
            row -> row.level == run.level && !segment.isDead(row.ordinal),
            number);
      } catch (IOException e) {
        if (segment.gone) {
          continue;
        }
        throw e;
      }
      if (segment.gone) {
        // Compaction was faster.
        continue;
      }
      if (!rows.isEmpty()) {
        Row end = rows.get(rows.size() - 1);
        run.cursor = end.position + 1;
        if (original && segment.index.isInOrder()) {
          run.hint = end.ordinal + 1;
        }
      }
      return new Found(segment, rows);
    }
  }

  /** Loads the messages of evicted entries. On the queue's loop. */
  void fetch(LogQueue queue, List<? extends Entry> evicted, Loading told) {
    long[] places = evicted.stream().mapToLong(Entry::place).toArray();
    long[] positions = evicted.stream().mapToLong(Entry::position).toArray();
    int[] lengths = evicted.stream().mapToInt(Entry::bodyLength).toArray();
    execute(new Reading(queue) {
      private final Answer answer = new Answer();
      private int next;

      @Override
      void read(boolean lastTry) throws IOException {
        while (next < places.length) {
          Found found = locate(queue, places[next], positions[next], lastTry);
          if (found == null) {
            answer.unreadable++;
            answer.unreadableBytes += lengths[next];
          } else {
            answer.read(queue, found.segment, found.rows.get(0), lastTry);
          }
          next++;
        }
        answer.tell(queue, told);
      }

      @Override
      void giveUp() {
        answer.tell(queue, told);
      }
    });
  }

  /** Finds what is left of a run, and has the writer forget it. On the queue's loop. */
  void discard(LogQueue queue, LogRun run) {
    long last = run.last();
    execute(new Reading(queue) {
      @Override
      void read(boolean lastTry) throws IOException {
        if (run.size() == 0) {
          return;
        }
        long first = run.cursor;
        Found found = find(queue, run, last, Integer.MAX_VALUE);
        int[] ordinals = found.rows.stream().mapToInt(row -> row.ordinal).toArray();
        int number = found.segment.number();
        writer.submit(
            (LogWriter on) -> on.messages.discard(queue, run.level, number, first, last, ordinals));
      }

      @Override
      void giveUp() {
        LOG.error("Messages of a queue that was purged may be there again after a restart");
      }
    });
  }

  private void execute(Runnable task) {
    again(task, 0);
  }

  private void again(Runnable task, long delayMillis) {
    try {
      thread.schedule(task, delayMillis, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException closed) {
      LOG.debug("the store is closed, a message is not loaded");
    }
  }

  /** Where the message is now that once was at a place. */
  private @Nullable Found locate(LogQueue queue, long noted, long position, boolean lastTry)
      throws IOException {
    while (true) {
      long place = segments.resolve(noted);
      Segment segment = segments.get(Place.segment(place));
      if (segment == null) {
        return null;
      }
      try {
        Row row = segment.index.get(Place.ordinal(place), queue.number, position);
        return row == null ? null : new Found(segment, List.of(row));
      } catch (IOException | RuntimeException e) {
        if (segments.resolve(noted) == place) {
          if (!lastTry && e instanceof IOException failure && !(e instanceof EOFException)) {
            throw failure;
          }
          LOG.error("{} can't be read", Format.index(segment.number()), e);
          return null;
        }
      }
    }
  }

  private void report(LogQueue queue, Segment segment, Row row, Exception why) {
    if (!queue.dropped) {
      LOG.error(
          "{}/{}: a message of {} bytes at offset {} can't be read and is not delivered: {}",
          disk.name(),
          Format.segment(segment.number()),
          row.bodyLength,
          row.payloadAt,
          String.valueOf(why.getMessage()));
    }
  }

  private ByteBuffer payload(Segment segment, Row row) throws IOException {
    ByteBuffer payload = unchecked(segment, row);
    if (Format.checksum(payload.duplicate()) != row.checksum) {
      throw new IllegalArgumentException("it is damaged");
    }
    return payload;
  }

  private ByteBuffer unchecked(Segment segment, Row row) throws IOException {
    int from = row.payloadAt;
    int to = from + row.payloadLength;
    int first = from / BLOCK;
    int last = (to - 1) / BLOCK;
    if (last - first > 1 || (last + 1L) * BLOCK > segment.length) {
      ByteBuffer alone = ByteBuffer.allocate(row.payloadLength);
      read(segment, alone, from);
      return alone;
    }
    byte[] block = block(segment, first);
    if (first == last) {
      return ByteBuffer.wrap(block, from - first * BLOCK, row.payloadLength).slice();
    }
    ByteBuffer joined = ByteBuffer.allocate(row.payloadLength);
    int inFirst = last * BLOCK - from;
    joined.put(block, BLOCK - inFirst, inFirst);
    joined.put(block(segment, last), 0, to - last * BLOCK);
    return joined.flip();
  }

  private byte[] block(Segment segment, int number) throws IOException {
    Block key = new Block(segment.number(), number);
    byte[] known = blocks.getIfPresent(key);
    if (known == null) {
      known = new byte[BLOCK];
      read(segment, ByteBuffer.wrap(known), (long) number * BLOCK);
      blocks.put(key, known);
    }
    return known;
  }

  private static void read(Segment segment, ByteBuffer into, long at) throws IOException {
    segment.file.read(into, at);
    if (into.hasRemaining()) {
      throw new EOFException("the file ends before offset " + (at + into.capacity()));
    }
    into.flip();
  }

  @Override
  public void close() {
    StoreThreads.close(thread);
  }
}
