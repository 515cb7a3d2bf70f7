package io.waypost.loop;

/** A scheduled task. */
public interface Timer {
  /** Keeps the task from running if it has not yet begun; again is harmless. Any thread. */
  void cancel();
}
