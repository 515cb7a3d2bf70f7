package io.waypost.store.log;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
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
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads messages back, on a thread of its own. Files are read in blocks that stay for a while: the messages of several
 * queues lie mixed in a segment, and each block would be read once for every queue otherwise.
 */
final class Loader implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Loader.class);
  private static final int BLOCK = 128 * 1024;

  private record Block(int segment, int number) {}

  private final Disk disk;
  private final Segments segments;
  private final MessageCodec codec;
  private final LogWriter writer;
  private final ExecutorService thread;
  private final Cache<Block, byte[]> blocks;

  Loader(Disk disk, Segments segments, MessageCodec codec, LogWriter writer, long readAhead) {
    this.disk = disk;
    this.segments = segments;
    this.codec = codec;
    this.writer = writer;
    this.thread = StoreThreads.single("store-reader");
    this.blocks = Caffeine.newBuilder()
        .maximumWeight(readAhead)
        .weigher((Block block, byte[] bytes) -> bytes.length)
        .executor(Runnable::run)
        .build();
  }

  /** What was found for a request. */
  private final class Answer {
    final List<Loaded> messages = new ArrayList<>();
    int unreadable;
    long unreadableBytes;

    void read(LogQueue queue, Segment where, Row which) {
      Segment segment = where;
      Row row = which;
      while (true) {
        try {
          add(queue, segment, row, codec.read(new ByteReader(payload(segment, row))));
          return;
        } catch (IOException e) {
          Found found = locate(queue, Place.of(segment.number(), row.ordinal), row.position);
          if (found != null && found.segment != segment) {
            // Compaction was faster.
            segment = found.segment;
            row = found.rows.get(0);
            continue;
          }
          report(queue, segment, row, e);
        } catch (RuntimeException e) {
          report(queue, segment, row, e);
        }
        unreadable++;
        unreadableBytes += row.bodyLength;
        return;
      }
    }

    private void add(LogQueue queue, Segment segment, Row row, Message message) {
      int attempts = Math.max(row.attempts, segment.attempts(row.ordinal));
      messages.add(new Loaded(
          row.position,
          Place.of(segment.number(), row.ordinal),
          row.level,
          row.deadline,
          message,
          attempts,
          attempts > 0
              || (row.flags & Row.REDELIVERED) != 0
              || row.position <= queue.deliveredBefore));
    }

    void tell(LogQueue queue, Loading told) {
      queue.loop.execute(() -> told.loaded(messages, unreadable, unreadableBytes));
    }
  }

  /** Loads from the front of a run. On the queue's loop. */
  void load(LogQueue queue, LogRun run, long last, int number, Loading told) {
    execute(() -> {
      Answer answer = new Answer();
      try {
        Found found = find(queue, run, last, number);
        for (Row row : found.rows) {
          answer.read(queue, found.segment, row);
        }
        if (found.rows.size() < number && !queue.dropped) {
          LOG.error(
              "{} messages of a queue are missing in {}",
              number - found.rows.size(),
              Format.segment(run.segment));
          answer.unreadable += number - found.rows.size();
        }
      } catch (IOException | RuntimeException e) {
        LOG.error("{} can't be read", Format.segment(run.segment), e);
        answer.messages.clear();
        answer.unreadable = number;
      }
      answer.tell(queue, told);
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
    execute(() -> {
      Answer answer = new Answer();
      for (int i = 0; i < places.length; i++) {
        Found found = locate(queue, places[i], positions[i]);
        if (found == null) {
          answer.unreadable++;
          answer.unreadableBytes += lengths[i];
        } else {
          answer.read(queue, found.segment, found.rows.get(0));
        }
      }
      answer.tell(queue, told);
    });
  }

  /** Finds what is left of a run, and has the writer forget it. On the queue's loop. */
  void discard(LogQueue queue, LogRun run) {
    long last = run.last();
    execute(() -> {
      if (run.size() == 0) {
        return;
      }
      try {
        long first = run.cursor;
        Found found = find(queue, run, last, Integer.MAX_VALUE);
        int[] ordinals = found.rows.stream().mapToInt(row -> row.ordinal).toArray();
        int number = found.segment.number();
        writer.submit(
            (LogWriter on) -> on.discard(queue, run.level, number, first, last, ordinals));
      } catch (IOException | RuntimeException e) {
        LOG.error("{} can't be read", Format.segment(run.segment), e);
      }
    });
  }

  private void execute(Runnable task) {
    try {
      thread.execute(task);
    } catch (RejectedExecutionException closed) {
      LOG.debug("the store is closed, a message is not loaded");
    }
  }

  /** Where the message is now that once was at a place. */
  private @Nullable Found locate(LogQueue queue, long noted, long position) {
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
