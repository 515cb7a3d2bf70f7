package io.waypost.amqp;

import java.util.Comparator;

/**
 * The limits of unsettled deliveries of one channel: one that each new consumer gets for itself, and one over all of its
 * consumers together.
 *
 * <p>The broker's credit is per consumer, so a limit over several consumers is kept by giving each as much credit as the
 * channel has room, and handing back what arrives beyond it. A consumer that had to hand something back is drained
 * first, so that what it missed reaches it in order. Room that settlements make is offered once, at the end of the turn,
 * to whoever has waited longest.
 */
final class ChannelPrefetch implements Runnable {
  /** No limit. */
  static final int NONE = 0;

  private final AmqpChannel channel;
  private volatile int perConsumer;
  private volatile int limit;
  private int held;
  private boolean scheduled;

  ChannelPrefetch(AmqpChannel channel) {
    this.channel = channel;
  }

  /** The limit of each new consumer, or {@link #NONE}. Any thread. */
  int perConsumer() {
    return perConsumer;
  }

  /** The limit over the channel, or {@link #NONE}. Any thread. */
  int limit() {
    return limit;
  }

  void perConsumer(int deliveries) {
    perConsumer = deliveries;
  }

  void limit(int deliveries) {
    limit = deliveries;
    channel.consumers().forEach(AmqpConsumer::wantCredit);
  }

  /** How many more deliveries the channel may hold. */
  int room() {
    return limit == NONE ? Integer.MAX_VALUE : Math.max(0, limit - held);
  }

  void delivered() {
    held++;
  }

  void settled() {
    held--;
    if (limit != NONE && !scheduled) {
      scheduled = true;
      channel.loop().atTurnEnd(this);
    }
  }

  @Override
  public void run() {
    scheduled = false;
    channel.consumers().stream()
        .sorted(Comparator.comparingLong(AmqpConsumer::lastDelivery))
        .forEach(AmqpConsumer::grantCredit);
  }
}
