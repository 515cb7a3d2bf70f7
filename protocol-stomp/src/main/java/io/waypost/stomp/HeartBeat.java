package io.waypost.stomp;

import io.waypost.loop.Loop;
import io.waypost.loop.Timer;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Both halves of the heart-beat: says something when nothing was said for half the span, and gives the client up when
 * nothing was heard for two spans. Any byte counts, either way. While the broker itself does not read the socket, silence
 * proves nothing.
 */
final class HeartBeat {
  private static final int CHECKS_A_SPAN = 2;
  private static final int SILENT_CHECKS = 2 * CHECKS_A_SPAN;
  private static final long LONGEST_MILLIS = TimeUnit.DAYS.toMillis(1);

  private final Loop loop;
  private @Nullable Timer sending;
  private @Nullable Timer listening;
  private boolean stopped;
  private long said;
  private long heard;
  private int silentChecks;

  HeartBeat(Loop loop) {
    this.loop = loop;
  }

  /**
   * The spans that hold, as they stand in CONNECTED: the broker's and the client's, each 0 for none. What a client asks
   * for holds unless it is shorter than the least span.
   *
   * @param offered the client's header: what it can do and what it wants, in milliseconds
   * @throws StompException if the header is not two numbers
   */
  static long[] agreed(@Nullable String offered, long leastMillis) {
    if (offered == null) {
      return new long[] {0, 0};
    }
    String[] both = offered.split(",", -1);
    if (both.length != 2) {
      throw malformed(offered);
    }
    return new long[] {span(both[1], offered, leastMillis), span(both[0], offered, leastMillis)};
  }

  private static long span(String text, String offered, long leastMillis) {
    try {
      long millis = Long.parseLong(text.strip());
      if (millis < 0) {
        throw malformed(offered);
      }
      return millis == 0 ? 0 : Math.min(LONGEST_MILLIS, Math.max(millis, leastMillis));
    } catch (NumberFormatException e) {
      throw malformed(offered);
    }
  }

  private static StompException malformed(String offered) {
    return new StompException(
        "Bad CONNECT", "heart-beat '" + offered + "' is not two numbers of milliseconds");
  }

  /**
   * Says something at least once a span.
   *
   * @param written bytes written so far
   */
  void send(long spanMillis, LongSupplier written, Runnable beat) {
    if (spanMillis > 0) {
      said = written.getAsLong();
      scheduleSending(TimeUnit.MILLISECONDS.toNanos(spanMillis) / CHECKS_A_SPAN, written, beat);
    }
  }

  private void scheduleSending(long nanos, LongSupplier written, Runnable beat) {
    sending = loop.schedule(
        () -> {
          if (stopped) {
            return;
          }
          if (written.getAsLong() == said) {
            beat.run();
          }
          said = written.getAsLong();
          scheduleSending(nanos, written, beat);
        },
        nanos);
  }

  /**
   * Gives the client up when it is silent.
   *
   * @param read bytes read so far
   * @param reading whether the socket is being read
   */
  void listen(long spanMillis, LongSupplier read, BooleanSupplier reading, Runnable silence) {
    if (spanMillis > 0) {
      heard = read.getAsLong();
      scheduleListening(
          TimeUnit.MILLISECONDS.toNanos(spanMillis) / CHECKS_A_SPAN, read, reading, silence);
    }
  }

  private void scheduleListening(
      long nanos, LongSupplier read, BooleanSupplier reading, Runnable silence) {
    listening = loop.schedule(
        () -> {
          if (stopped) {
            return;
          }
          boolean silent = read.getAsLong() == heard && reading.getAsBoolean();
          heard = read.getAsLong();
          silentChecks = silent ? silentChecks + 1 : 0;
          if (silentChecks >= SILENT_CHECKS) {
            silence.run();
          } else {
            scheduleListening(nanos, read, reading, silence);
          }
        },
        nanos);
  }

  void stop() {
    stopped = true;
    if (sending != null) {
      sending.cancel();
    }
    if (listening != null) {
      listening.cancel();
    }
  }
}
