package io.waypost.store.log;

import io.waypost.loop.Clock;
import io.waypost.store.codec.MessageCodec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that writes the log. It works in cycles: take what the loops have handed over, have it put into frames
 * ({@link MessageCommands}, {@link DefinitionCommands}), have these written and made safe ({@link GroupCommit}), and tell
 * everybody at once ({@link Outcomes}). While one cycle waits for the disk the next one gathers, so that batches grow with
 * the load and there is no timer.
 */
final class LogWriter implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(LogWriter.class);

  /** A cycle takes so many bytes at the most, so that nobody waits for long. */
  private static final long CYCLE = 8L << 20;

  /** How long what nobody waits for may gather. */
  private static final long NAP = TimeUnit.MILLISECONDS.toNanos(5);

  /** How long the thread looks out for the next message before it sleeps, when messages come one at a time. */
  private static final long LOOK_OUT = TimeUnit.MICROSECONDS.toNanos(50);

  private static final int AWAKE = 0;
  private static final int NAPPING = 1;
  private static final int ASLEEP = 2;

  private final Disk disk;
  private final StoreSettings settings;
  private final SegmentNumbers numbers;
  private final Segments segments;
  private final StoredQueues queues;
  private final Housekeeping housekeeping;
  private final StoreCounters counters;
  private final ConcurrentLinkedQueue<Work> inbox = new ConcurrentLinkedQueue<>();
  private final AtomicInteger state = new AtomicInteger(AWAKE);
  private final Thread thread = new Thread(this, "store-writer");
  private volatile boolean closing;

  // ---- of this thread
  final MessageCommands messages;
  final DefinitionCommands definitions;
  final Checkpoints checkpoints;
  final Outcomes outcomes;
  private final ActiveSegment active;
  private final GroupCommit commit;
  private final List<Work> works = new ArrayList<>();

  /** A writer that goes on behind what recovery found. */
  LogWriter(
      Disk disk,
      StoreSettings settings,
      Recovery.Result found,
      StoredQueues queues,
      MessageCodec codec,
      Housekeeping housekeeping,
      StoreCounters counters) {
    this.disk = disk;
    this.settings = settings;
    this.numbers = found.numbers();
    this.segments = found.segments();
    this.queues = queues;
    this.housekeeping = housekeeping;
    this.counters = counters;
    active = new ActiveSegment(disk, settings, found, codec, housekeeping, counters);
    LiveRows live = new LiveRows(segments, active);
    outcomes = new Outcomes(live);
    commit = new GroupCommit(active, outcomes, housekeeping);
    messages = new MessageCommands(segments, queues, active, live, outcomes, commit);
    definitions = new DefinitionCommands(segments, active, live, outcomes, commit);
    checkpoints = new Checkpoints(settings, found, queues, housekeeping, active, live, commit);
    thread.setDaemon(true);
  }

  /** Begins a new segment and starts the thread. */
  void start() throws IOException {
    numbers.start(active.open().number());
    thread.start();
  }

  // --- what any thread may call
  // ------------------------------------------------------------------------------------

  /** Hands work over. Work of one thread is done in the order in which it hands it over. */
  void submit(Work work) {
    inbox.add(work);
    int now = state.get();
    if (now == ASLEEP || (now == NAPPING && work.urgent())) {
      LockSupport.unpark(thread);
    }
  }

  /** Hands over a task that somebody waits for. */
  void submit(Consumer<LogWriter> task) {
    submit(new Work() {
      @Override
      public void run(LogWriter writer) {
        task.accept(writer);
      }

      @Override
      public boolean urgent() {
        return true;
      }
    });
  }

  /** Why nothing can be written at the moment, or null. */
  @Nullable
  String broken() {
    return commit.broken();
  }

  /** Does everything that was handed over, makes it safe, and ends. */
  void close() {
    closing = true;
    LockSupport.unpark(thread);
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  // --- the thread
  // ------------------------------------------------------------------------------------------------

  @Override
  public void run() {
    boolean more = true;
    while (more) {
      try {
        boolean last = closing;
        gather();
        cycle();
        more = !last || !inbox.isEmpty();
      } catch (RuntimeException | Error failure) {
        failed(failure);
        end();
      }
    }
    finish();
  }

  /** Nothing of this may happen; whoever waits for a confirmation must not get one. */
  void failed(Throwable failure) {
    LOG.error("the store's writer failed", failure);
    commit.breakLog("an internal error", failure);
  }

  private void gather() {
    long bytes = 0;
    boolean urgent = false;
    boolean napped = false;
    while (true) {
      Work work = inbox.poll();
      if (work != null) {
        works.add(work);
        urgent |= work.urgent();
        bytes += work.bytes();
        if (bytes > CYCLE) {
          return;
        }
      } else if (urgent || closing || (napped && !works.isEmpty())) {
        return;
      } else if (works.isEmpty()) {
        if (!sleep()) {
          return;
        }
      } else {
        rest(NAPPING, NAP);
        napped = true;
      }
    }
  }

  /** Waits for work; false when there is something to do besides. */
  private boolean sleep() {
    if (checkpoints.isDue()) {
      return false;
    }
    if (commit.tookFew() && comesSoon()) {
      return true;
    }
    if (active.isUnmarked()) {
      rest(ASLEEP, GroupCommit.QUIET);
      if (inbox.isEmpty() && !closing) {
        commit.mark();
      }
    } else if (commit.broken() != null || checkpoints.hasFailed() || housekeeping.isLow()) {
      rest(ASLEEP, GroupCommit.RETRY);
      if (housekeeping.isLow()) {
        housekeeping.look();
      }
      return false;
    } else {
      rest(ASLEEP, settings.checkpointInterval().toNanos());
    }
    return true;
  }

  private boolean comesSoon() {
    long end = Clock.SYSTEM.nanos() + LOOK_OUT;
    while (inbox.isEmpty()) {
      if (Clock.SYSTEM.nanos() - end > 0) {
        return false;
      }
      Thread.onSpinWait();
    }
    return true;
  }

  private void rest(int how, long nanos) {
    state.set(how);
    if (inbox.isEmpty() && !closing) {
      LockSupport.parkNanos(this, nanos);
    }
    state.set(AWAKE);
  }

  private void cycle() {
    if (commit.isRetryDue()) {
      repair();
    }
    for (int i = 0; i < works.size(); i++) {
      works.get(i).skipConsumed();
    }
    active.beginFrame();
    for (int i = 0; i < works.size(); i++) {
      works.get(i).run(this);
    }
    commit.flush();
    commit.force();
    end();
    if (checkpoints.isDue()) {
      checkpoints.make();
    }
  }

  private void end() {
    works.clear();
    commit.end();
  }

  private void repair() {
    if (commit.repair()) {
      checkpoints.want();
    }
  }

  /** Takes a segment in which compaction has gathered what lived in others. On this thread. */
  void take(Moved moved) {
    moved.takeInto(segments, queues);
    checkpoints.want();
  }

  /** Leaves a checkpoint behind, so that what was acknowledged stays so; tries twice. */
  private void finish() {
    boolean done = false;
    for (int tries = 0; tries < 2 && !done; tries++) {
      if (!active.isOpen()) {
        repair();
      }
      Segment into = active.segment();
      if (into != null) {
        done = finish(into);
      }
    }
  }

  private boolean finish(Segment into) {
    try {
      active.force();
      Checkpoint clean = checkpoints.capture(into, true);
      counters.written.add(clean.write(disk));
      return true;
    } catch (IOException e) {
      commit.breakLog("the end of " + Format.segment(into.number()), e);
      return false;
    }
  }
}
