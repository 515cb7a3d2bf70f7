package io.waypost.queue;

/**
 * How much of its messages each queue may hold in memory: a wide window in ordinary times, a narrow one while messages
 * hold so much memory that publishers would soon have to wait. Set by the broker, looked at by every queue. Any thread.
 */
public final class MemoryPressure {
  /**
   * What stays in memory of each priority of a queue. What is between the oldest and the newest messages waits in the
   * store alone.
   *
   * @param entries how many of the oldest messages stay
   * @param bytes most bytes of the oldest messages, and of the newest
   * @param low with how few of them left more are loaded
   * @param chunk how many are loaded at once, and of how many new ones the oldest begin to leave
   */
  public record Window(int entries, long bytes, int low, int chunk) {
    /** What the queues of a broker do: 4,096 messages or 4 MiB. */
    public static final Window WIDE = new Window(4096, 4L << 20, 512, 1024);

    /** What they do under pressure: 64 messages or 256 KiB. */
    public static final Window NARROW = new Window(64, 256L << 10, 16, 64);
  }

  private final Window wide;
  private final Window narrow;
  private volatile Window window;
  private volatile boolean high;

  /** No pressure, and the windows of a broker. */
  public MemoryPressure() {
    this(Window.WIDE, Window.NARROW);
  }

  /** No pressure, and these windows. */
  public MemoryPressure(Window wide, Window narrow) {
    this.wide = wide;
    this.narrow = narrow;
    this.window = wide;
  }

  /** What may stay in memory at the moment. */
  Window window() {
    return window;
  }

  /** Whether there is pressure at the moment. */
  public boolean isHigh() {
    return high;
  }

  /** Changes it. */
  public void set(boolean high) {
    this.high = high;
    window = high ? narrow : wide;
  }
}
