package io.waypost.store.log;

import io.waypost.store.QueueStore;
import io.waypost.store.log.Outcomes.Change;

/** What {@link LogDefinitions} has the writer do, within a cycle. Belongs to the writing thread. */
final class DefinitionCommands {
  private final Segments segments;
  private final ActiveSegment active;
  private final LiveRows live;
  private final Outcomes outcomes;
  private final GroupCommit commit;
  private final Row row = new Row();

  DefinitionCommands(
      Segments segments,
      ActiveSegment active,
      LiveRows live,
      Outcomes outcomes,
      GroupCommit commit) {
    this.segments = segments;
    this.active = active;
    this.live = live;
    this.outcomes = outcomes;
    this.commit = commit;
  }

  /**
   * Adds a definition, and removes the one that it takes the place of.
   *
   * @return its place; {@link QueueStore#NOWHERE} if nothing can be written at the moment
   */
  long put(byte[] definition, long position, long replaced, Change change) {
    commit.flushIfFull();
    if (!active.isOpen()) {
      return QueueStore.NOWHERE;
    }
    long place = add(definition, position);
    if (replaced != QueueStore.NOWHERE) {
      active.dead(segments.resolve(replaced));
    }
    outcomes.add(change);
    outcomes.requireForce();
    return place;
  }

  /**
   * Adds a definition to the frame that is being made, behind a message: what comes of the one comes of the other.
   *
   * @return its place; {@link QueueStore#NOWHERE} if nothing can be written at the moment
   */
  long stamp(byte[] definition, long position, Change change) {
    if (!active.isOpen()) {
      return QueueStore.NOWHERE;
    }
    outcomes.add(change);
    return add(definition, position);
  }

  private long add(byte[] definition, long position) {
    active.payloads.write(row, definition);
    row.queue = Format.DEFINITIONS;
    row.position = position;
    row.deadline = QueueStore.NEVER;
    row.level = 0;
    row.bodyLength = definition.length;
    row.flags = 0;
    row.attempts = 0;
    return active.add(row);
  }

  /** Removes a definition; false if nothing can be written at the moment. */
  boolean remove(long place, Change change) {
    commit.flushIfFull();
    if (!active.isOpen()) {
      return false;
    }
    active.dead(segments.resolve(place));
    outcomes.add(change);
    outcomes.requireForce();
    return true;
  }

  /** Removes a definition that nobody will ask for; the removal rides along with what is written next. */
  void removeStamp(long place) {
    if (live.kill(place)) {
      commit.flushIfFull();
    }
  }

  /** A definition is gone, and that is safe; or it was not written. */
  void forget(long place) {
    live.forget(place);
  }

  /** Tells when everything before this is decided. */
  void whenDecided(Change change) {
    outcomes.whenDecided(change);
  }
}
