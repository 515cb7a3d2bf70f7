package io.waypost.mqtt;

import io.waypost.loop.Loop;
import io.waypost.loop.Timer;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Gives a client up that has not been heard for one and a half times its keep alive (section 3.1.2.10). One timer, which
 * looks when it is due whether anything was heard meanwhile.
 */
final class KeepAlive {
  private final Loop loop;
  private final long spanNanos;
  private final BooleanSupplier reading;
  private final Runnable silence;
  private long heardAt;
  private @Nullable Timer timer;

  /**
   * Not begun yet.
   *
   * @param seconds the keep alive, 1 or more
   * @param reading whether the socket is read: else silence proves nothing
   * @param silence run once, when the client is given up
   */
  KeepAlive(Loop loop, int seconds, BooleanSupplier reading, Runnable silence) {
    this.loop = loop;
    this.spanNanos = TimeUnit.SECONDS.toNanos(seconds) * 3 / 2;
    this.reading = reading;
    this.silence = silence;
  }

  void start() {
    heardAt = loop.clock().nanos();
    timer = loop.schedule(this::check, spanNanos);
  }

  /** A packet arrived. */
  void heard() {
    heardAt = loop.clock().nanos();
  }

  void stop() {
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
  }

  private void check() {
    if (timer == null) {
      return;
    }
    if (!reading.getAsBoolean()) {
      heardAt = loop.clock().nanos();
    }
    long left = heardAt + spanNanos - loop.clock().nanos();
    if (left > 0) {
      timer = loop.schedule(this::check, left);
    } else {
      stop();
      silence.run();
    }
  }
}
