package io.waypost.store.log;

import io.waypost.broker.BrokerException;
import io.waypost.broker.ErrorCode;
import io.waypost.loop.Clock;
import io.waypost.loop.Loop;
import io.waypost.message.Message;
import io.waypost.store.Definition;
import io.waypost.store.QueueStore;
import io.waypost.store.QueueStore.Entry;
import io.waypost.store.codec.MessageCodec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that writes the log. It works in cycles: take what the loops have handed over, put it into frames, write
 * them, have them made safe, and tell everybody at once. While one cycle waits for the disk the next one gathers, so that
 * batches grow with the load and there is no timer.
 *
 * <p>Only messages and definitions that somebody waits for make a cycle force the disk. Acknowledgements and what was
 * spilled ride along.
 *
 * <p>When writing or forcing fails, everything of the cycle that was to be safe is refused, and the file is never written
 * again: the log goes on in a new segment, whose header says where the old one ends, as soon as one can be made.
 */
final class LogWriter implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(LogWriter.class);

  /** A frame is ended when it has so many bytes. */
  private static final int FRAME = 1 << 20;

  /** A cycle takes so many bytes at the most, so that nobody waits for long. */
  private static final long CYCLE = 8L << 20;

  /** Rows of a segment are in memory until it is complete. */
  private static final int MAX_ROWS = 1 << 18;

  /** How long what nobody waits for may gather. */
  private static final long NAP = TimeUnit.MILLISECONDS.toNanos(5);

  /** How long the thread looks out for the next message before it sleeps, when messages come one at a time. */
  private static final long LOOK_OUT = TimeUnit.MICROSECONDS.toNanos(50);

  /** How many messages of a cycle are so few that their publishers seem to wait for one before they send the next. */
  private static final int FEW = 4;

  /** After how long without work the log says that its last frame is safe. */
  private static final long QUIET = TimeUnit.MILLISECONDS.toNanos(100);

  /** How often a broken log tries to go on, and what else failed is tried again. */
  private static final long RETRY = TimeUnit.MILLISECONDS.toNanos(500);

  /** Frames up to this size are prepared for. */
  private static final int SMALL = 16 << 10;

  /** So many bytes at a time. */
  private static final int AHEAD = 256 << 10;

  /** When so many segments can be deleted, it is time for a checkpoint. */
  private static final int MANY_EMPTY = 4;

  private static final int AWAKE = 0;
  private static final int NAPPING = 1;
  private static final int ASLEEP = 2;

  private final Disk disk;
  private final StoreSettings settings;
  private final Segments segments;
  private final SegmentNumbers numbers;
  private final MessageCodec codec;
  private final Housekeeping housekeeping;
  private final ConcurrentLinkedQueue<Work> inbox = new ConcurrentLinkedQueue<>();
  private final AtomicInteger state = new AtomicInteger(AWAKE);
  private final Thread thread = new Thread(this, "store-writer");
  final Map<Long, StoredQueue> queues = new ConcurrentHashMap<>();

  final LongAdder receivedBytes = new LongAdder();
  final LongAdder writtenBytes = new LongAdder();
  final LongAdder forces = new LongAdder();

  // ---- of this thread
  private final FrameWriter frame = new FrameWriter();
  private final Row row = new Row();
  private final List<Work> works = new ArrayList<>();
  private final List<Entry> adds = new ArrayList<>();
  private final List<LogQueue> addQueues = new ArrayList<>();
  private final List<Change> changes = new ArrayList<>();
  private final List<Runnable> afterwards = new ArrayList<>(0);
  private final Map<Loop, Decisions> decisions = new HashMap<>();
  private Stamps stamps = stamp -> {};
  /** Bodies that go to several queues, and where this segment has them. */
  private final IdentityHashMap<Message, Payload> shared = new IdentityHashMap<>();

  private final ByteBuffer zeros = ByteBuffer.allocateDirect(AHEAD);
  private long prepared;
  private @Nullable Segment active;
  private Rows rows = new Rows();
  private @Nullable Segment last;
  private @Nullable Segment beforeLast;
  private long index;
  private long forcedIndex;
  private long markIndex;
  private boolean mustForce;
  private boolean few;
  private long unforcedSince;
  private long sharedBytes;
  private long retryAt;
  private long sinceCheckpoint;
  private long lastCheckpoint = Clock.SYSTEM.nanos();
  private int emptied;
  private boolean checkpointRuns;
  private boolean checkpointWanted;
  private boolean checkpointFailed;
  private long sinceLook;
  private volatile @Nullable String broken;
  private volatile boolean closing;

  private record Payload(int at, int length, int checksum) {}

  /** Keeps the stamps of messages. On the writing thread. */
  interface Stamps {
    /** Writes one into the present frame. */
    void add(Definition.Stamp stamp);
  }

  /** A change of something else than a message, which is told when it is safe and taken back when it failed. */
  interface Change {
    /** Told once, on the writing thread. */
    void decided(boolean stored);
  }

  /** What became of messages, brought to the loop of their queues. */
  private static final class Decisions implements Runnable {
    final List<Entry> stored = new ArrayList<>();
    final List<Entry> failed = new ArrayList<>(0);
    final List<Runnable> others = new ArrayList<>(0);

    @Override
    public void run() {
      for (int i = 0; i < stored.size(); i++) {
        stored.get(i).decided(true);
      }
      for (int i = 0; i < failed.size(); i++) {
        failed.get(i).decided(false);
      }
      for (int i = 0; i < others.size(); i++) {
        others.get(i).run();
      }
    }
  }

  /**
   * A writer that goes on behind what recovery found.
   *
   * @param index the index of the last frame
   * @param last the log's last segment, null in a new folder
   */
  LogWriter(
      Disk disk,
      StoreSettings settings,
      Segments segments,
      SegmentNumbers numbers,
      MessageCodec codec,
      Housekeeping housekeeping,
      long index,
      @Nullable Segment last) {
    this.disk = disk;
    this.settings = settings;
    this.segments = segments;
    this.numbers = numbers;
    this.codec = codec;
    this.housekeeping = housekeeping;
    this.index = index;
    this.forcedIndex = index;
    this.markIndex = index;
    this.last = last;
    thread.setDaemon(true);
  }

  /** Has the stamps of messages kept there; before the thread starts. */
  void keepStamps(Stamps where) {
    stamps = where;
  }

  /** Begins a new segment and starts the thread. */
  void start() throws IOException {
    open();
    if (last != null) {
      numbers.start(last.number());
    }
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
  void submit(java.util.function.Consumer<LogWriter> task) {
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
    return broken;
  }

  /** Learns of a queue that was there at the start: before the thread starts. */
  void register(long number, RecoveredQueue before) {
    queues.put(number, new StoredQueue(number, true, before));
  }

  /** The writer's part of a queue. */
  StoredQueue register(long number, boolean durable) {
    return queues.computeIfAbsent(
        number, absent -> new StoredQueue(number, durable, RecoveredQueue.fresh()));
  }

  /** Whether messages of the queue may live. */
  boolean isOpen(long queue) {
    return queue == Format.DEFINITIONS || queues.containsKey(queue);
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
    breakLog("an internal error", failure);
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
    if (isCheckpointDue()) {
      return false;
    }
    if (few) {
      few = false;
      if (comesSoon()) {
        return true;
      }
    }
    if (active != null && index > markIndex) {
      rest(ASLEEP, QUIET);
      if (inbox.isEmpty() && !closing) {
        mark();
      }
    } else if (broken != null || checkpointFailed || housekeeping.isLow()) {
      rest(ASLEEP, RETRY);
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

  /** An empty frame that says that the ones before are safe: damage to them can't pass for a torn end from now on. */
  private void mark() {
    Segment into = active;
    if (into == null) {
      return;
    }
    try {
      if (isUnforced(into)) {
        force(into);
      }
      frame.begin(into.length);
      write(into);
      // The mark itself need not be safe.
      markIndex = index;
    } catch (IOException e) {
      breakLog("writing " + path(into), e);
      end();
    }
  }

  private static boolean isUnforced(Segment segment) {
    return segment.forcedLength < segment.length;
  }

  private void cycle() {
    if (active == null && Clock.SYSTEM.nanos() - retryAt >= 0) {
      repair();
    }
    for (int i = 0; i < works.size(); i++) {
      works.get(i).skipConsumed();
    }
    beginFrame();
    for (int i = 0; i < works.size(); i++) {
      works.get(i).run(this);
    }
    flush();
    Segment into = active;
    if (into != null && (mustForce || isOverdue(into))) {
      try {
        force(into);
        few = !adds.isEmpty() && adds.size() <= FEW;
        safe();
      } catch (IOException e) {
        breakLog("making " + path(into) + " safe", e);
      }
    }
    end();
    if (isCheckpointDue()) {
      checkpoint();
    }
  }

  /** Acknowledgements make nobody force the disk, but they don't wait for ever in an endless stream of their kind. */
  private boolean isOverdue(Segment into) {
    return isUnforced(into) && Clock.SYSTEM.nanos() - unforcedSince > QUIET;
  }

  private void beginFrame() {
    Segment into = active;
    if (into != null) {
      frame.begin(into.length);
    }
  }

  private void flushIfFull() {
    if (active != null && frame.size() >= FRAME) {
      flush();
      beginFrame();
    }
  }

  private void flush() {
    Segment into = active;
    if (into == null || frame.isEmpty()) {
      return;
    }
    try {
      write(into);
      if (into.length >= settings.segmentBytes() || rows.count() >= MAX_ROWS) {
        force(into);
        safe();
        seal(into);
        open();
      }
    } catch (IOException e) {
      breakLog("writing " + path(into), e);
    }
  }

  private void write(Segment into) throws IOException {
    prepare(into);
    int length = frame.write(into.file, into.header.uuid(), index + 1, forcedIndex);
    index++;
    if (!isUnforced(into)) {
      unforcedSince = Clock.SYSTEM.nanos();
    }
    into.grown(length);
    writtenBytes.add(length);
    sinceCheckpoint += length;
    sinceLook += length;
    if (sinceLook > FRAME) {
      sinceLook = 0;
      housekeeping.look();
    }
  }

  /**
   * Writes zeros where the next small frames will stand: to overwrite bytes that a file has already is made safe in about
   * half the time of making it longer. Large batches do without, it would only be one more copy of them.
   */
  private void prepare(Segment into) throws IOException {
    long end = into.length + frame.size();
    if (frame.size() > SMALL || end <= prepared || end + AHEAD > settings.segmentBytes()) {
      return;
    }
    zeros.clear();
    into.file.write(zeros, end);
    prepared = end + AHEAD;
    writtenBytes.add(AHEAD);
  }

  private void force(Segment into) throws IOException {
    into.file.force();
    forces.increment();
    forcedIndex = index;
    into.forcedLength = into.length;
  }

  private void seal(Segment full) {
    full.sealed = true;
    shared.clear();
    sharedBytes = 0;
    housekeeping.index(full, rows);
  }

  private void open() throws IOException {
    int number = numbers.next();
    Segment before = last;
    SegmentHeader header = new SegmentHeader(
        number,
        numbers.uuid(),
        false,
        before == null ? 0 : before.number(),
        before == null ? 0 : before.forcedLength,
        index + 1);
    DiskFile file = create(header);
    forces.increment();
    prepared = 0;
    rows = new Rows();
    Segment fresh = new Segment(header, file, number, number, SegmentIndex.of(rows));
    fresh.length = Format.SEGMENT_HEADER;
    fresh.forcedLength = Format.SEGMENT_HEADER;
    segments.add(fresh);
    active = fresh;
    beforeLast = before;
    last = fresh;
  }

  private DiskFile create(SegmentHeader header) throws IOException {
    String name = Format.segment(header.number());
    DiskFile file = disk.create(name);
    boolean complete = false;
    try {
      file.write(header.encode(), 0);
      file.force();
      disk.force();
      complete = true;
      return file;
    } finally {
      if (!complete) {
        file.close();
        disk.delete(name);
      }
    }
  }

  private void repair() {
    try {
      if (disk.usable() < FRAME) {
        throw new IOException("too little space");
      }
      open();
      broken = null;
      checkpointWanted = true;
      LOG.info("The store can write again");
      housekeeping.changed();
    } catch (IOException e) {
      retryAt = Clock.SYSTEM.nanos() + RETRY;
    }
  }

  private void breakLog(String doing, Throwable why) {
    LOG.error(
        "The store has a problem with {}: {}. What was to be confirmed is refused, publishers are blocked until it is over",
        doing,
        String.valueOf(why.getMessage()));
    Segment bad = active;
    active = null;
    mustForce = false;
    broken = "unable to write to its disk";
    retryAt = Clock.SYSTEM.nanos() + RETRY;
    for (int i = 0; i < adds.size(); i++) {
      refuse(addQueues.get(i), adds.get(i));
    }
    adds.clear();
    addQueues.clear();
    for (int i = changes.size() - 1; i >= 0; i--) {
      changes.get(i).decided(false);
    }
    changes.clear();
    if (bad != null && !bad.sealed) {
      abandon(bad);
    }
    housekeeping.changed();
  }

  private void abandon(Segment bad) {
    shared.clear();
    sharedBytes = 0;
    bad.sealed = true;
    if (bad.live > 0 || bad.forcedLength > Format.SEGMENT_HEADER) {
      housekeeping.index(bad, rows);
      return;
    }
    // Nothing in it counts: the next segment takes its place, so that they don't pile up while the
    // disk is full.
    bad.gone = true;
    segments.remove(bad);
    last = beforeLast;
    housekeeping.delete(List.of(bad));
  }

  /** Tells that a message is not stored. */
  void refuse(LogQueue queue, Entry entry) {
    long place = entry.place();
    entry.place(QueueStore.NOWHERE);
    if (Place.isStored(place)) {
      kill(queue, place);
    }
    decisions(queue.loop).failed.add(entry);
  }

  private String path(Segment segment) {
    return disk.name() + "/" + Format.segment(segment.number());
  }

  /** Everything so far is on disk. */
  private void safe() {
    for (int i = 0; i < adds.size(); i++) {
      decisions(addQueues.get(i).loop).stored.add(adds.get(i));
    }
    adds.clear();
    addQueues.clear();
    for (int i = 0; i < changes.size(); i++) {
      changes.get(i).decided(true);
    }
    changes.clear();
    mustForce = false;
  }

  private void end() {
    safe();
    works.clear();
    if (sharedBytes > CYCLE) {
      shared.clear();
      sharedBytes = 0;
    }
    for (Map.Entry<Loop, Decisions> each : decisions.entrySet()) {
      try {
        each.getKey().execute(each.getValue());
      } catch (RuntimeException ended) {
        LOG.debug("a loop has ended, nobody there waits any more", ended);
      }
    }
    decisions.clear();
    afterwards.forEach(Runnable::run);
    afterwards.clear();
  }

  private Decisions decisions(Loop loop) {
    return decisions.computeIfAbsent(loop, absent -> new Decisions());
  }

  /** Leaves a checkpoint behind, so that what was acknowledged stays so; tries twice. */
  private void finish() {
    boolean done = false;
    for (int tries = 0; tries < 2 && !done; tries++) {
      if (active == null) {
        repair();
      }
      Segment into = active;
      if (into != null) {
        done = finish(into);
      }
    }
  }

  private boolean finish(Segment into) {
    try {
      force(into);
      Checkpoint clean = capture(into, true);
      writtenBytes.add(clean.write(disk));
      return true;
    } catch (IOException e) {
      breakLog("the end of " + Format.segment(into.number()), e);
      return false;
    }
  }

  // --- commands, within a cycle
  // -----------------------------------------------------------------------------------

  /** Adds a message to a queue. */
  void append(LogQueue queue, Entry entry, int flags) {
    if (entry.place() == Place.SKIPPED) {
      decisions(queue.loop).stored.add(entry);
      return;
    }
    Message message = entry.inMemory();
    Segment into = active;
    if (into == null || message == null || queue.dropped) {
      if (queue.dropped) {
        entry.place(QueueStore.NOWHERE);
        decisions(queue.loop).stored.add(entry);
      } else {
        refuse(queue, entry);
      }
      return;
    }
    int at = frame.payloadAt();
    try {
      payload(message, entry.share());
    } catch (RuntimeException e) {
      LOG.error("a message can't be written", e);
      frame.rewind(at);
      refuse(queue, entry);
      return;
    }
    row.queue = queue.number;
    row.position = entry.position();
    row.deadline = entry.deadline();
    row.level = entry.level();
    row.bodyLength = entry.bodyLength();
    row.flags = flags | (entry.handedOut() ? Row.REDELIVERED : 0);
    row.attempts = Math.min(entry.attempts(), 0xffff);
    entry.place(add(into));
    queue.stored.counts.add(into.number(), 1);
    queue.stored.nextPosition = Math.max(queue.stored.nextPosition, row.position + 1);
    adds.add(entry);
    addQueues.add(queue);
    mustForce |= (flags & Row.TRANSIENT) == 0;
    String stamp = entry.stamp();
    if (stamp != null && (flags & Row.TRANSIENT) == 0) {
      // In the same frame, so that nobody ever finds one without the other.
      stamps.add(new Definition.Stamp(stamp, queue.number));
    }
    flushIfFull();
  }

  private void payload(Message message, int share) {
    Payload known = share == 1 ? null : shared.get(message);
    if (known == null) {
      int at = frame.payloadAt();
      codec.write(frame.payload(), message);
      int length = frame.payloadAt() - at;
      known = new Payload(at, length, frame.payloadChecksum(at));
      receivedBytes.add(length);
      if (share > 1) {
        shared.put(message, known);
        sharedBytes += length;
      }
    }
    row.payloadAt = known.at;
    row.payloadLength = known.length;
    row.checksum = known.checksum;
  }

  private long add(Segment into) {
    rows.add(row);
    frame.add(row);
    into.live++;
    return Place.of(into.number(), row.ordinal);
  }

  /**
   * Adds a definition, and removes the one that it takes the place of.
   *
   * @return its place; {@link QueueStore#NOWHERE} if nothing can be written at the moment
   */
  long put(byte[] definition, long position, long replaced, Change change) {
    flushIfFull();
    Segment into = active;
    if (into == null) {
      return QueueStore.NOWHERE;
    }
    long place = define(into, definition, position);
    if (replaced != QueueStore.NOWHERE) {
      frame.dead(segments.resolve(replaced));
    }
    changes.add(change);
    mustForce = true;
    return place;
  }

  /**
   * Adds a definition to the frame that is being made, behind a message: what comes of the one comes of the other.
   *
   * @return its place; {@link QueueStore#NOWHERE} if nothing can be written at the moment
   */
  long stamp(byte[] definition, long position, Change change) {
    Segment into = active;
    if (into == null) {
      return QueueStore.NOWHERE;
    }
    changes.add(change);
    return define(into, definition, position);
  }

  private long define(Segment into, byte[] definition, long position) {
    int at = frame.payloadAt();
    frame.payload().raw(definition);
    row.queue = Format.DEFINITIONS;
    row.position = position;
    row.deadline = QueueStore.NEVER;
    row.level = 0;
    row.payloadAt = at;
    row.payloadLength = definition.length;
    row.checksum = frame.payloadChecksum(at);
    row.bodyLength = definition.length;
    row.flags = 0;
    row.attempts = 0;
    long place = add(into);
    receivedBytes.add(definition.length);
    return place;
  }

  /** Removes a definition; false if nothing can be written at the moment. */
  boolean remove(long place, Change change) {
    flushIfFull();
    if (active == null) {
      return false;
    }
    frame.dead(segments.resolve(place));
    changes.add(change);
    mustForce = true;
    return true;
  }

  /** Tells when everything before this is decided. */
  void whenDecided(Change change) {
    if (changes.isEmpty()) {
      change.decided(true);
    } else {
      changes.add(change);
    }
  }

  /** Removes a definition that nobody will ask for; the removal rides along with what is written next. */
  void removeStamp(long place) {
    long now = segments.resolve(place);
    Segment segment = segments.get(Place.segment(now));
    if (segment == null || !segment.kill(Place.ordinal(now))) {
      return;
    }
    segment.live--;
    if (segment.live == 0 && segment.sealed) {
      emptied++;
    }
    if (active != null) {
      frame.dead(now);
      flushIfFull();
    }
  }

  /** Calls when everything before this is decided and the loops have been told. */
  void whenTold(Runnable told) {
    afterwards.add(told);
  }

  /** A definition is gone, and that is safe; or it was not written. */
  void forget(long place) {
    long now = segments.resolve(place);
    Segment segment = segments.get(Place.segment(now));
    if (segment != null && segment.kill(Place.ordinal(now))) {
      segment.live--;
    }
  }

  void remove(LogQueue queue, long place) {
    if (Place.isStored(place) && !queue.dropped) {
      kill(queue, place);
      flushIfFull();
    }
  }

  private void kill(LogQueue queue, long place) {
    long now = segments.resolve(place);
    Segment segment = segments.get(Place.segment(now));
    if (segment == null || !segment.kill(Place.ordinal(now))) {
      return;
    }
    if (!queue.stored.forgotten) {
      segment.live--;
      queue.stored.counts.remove(segment.number(), 1);
    }
    if (segment.live == 0 && segment.sealed) {
      emptied++;
    }
    if (active != null) {
      frame.dead(now);
    }
  }

  void returned(long place, int attempts) {
    long now = segments.resolve(place);
    Segment segment = Place.isStored(place) ? segments.get(Place.segment(now)) : null;
    if (segment != null && !segment.isDead(Place.ordinal(now))) {
      segment.attempts(Place.ordinal(now), attempts);
      if (active != null) {
        frame.returned(now, attempts);
        flushIfFull();
      }
    }
  }

  void delivering(LogQueue queue, long position) {
    if (position > queue.stored.delivering) {
      queue.stored.delivering = position;
      if (active != null) {
        frame.delivering(queue.number, position);
      }
    }
  }

  /** Has the queue's loop do something when everything before this is safe, or can't be made so. */
  void tell(LogQueue queue, Runnable task) {
    decisions(queue.loop).others.add(task);
    mustForce |= active != null;
  }

  /** Forgets what a run stood for: these rows of the segment. */
  void discard(LogQueue queue, int level, int segment, long first, long last, int[] ordinals) {
    Segment present = segments.present(segment);
    if (queue.dropped || present == null) {
      return;
    }
    int gone = 0;
    for (int ordinal : ordinals) {
      long now = segments.resolve(Place.of(segment, ordinal));
      if (Place.segment(now) == present.number() && present.kill(Place.ordinal(now))) {
        gone++;
      }
    }
    if (gone > 0) {
      present.live -= gone;
      queue.stored.counts.remove(present.number(), gone);
    }
    if (active != null) {
      frame.discarded(queue.number, level, present.number(), first, last);
      flushIfFull();
    }
  }

  /** The queue is gone: its definition is removed, or it never had one, so that nothing needs to be written. */
  void drop(LogQueue queue) {
    queues.remove(queue.number, queue.stored);
    queue.stored.forgotten = true;
    SegmentCounts counts = queue.stored.counts;
    for (int i = 0; i < counts.size(); i++) {
      Segment segment = segments.get(counts.segment(i));
      if (segment != null) {
        segment.live -= counts.count(i);
      }
    }
    while (counts.size() > 0) {
      counts.remove(counts.segment(0), counts.count(0));
    }
  }

  // --- checkpoints
  // ------------------------------------------------------------------------------------------------

  private boolean isCheckpointDue() {
    if (checkpointRuns || active == null) {
      return false;
    }
    if (checkpointFailed && Clock.SYSTEM.nanos() - lastCheckpoint < RETRY) {
      return false;
    }
    return checkpointWanted
        || emptied >= MANY_EMPTY
        || sinceCheckpoint >= settings.checkpointBytes()
        || (sinceCheckpoint > 0
            && Clock.SYSTEM.nanos() - lastCheckpoint
                >= settings.checkpointInterval().toNanos());
  }

  /** Whether a checkpoint is being made, or will be very soon. */
  boolean isCheckpointing() {
    return checkpointRuns || checkpointWanted;
  }

  /** Has a checkpoint made soon. */
  void wantCheckpoint() {
    checkpointWanted = true;
  }

  private void checkpoint() {
    Segment into = active;
    if (into == null) {
      return;
    }
    try {
      if (isUnforced(into)) {
        force(into);
      }
    } catch (IOException e) {
      breakLog("making " + path(into) + " safe", e);
      end();
      return;
    }
    checkpointWanted = false;
    emptied = 0;
    sinceCheckpoint = 0;
    lastCheckpoint = Clock.SYSTEM.nanos();
    checkpointRuns = true;
    List<Segment> empty = segments.all().stream()
        .filter(segment -> segment != into && !segment.gone)
        .filter(segment -> segment.forward != null || (segment.sealed && segment.live == 0))
        .toList();
    housekeeping.write(capture(into, false), empty);
  }

  /** A checkpoint was written, or not; these segments are not needed any more if it was. */
  void checkpointed(boolean done, List<Segment> empty) {
    checkpointRuns = false;
    checkpointFailed = !done;
    if (!done) {
      checkpointWanted = true;
      return;
    }
    for (Segment segment : empty) {
      segment.gone = true;
      if (segment.forward == null) {
        segments.remove(segment);
      }
      segment.release();
    }
    housekeeping.delete(empty);
  }

  /** Has everything up to now copied into an empty folder. */
  void backup(Path folder, CompletableFuture<Void> done) {
    flush();
    Segment into = active;
    try {
      if (into == null) {
        throw new IOException("unable to write to its disk");
      }
      // Complete segments can be shared; the new one is copied when there is next to nothing in it.
      force(into);
      safe();
      seal(into);
      open();
      beginFrame();
      housekeeping.copy(capture(last(), false), folder, done);
    } catch (IOException e) {
      breakLog("a backup", e);
      done.completeExceptionally(new BrokerException(
          ErrorCode.INTERNAL, "the backup in " + folder + " failed: " + e.getMessage()));
    }
  }

  private Segment last() {
    Segment into = active;
    if (into == null) {
      throw new IllegalStateException("no segment is open");
    }
    return into;
  }

  private Checkpoint capture(Segment into, boolean clean) {
    List<Checkpoint.SegmentState> states = new ArrayList<>();
    for (Segment segment : segments.inOrder()) {
      if (segment == into || segment.live > 0 || !segment.sealed) {
        states.add(Checkpoint.SegmentState.of(segment));
      }
    }
    List<Checkpoint.QueueState> queueStates = new ArrayList<>();
    for (StoredQueue queue : queues.values()) {
      if (queue.durable && queue.freePosition() > 0) {
        queueStates.add(new Checkpoint.QueueState(
            queue.number, queue.freePosition(), clean ? queue.deliveredBefore : queue.delivering));
      }
    }
    return new Checkpoint(
        clean, index, into.number(), into.length, numbers.lowestFree(), states, queueStates);
  }

  // --- compaction
  // -------------------------------------------------------------------------------------------------

  /** Takes a segment in which compaction has gathered what lived in others. */
  void moved(Compaction.Moved moved) {
    Segment target = moved.target();
    segments.add(target);
    for (int i = 0; i < moved.victims().size(); i++) {
      take(target, moved.victims().get(i), moved.forwards().get(i));
    }
    Map<Long, int[]> perQueue = new HashMap<>();
    Rows rows = moved.rows();
    for (int i = 0; i < rows.count(); i++) {
      if (!target.isDead(i)) {
        perQueue.computeIfAbsent(rows.queue(i), absent -> new int[1])[0]++;
      }
    }
    perQueue.forEach((number, count) -> {
      StoredQueue queue = queues.get(number);
      if (queue != null) {
        for (Segment victim : moved.victims()) {
          queue.counts.clear(victim.number());
        }
        queue.counts.add(target.number(), count[0]);
      } else if (number != Format.DEFINITIONS) {
        // Dropped meanwhile; its rows are dead for whoever looks, but were counted just now.
        target.live -= count[0];
      }
    });
    for (int i = 0; i < moved.victims().size(); i++) {
      Segment victim = moved.victims().get(i);
      victim.live = 0;
      segments.forward(victim, moved.forwards().get(i));
    }
    checkpointWanted = true;
  }

  private static void take(Segment target, Segment victim, Segment.Forward forward) {
    for (int i = 0; i < forward.size(); i++) {
      int old = forward.from(i);
      int now = forward.now(i);
      if (victim.isDead(old)) {
        target.kill(now);
      } else {
        target.live++;
        if (victim.attempts(old) > 0) {
          target.attempts(now, victim.attempts(old));
        }
      }
    }
  }
}
