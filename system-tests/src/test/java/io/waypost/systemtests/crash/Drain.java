package io.waypost.systemtests.crash;

import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.Channel;
import io.waypost.systemtests.crash.Copy.Settlement;
import io.waypost.systemtests.crash.Inbox.Delivery;
import io.waypost.systemtests.crash.Lane.Nature;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Takes all that there is out of queues, and has the ledger say what is missing. */
final class Drain {
  private static final int PREFETCH = 1000;
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final long LATE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final Client client;
  private final Ledger ledger;

  Drain(Client client, Ledger ledger) {
    this.client = client;
    this.ledger = ledger;
  }

  /** Empties a queue that nobody else uses. */
  void empty(Lane lane) throws IOException, InterruptedException {
    try {
      Channel channel = client.channel();
      String queue = lane.queue();
      if (lane.nature() == Nature.EXPIRING) {
        await("the messages of " + queue + " expire")
            .atMost(Duration.ofSeconds(60))
            .until(() -> channel.messageCount(queue) == 0);
      } else {
        OrderWatch order = lane.ordered() ? new OrderWatch() : null;
        long begin = System.nanoTime();
        do {
          channel.basicQos(PREFETCH);
          Inbox inbox = new Inbox(channel, queue, ledger, order, true);
          inbox.attach();
          List<MessageId> taken = take(channel, inbox, lane, begin);
          channel.messageCount(queue);
          ledger.understood(queue, taken);
        } while (channel.messageCount(queue) > 0);
      }
      ledger.drained(queue);
      channel.abort();
    } catch (org.awaitility.core.ConditionTimeoutException e) {
      ledger.unexpected(String.valueOf(e.getMessage()));
    }
  }

  private List<MessageId> take(Channel channel, Inbox inbox, Lane lane, long begin)
      throws IOException, InterruptedException {
    List<MessageId> taken = new ArrayList<>();
    while (true) {
      Delivery delivery = inbox.next(5);
      if (delivery != null) {
        acknowledge(channel, lane, delivery, taken);
      } else if (channel.messageCount(lane.queue()) == 0 && !mayStillCome(lane, begin)) {
        break;
      }
    }
    inbox.cancel();
    for (Delivery left = inbox.next(0); left != null; left = inbox.next(0)) {
      acknowledge(channel, lane, left, taken);
    }
    return taken;
  }

  private void acknowledge(Channel channel, Lane lane, Delivery delivery, List<MessageId> taken)
      throws IOException {
    ledger.settling(lane.queue(), delivery.id(), Settlement.ACK);
    channel.basicAck(delivery.tag(), false);
    taken.add(delivery.id());
  }

  private boolean mayStillCome(Lane lane, long begin) {
    long now = System.nanoTime();
    boolean late =
        lane.nature() == Nature.DELAYED && ledger.hasLaterThan(lane.queue(), now - LATE_NANOS);
    return late || (now - begin < PATIENCE_NANOS && ledger.awaits(lane.queue()));
  }
}
