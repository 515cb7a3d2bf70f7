package io.waypost.store.log;

import java.time.Duration;

/**
 * How a store works.
 *
 * @param segmentBytes how large a segment becomes
 * @param checkpointBytes after how many bytes of log a checkpoint is made
 * @param checkpointInterval after what time at the latest, if anything changed
 * @param compactBelow the part of a segment that must be alive for it to stay as it is
 * @param diskReserve bytes that stay free on the disk: when there are fewer, publishers are held back
 * @param readAhead bytes of heap for blocks that were read and may be needed again
 * @param readPatience for how long a read that fails is tried again
 * @param recovery what to do about damage found at the start
 */
public record StoreSettings(
    int segmentBytes,
    long checkpointBytes,
    Duration checkpointInterval,
    double compactBelow,
    long diskReserve,
    long readAhead,
    Duration readPatience,
    RecoveryMode recovery) {

  /** What to do about damage that is found at the start. */
  public enum RecoveryMode {
    /** Refuse to start, naming file and offset. */
    REFUSE,
    /** Go on with everything that can be read, and report what can't. */
    SALVAGE
  }

  /** What holds when nothing is configured. */
  public static StoreSettings defaults() {
    return new StoreSettings(
        64 << 20,
        256L << 20,
        Duration.ofMinutes(1),
        0.4,
        256L << 20,
        Math.min(32L << 20, Runtime.getRuntime().maxMemory() / 16),
        Duration.ofSeconds(30),
        RecoveryMode.REFUSE);
  }

  /** The same with another reserve of disk space. */
  public StoreSettings withDiskReserve(long bytes) {
    return new StoreSettings(
        segmentBytes,
        checkpointBytes,
        checkpointInterval,
        compactBelow,
        bytes,
        readAhead,
        readPatience,
        recovery);
  }

  /** The same with another answer to damage. */
  public StoreSettings withRecovery(RecoveryMode mode) {
    return new StoreSettings(
        segmentBytes,
        checkpointBytes,
        checkpointInterval,
        compactBelow,
        diskReserve,
        readAhead,
        readPatience,
        mode);
  }
}
