package io.waypost.store.log;

import io.waypost.message.Message;
import io.waypost.store.Definition;
import io.waypost.store.QueueStore;
import io.waypost.store.QueueStore.Entry;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What queues have the writer do with their messages, within a cycle. Belongs to the writing thread. */
final class MessageCommands {
  private static final Logger LOG = LoggerFactory.getLogger(MessageCommands.class);

  private final Segments segments;
  private final StoredQueues queues;
  private final ActiveSegment active;
  private final FrameWriter frame;
  private final LiveRows live;
  private final Outcomes outcomes;
  private final GroupCommit commit;
  private final Row row = new Row();
  private Consumer<Definition.Stamp> stamps = stamp -> {};

  MessageCommands(
      Segments segments,
      StoredQueues queues,
      ActiveSegment active,
      LiveRows live,
      Outcomes outcomes,
      GroupCommit commit) {
    this.segments = segments;
    this.queues = queues;
    this.active = active;
    this.frame = active.frame;
    this.live = live;
    this.outcomes = outcomes;
    this.commit = commit;
  }

  /** Has the stamps of messages written there, each into the present frame; before the thread starts. */
  void keepStamps(Consumer<Definition.Stamp> where) {
    stamps = where;
  }

  /**
   * Adds a message to a queue.
   *
   * @param flags of its {@link Row}
   */
  void append(LogQueue queue, Entry entry, int flags) {
    if (entry.place() == Place.SKIPPED) {
      outcomes.accept(queue, entry);
      return;
    }
    Message message = entry.inMemory();
    Segment into = active.segment();
    if (into == null || message == null || queue.dropped) {
      if (queue.dropped) {
        entry.place(QueueStore.NOWHERE);
        outcomes.accept(queue, entry);
      } else {
        outcomes.refuse(queue, entry);
      }
      return;
    }
    int at = frame.payloadAt();
    try {
      active.payloads.write(row, message, entry.share());
    } catch (RuntimeException e) {
      LOG.error("a message can't be written", e);
      frame.rewind(at);
      outcomes.refuse(queue, entry);
      return;
    }
    row.queue = queue.number;
    row.position = entry.position();
    row.deadline = entry.deadline();
    row.level = entry.level();
    row.bodyLength = entry.bodyLength();
    row.flags = flags | (entry.handedOut() ? Row.REDELIVERED : 0);
    row.attempts = Math.min(entry.attempts(), 0xffff);
    entry.place(active.add(row));
    queue.stored.counts.add(into.number(), 1);
    queue.stored.nextPosition = Math.max(queue.stored.nextPosition, row.position + 1);
    outcomes.add(queue, entry);
    if ((flags & Row.TRANSIENT) == 0) {
      outcomes.requireForce();
      String stamp = entry.stamp();
      if (stamp != null) {
        // In the same frame, so that nobody ever finds one without the other.
        stamps.accept(new Definition.Stamp(stamp, queue.number));
      }
    }
    commit.flushIfFull();
  }

  /** A message is gone. */
  void remove(LogQueue queue, long place) {
    if (Place.isStored(place) && !queue.dropped) {
      live.kill(queue, place);
      commit.flushIfFull();
    }
  }

  /** A message came back, and how often it has now. */
  void returned(long place, int attempts) {
    long now = segments.resolve(place);
    Segment segment = Place.isStored(place) ? segments.get(Place.segment(now)) : null;
    if (segment != null && !segment.isDead(Place.ordinal(now))) {
      segment.attempts(Place.ordinal(now), attempts);
      if (active.isOpen()) {
        frame.returned(now, attempts);
        commit.flushIfFull();
      }
    }
  }

  /** The queue may have delivered everything up to a position. */
  void delivering(LogQueue queue, long position) {
    if (position > queue.stored.delivering) {
      queue.stored.delivering = position;
      if (active.isOpen()) {
        frame.delivering(queue.number, position);
      }
    }
  }

  /** Has the queue's loop do something when everything before this is safe, or can't be made so. */
  void tell(LogQueue queue, Runnable task) {
    outcomes.tell(queue, task);
    if (active.isOpen()) {
      outcomes.requireForce();
    }
  }

  /** Forgets what a run stood for: these rows of the segment. */
  void discard(LogQueue queue, int level, int segment, long first, long last, int[] ordinals) {
    Segment present = segments.present(segment);
    if (queue.dropped || present == null) {
      return;
    }
    live.discard(queue, present, segment, ordinals);
    if (active.isOpen()) {
      frame.discarded(queue.number, level, present.number(), first, last);
      commit.flushIfFull();
    }
  }

  /** The queue is gone: its definition is removed, or it never had one, so that nothing needs to be written. */
  void drop(LogQueue queue) {
    queues.remove(queue.stored);
    live.drop(queue.stored);
  }
}
