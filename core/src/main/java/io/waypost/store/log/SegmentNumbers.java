package io.waypost.store.log;

import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Numbers that are given out once. Any thread. */
final class SegmentNumbers {
  private final AtomicInteger segments;
  private final AtomicLong queues;
  private final SecureRandom random = new SecureRandom();

  SegmentNumbers(int nextSegment, long nextQueue) {
    segments = new AtomicInteger(nextSegment);
    queues = new AtomicLong(nextQueue);
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
    return queues.getAndIncrement();
  }

  long lowestFreeQueue() {
    return queues.get();
  }

  /** What tells a new segment's bytes from those of any other. */
  long uuid() {
    return random.nextLong();
  }
}
