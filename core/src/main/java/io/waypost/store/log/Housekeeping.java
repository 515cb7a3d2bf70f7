package io.waypost.store.log;

import io.waypost.broker.BrokerException;
import io.waypost.broker.ErrorCode;
import io.waypost.broker.Inspector.StoreInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the store does beside writing and reading messages: indexes, checkpoints, giving disk space back, watching how
 * much is left. On a thread of its own, except where it says so.
 */
final class Housekeeping implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);

  private final Disk disk;
  private final StoreSettings settings;
  private final Segments segments;
  private final StoredQueues queues;
  private final StoreCounters counters;
  private final Runnable changed;
  private final ExecutorService thread = StoreThreads.single("store-housekeeping");
  private final Compaction compaction;
  private @Nullable LogWriter writer;
  private final Map<Segment, Rows> unindexed = new HashMap<>();
  private List<Segment> victims = List.of();
  private volatile boolean low;
  private volatile boolean looking;

  Housekeeping(
      Disk disk,
      StoreSettings settings,
      Segments segments,
      SegmentNumbers numbers,
      StoredQueues queues,
      StoreCounters counters,
      Runnable changed) {
    this.disk = disk;
    this.settings = settings;
    this.segments = segments;
    this.queues = queues;
    this.counters = counters;
    this.changed = changed;
    this.compaction = new Compaction(disk, settings, segments, numbers);
  }

  /** Before anything else. */
  void serve(LogWriter served) {
    writer = served;
  }

  private LogWriter writer() {
    LogWriter served = writer;
    if (served == null) {
      throw new IllegalStateException("no writer yet");
    }
    return served;
  }

  /** Writes the index of a complete segment. Any thread. */
  void index(Segment full, Rows rows) {
    execute(() -> {
      unindexed.put(full, rows);
      writeIndexes();
    });
  }

  private void writeIndexes() {
    unindexed.keySet().removeIf(segment -> segment.gone);
    for (Segment segment : List.copyOf(unindexed.keySet())) {
      Rows rows = unindexed.get(segment);
      if (rows == null) {
        continue;
      }
      try {
        segment.index = SegmentIndex.write(disk, segment.number(), segment.header.uuid(), rows);
        unindexed.remove(segment);
      } catch (IOException e) {
        LOG.warn("{} stays in memory for now: {}", Format.index(segment.number()), e.getMessage());
        return;
      }
    }
  }

  /** Writes a checkpoint; the writer is told, and what it makes needless is deleted. Any thread. */
  void write(Checkpoint checkpoint, List<Segment> empty) {
    execute(() -> {
      boolean done = false;
      try {
        counters.written.add(checkpoint.write(disk));
        counters.forces.increment();
        done = true;
      } catch (IOException e) {
        LOG.warn("A checkpoint could not be written: {}", e.getMessage());
      }
      boolean written = done;
      writer().submit((LogWriter on) -> on.checkpoints.made(written, empty));
    });
  }

  /** Deletes segments, and then looks whether others are worth compacting. Any thread. */
  void delete(List<Segment> empty) {
    execute(() -> {
      for (Segment segment : empty) {
        try {
          segment.close();
          disk.delete(Format.segment(segment.number()));
          disk.delete(Format.index(segment.number()));
        } catch (IOException e) {
          LOG.warn("{} could not be deleted: {}", Format.segment(segment.number()), e.getMessage());
        }
      }
      checkSpace();
      writeIndexes();
      compact();
    });
  }

  private void compact() {
    // One after another: until the checkpoint that knows the new segment is there, the old ones are
    // what counts.
    if (!victims.stream().allMatch(victim -> victim.gone)) {
      return;
    }
    victims = List.of();
    List<Segment> candidates = compaction.candidates(queues::isOpen);
    if (candidates.isEmpty()) {
      return;
    }
    try {
      Moved moved = compaction.move(candidates, queues::isOpen);
      if (moved != null) {
        victims = candidates;
        counters.written.add(moved.target().length);
        writer().submit((LogWriter on) -> on.take(moved));
      }
    } catch (IOException e) {
      LOG.warn("Segments could not be compacted: {}", e.getMessage());
    }
  }

  // --- backup
  // -----------------------------------------------------------------------------------------------------

  /** Copies the files that a checkpoint speaks of, and then the checkpoint. Any thread. */
  void copy(Checkpoint checkpoint, Path folder, CompletableFuture<Void> done) {
    execute(() -> {
      try {
        Disk target = new FolderDisk(folder);
        for (Checkpoint.SegmentState state : checkpoint.segments()) {
          if (state.number() == checkpoint.segment()) {
            disk.copy(Format.segment(state.number()), folder);
          } else {
            disk.share(Format.segment(state.number()), folder);
          }
        }
        checkpoint.write(target);
        done.complete(null);
      } catch (IOException e) {
        done.completeExceptionally(new BrokerException(
            ErrorCode.INTERNAL, "the backup in " + folder + " failed: " + e.getMessage()));
      }
    });
  }

  /** Makes the folder of a backup. Any thread. */
  void prepare(Path folder, CompletableFuture<Void> done, Runnable next) {
    execute(() -> {
      try {
        Files.createDirectories(folder);
        if (!new FolderDisk(folder).names().isEmpty()) {
          throw new IOException("it is not empty");
        }
        next.run();
      } catch (IOException e) {
        done.completeExceptionally(new BrokerException(
            ErrorCode.PRECONDITION_FAILED,
            "the folder " + folder + " can't be used: " + e.getMessage()));
      }
    });
  }

  // --- disk space
  // -------------------------------------------------------------------------------------------------

  /** Looks soon how much disk space is left. Any thread. */
  void look() {
    if (!looking) {
      looking = true;
      execute(this::checkSpace);
    }
  }

  private void checkSpace() {
    looking = false;
    long usable;
    try {
      usable = disk.usable();
    } catch (IOException e) {
      LOG.warn("It can't be told how much disk space is left: {}", e.getMessage());
      return;
    }
    // A quarter more before it ends, so that it does not flicker.
    long enough =
        low ? settings.diskReserve() + settings.diskReserve() / 4 : settings.diskReserve();
    if (usable < enough != low) {
      low = !low;
      if (low) {
        LOG.warn(
            "{} bytes are left on the disk of {}, {} stay free: publishers are blocked",
            usable,
            disk.name(),
            settings.diskReserve());
        writer().submit((LogWriter on) -> on.checkpoints.want());
      } else {
        LOG.info("{} bytes are left on the disk of {}: publishers go on", usable, disk.name());
      }
      changed.run();
    }
  }

  /** Whether there is less disk space than must stay free. Any thread. */
  boolean isLow() {
    return low;
  }

  /** The store's state is another one. Any thread. */
  void changed() {
    execute(changed);
  }

  /** What is on the disk, and how much of it is needed. Any thread. */
  StoreInfo usage(@Nullable String shortage) {
    int number = 0;
    long used = 0;
    long live = 0;
    long messages = 0;
    for (Segment segment : new ArrayList<>(segments.all())) {
      if (!segment.gone) {
        number++;
        used += segment.length;
        live += segment.liveEstimate();
        messages += segment.forward == null ? segment.live : 0;
      }
    }
    return new StoreInfo(
        number,
        used,
        live,
        messages,
        counters.received.sum(),
        counters.written.sum(),
        counters.forces.sum(),
        shortage);
  }

  /** Runs a task on the thread. */
  void execute(Runnable task) {
    try {
      thread.execute(() -> {
        try {
          task.run();
        } catch (RuntimeException e) {
          LOG.error("the store's housekeeping failed", e);
        }
      });
    } catch (RejectedExecutionException closed) {
      LOG.debug("the store is closed");
    }
  }

  @Override
  public void close() {
    StoreThreads.close(thread);
  }
}
