package io.waypost.queue;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * What a queue counts. Written by the queue's loop alone, read by any thread: opaque writes cost what plain ones do, and
 * a reader never sees half a number.
 */
@SuppressWarnings("EnumOrdinal") // the order is not stored anywhere
public final class QueueCounters {
  private static final VarHandle VALUES = MethodHandles.arrayElementVarHandle(long[].class);

  /** What is counted. */
  public enum Count {
    /** Messages ready. */
    READY,
    /** Bytes of the ready messages' bodies. */
    READY_BYTES,
    /** Messages delivered and not settled. */
    UNSETTLED,
    /** Bytes of the unsettled messages' bodies. */
    UNSETTLED_BYTES,
    /** Consumers attached. */
    CONSUMERS,
    /** Messages that entered. */
    PUBLISHED,
    /** Messages delivered, again or for the first time. */
    DELIVERED,
    /** Messages delivered again. */
    REDELIVERED,
    /** Messages settled as handled. */
    ACKNOWLEDGED,
    /** Messages that expired. */
    EXPIRED,
    /** Messages dropped or refused for the length limit. */
    OVERFLOWED
  }

  private final long[] values = new long[Count.values().length];

  /** The count at this moment. Any thread. */
  public long get(Count count) {
    return (long) VALUES.getOpaque(values, count.ordinal());
  }

  void add(Count count, long difference) {
    int index = count.ordinal();
    VALUES.setOpaque(values, index, values[index] + difference);
  }
}
