package io.waypost.loop;

/** Two clocks: one that only measures spans, one that tells the time of day. Any thread. */
public interface Clock {
  /** The machine's clocks. */
  Clock SYSTEM = new Clock() {
    @Override
    public long nanos() {
      return System.nanoTime();
    }

    @Override
    public long millis() {
      return System.currentTimeMillis();
    }
  };

  /** Monotonic nanoseconds with an arbitrary zero; every deadline uses these. */
  long nanos();

  /** Milliseconds since 1970, for people and for messages; may jump. */
  long millis();
}
