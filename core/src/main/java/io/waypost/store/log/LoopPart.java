package io.waypost.store.log;

import io.waypost.loop.Loop;
import io.waypost.store.MemoryMeter;
import java.util.concurrent.atomic.AtomicLong;

/** What a loop has of the store: its count of memory and the commands of its present turn. Belongs to the loop. */
final class LoopPart {
  private final Loop loop;
  private final LogWriter writer;
  private final Runnable hand = this::handOver;
  final MemoryMeter.Local meter;
  private final AtomicLong done = new AtomicLong();
  private long handed;
  private Turn turn;

  LoopPart(Loop loop, LogWriter writer, MemoryMeter.Local meter) {
    this.loop = loop;
    this.writer = writer;
    this.meter = meter;
    this.turn = new Turn(16, done);
  }

  /** The turn to add a command to; it is handed over when the loop's turn ends. */
  Turn turn() {
    assert loop.inLoop();
    if (turn.size() == 0) {
      loop.atTurnEnd(hand);
    }
    return turn;
  }

  /** Whether the caller is on its loop. */
  boolean isHere() {
    return loop.inLoop();
  }

  /** Hands over what the present turn has gathered. */
  void handOver() {
    Turn full = turn;
    if (full.size() > 0) {
      handed++;
      turn = new Turn(Math.max(16, Math.min(full.size(), 1024)), done);
      writer.submit(full);
    }
  }

  /** Whether there are commands that the writer has not carried out. */
  boolean isBehind() {
    return turn.size() > 0 || done.get() < handed;
  }
}
