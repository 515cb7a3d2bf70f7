package io.waypost.amqp;

import io.waypost.amqp.codec.FrameDecoder;
import io.waypost.amqp.codec.FrameEncoder;
import io.waypost.amqp.codec.Frames;
import io.waypost.loop.Loop;
import io.waypost.loop.Timer;
import io.waypost.transport.TurnOutput;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Both halves of the heartbeat (section 4.2.7): says something when nothing was said for half the span, and gives the
 * peer up when nothing was heard for two spans. Any byte counts, either way. While the broker itself does not read the
 * socket, silence proves nothing.
 */
final class Heartbeats {
  private static final int CHECKS_A_SPAN = 2;
  private static final int SILENT_CHECKS = 2 * CHECKS_A_SPAN;

  private final Loop loop;
  private final long checkNanos;
  private final FrameDecoder in;
  private final TurnOutput<FrameEncoder> out;
  private final BooleanSupplier reading;
  private final Runnable silence;
  private long heard;
  private long said;
  private int silentChecks;
  private @Nullable Timer timer;

  /**
   * Heartbeats that have not begun.
   *
   * @param seconds the negotiated span, 1 or more
   * @param reading whether the socket is being read
   * @param silence run once, when the peer is given up
   */
  Heartbeats(
      Loop loop,
      int seconds,
      FrameDecoder in,
      TurnOutput<FrameEncoder> out,
      BooleanSupplier reading,
      Runnable silence) {
    this.loop = loop;
    this.checkNanos = TimeUnit.SECONDS.toNanos(seconds) / CHECKS_A_SPAN;
    this.in = in;
    this.out = out;
    this.reading = reading;
    this.silence = silence;
  }

  void start() {
    timer = loop.schedule(this::check, checkNanos);
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
    long written = out.bytesWritten();
    if (written == said) {
      out.frames().heartbeat();
      written += Frames.OVERHEAD;
    }
    said = written;
    boolean silent = in.bytesRead() == heard && reading.getAsBoolean();
    heard = in.bytesRead();
    silentChecks = silent ? silentChecks + 1 : 0;
    if (silentChecks >= SILENT_CHECKS) {
      stop();
      silence.run();
    } else {
      start();
    }
  }
}
