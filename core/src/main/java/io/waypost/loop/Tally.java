package io.waypost.loop;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** A count that one loop writes and any thread reads; as cheap to write as a plain field, and never read torn. */
public final class Tally {
  private static final VarHandle VALUE;

  static {
    try {
      VALUE = MethodHandles.lookup().findVarHandle(Tally.class, "value", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private long value;

  /** Adds to the count. Only on the loop that owns it. */
  public void add(long difference) {
    VALUE.setOpaque(this, value + difference);
  }

  /** The count. Any thread. */
  public long get() {
    return (long) VALUE.getOpaque(this);
  }
}
