package io.waypost.systemtests.crash;

import com.rabbitmq.client.Channel;
import io.waypost.systemtests.crash.Copy.Settlement;
import io.waypost.systemtests.crash.Inbox.Delivery;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;

/** Consumes a queue and does with its messages what consumers do: most are accepted, some go back, some are kept. */
final class Subscriber implements Worker {
  private static final int[] PREFETCHES = {1, 10, 100};
  private static final int ASK_AFTER = 40;

  private final Client client;
  private final Lane lane;
  private final Ledger ledger;
  private final SplittableRandom random;
  private final CountDownLatch stop;
  private final boolean cumulative;
  private final int prefetch;

  /** Settled, and not known to be understood. */
  private final List<MessageId> settled = new ArrayList<>();
  /** To be settled together. */
  private final List<Delivery> pending = new ArrayList<>();

  Subscriber(
      Client client, Lane lane, Ledger ledger, SplittableRandom random, CountDownLatch stop) {
    this.client = client;
    this.lane = lane;
    this.ledger = ledger;
    this.random = random;
    this.stop = stop;
    this.cumulative = lane.deadLetters() == null && random.nextInt(3) == 0;
    this.prefetch = PREFETCHES[random.nextInt(PREFETCHES.length)];
  }

  @Override
  public void work() throws Exception {
    while (stop.getCount() > 0) {
      channel(random.nextInt(50, 1000));
    }
  }

  private void channel(int deliveries) throws Exception {
    Channel channel = client.channel();
    channel.basicQos(prefetch);
    OrderWatch order = lane.ordered() ? new OrderWatch() : null;
    Inbox inbox = new Inbox(channel, lane.queue(), ledger, order, false);
    ledger.attached(lane.queue());
    inbox.attach();
    for (int left = deliveries; left > 0 && stop.getCount() > 0; left--) {
      Delivery delivery = inbox.next(20);
      if (delivery == null) {
        acknowledgePending(channel);
        ask(channel);
      } else if (cumulative) {
        pending.add(delivery);
        if (pending.size() > random.nextInt(prefetch)) {
          acknowledgePending(channel);
        }
      } else {
        settle(channel, delivery);
      }
      if (settled.size() >= ASK_AFTER) {
        ask(channel);
      }
    }
    inbox.cancel();
    acknowledgePending(channel);
    ask(channel);
    channel.close();
  }

  private void settle(Channel channel, Delivery delivery) throws IOException {
    int choice = random.nextInt(100);
    if (choice < 3) {
      return;
    }
    int rejected = 3 + (lane.deadLetters() == null ? 2 : 35);
    if (choice < rejected) {
      note(delivery, Settlement.REJECT);
      channel.basicReject(delivery.tag(), false);
    } else if (choice < rejected + 8 && !delivery.flagged()) {
      note(delivery, Settlement.REQUEUE);
      channel.basicNack(delivery.tag(), false, true);
    } else {
      note(delivery, Settlement.ACK);
      channel.basicAck(delivery.tag(), false);
    }
  }

  private void acknowledgePending(Channel channel) throws IOException {
    if (!pending.isEmpty()) {
      pending.forEach(each -> note(each, Settlement.ACK));
      channel.basicAck(pending.get(pending.size() - 1).tag(), true);
      pending.clear();
    }
  }

  private void note(Delivery delivery, Settlement how) {
    ledger.settling(lane.queue(), delivery.id(), how);
    if (how != Settlement.REQUEUE) {
      settled.add(delivery.id());
    }
  }

  /** Asks anything, so that the answer tells that what was said before has been understood. */
  private void ask(Channel channel) throws IOException {
    if (!settled.isEmpty()) {
      channel.basicQos(prefetch);
      ledger.understood(lane.queue(), settled);
      settled.clear();
    }
  }
}
