package io.waypost.amqp;

import io.waypost.amqp.codec.BasicMethod;
import io.waypost.amqp.codec.FrameEncoder;
import io.waypost.broker.PublishOutcome;
import io.waypost.loop.Tally;
import java.util.Arrays;

/**
 * Publisher confirms of one channel. Publishes are numbered from 1; outcomes come in any order. What became known in a
 * turn is told together at its end: one {@code multiple} for the numbers up to the first that is still open, single
 * ones for those beyond it.
 */
final class Confirms implements Runnable {
  private static final byte OPEN = 0;
  private static final byte ACKED = 1;
  private static final byte NACKED = 2;
  private static final byte TOLD = 3;

  private final AmqpChannel channel;

  /** States of the numbers from {@link #first} to {@link #last}, each at its number modulo the length. */
  private byte[] states = new byte[16];

  private long first = 1;
  private long last;
  private final Tally open = new Tally();

  // Numbers beyond the first open one whose outcome came in this turn, in order of arrival.
  private long[] ahead = new long[16];
  private int aheadCount;
  private boolean scheduled;

  Confirms(AmqpChannel channel) {
    this.channel = channel;
  }

  /** How many publishes wait for their outcome. Any thread. */
  int open() {
    return (int) open.get();
  }

  /** Numbers the next publish. */
  long next() {
    if (last - first + 1 == states.length) {
      grow();
    }
    last++;
    states[place(last)] = OPEN;
    open.add(1);
    return last;
  }

  void decided(long number, PublishOutcome outcome) {
    states[place(number)] = taken(outcome) ? ACKED : NACKED;
    open.add(-1);
    if (number > first) {
      if (aheadCount == ahead.length) {
        ahead = Arrays.copyOf(ahead, 2 * aheadCount);
      }
      ahead[aheadCount++] = number;
    }
    if (!scheduled) {
      scheduled = true;
      channel.loop().atTurnEnd(this);
    }
  }

  /** Whether the broker stands for the message: one that nobody wanted is taken care of, too. */
  static boolean taken(PublishOutcome outcome) {
    return switch (outcome) {
      case ROUTED, UNROUTABLE -> true;
      case OVERFLOWED, FAILED -> false;
    };
  }

  @Override
  public void run() {
    scheduled = false;
    int count = aheadCount;
    aheadCount = 0;
    if (!channel.isOpen()) {
      return;
    }
    FrameEncoder out = channel.output();
    tellRuns(out);
    for (int i = 0; i < count; i++) {
      long number = ahead[i];
      // Those before the first open one have been told just now.
      if (number >= first) {
        tell(out, number, states[place(number)], false);
        states[place(number)] = TOLD;
      }
    }
  }

  /** Tells everything up to the first open number, each run of equal answers at once. */
  private void tellRuns(FrameEncoder out) {
    byte answer = TOLD;
    long runStart = first;
    while (first <= last && states[place(first)] != OPEN) {
      byte state = states[place(first)];
      if (state != TOLD && state != answer) {
        tellRun(out, runStart, answer);
        answer = state;
        runStart = first;
      }
      first++;
    }
    tellRun(out, runStart, answer);
  }

  private void tellRun(FrameEncoder out, long start, byte answer) {
    long end = first - 1;
    if (answer != TOLD) {
      tell(out, end, answer, end > start);
    }
  }

  private void tell(FrameEncoder out, long number, byte answer, boolean multiple) {
    if (answer == ACKED) {
      out.ack(channel.number(), number, multiple);
    } else {
      out.method(channel.number(), new BasicMethod.Nack(number, multiple, false));
    }
  }

  private int place(long number) {
    return (int) number & (states.length - 1);
  }

  private void grow() {
    byte[] wider = new byte[2 * states.length];
    for (long number = first; number <= last; number++) {
      wider[(int) number & (wider.length - 1)] = states[place(number)];
    }
    states = wider;
  }
}
