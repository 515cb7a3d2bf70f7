package io.waypost.store.log;

import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Numbers that are given out once. Any thread. */
final class SegmentNumbers {
  private final AtomicInteger segments;
  private final AtomicLong queues = new AtomicLong(Format.RESERVED_QUEUES);
  private final SecureRandom random = new SecureRandom();

  SegmentNumbers(int nextSegment) {
    segments = new AtomicInteger(nextSegment);
  }

  /** Numbers queues after the first segment of this start of the broker, which no other start has had. */
  void start(int segment) {
    queues.set((long) segment << Integer.SIZE);
  }

  /** The number of a new segment. */
  int next() {
    return segments.getAndIncrement();
  }

  int lowestFree() {
    return segments.get();
  }

  /** The number of a new queue. */
  long nextQueue() {
    return queues.incrementAndGet();
  }

  /** What tells a new segment's bytes from those of any other. */
  long uuid() {
    return random.nextLong();
  }
}
