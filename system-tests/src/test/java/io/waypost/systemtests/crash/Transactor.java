package io.waypost.systemtests.crash;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.MessageProperties;
import io.waypost.systemtests.crash.Copy.Settlement;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Publishes and acknowledges in transactions, and takes some of them back. */
final class Transactor implements Worker {
  private static final String QUEUE = Topology.TRANSACTIONS;

  private final Client client;
  private final int number;
  private final Ledger ledger;
  private final SplittableRandom random;
  private final CountDownLatch stop;
  private int sent;

  Transactor(
      Client client, int number, Ledger ledger, SplittableRandom random, CountDownLatch stop) {
    this.client = client;
    this.number = number;
    this.ledger = ledger;
    this.random = random;
    this.stop = stop;
  }

  @Override
  public void work() throws Exception {
    Channel channel = client.channel();
    channel.txSelect();
    ledger.attached(QUEUE);
    while (!stop.await(random.nextInt(4), TimeUnit.MILLISECONDS)) {
      transaction(channel);
    }
    channel.close();
  }

  private void transaction(Channel channel) throws Exception {
    List<MessageId> published = new ArrayList<>();
    List<MessageId> got = new ArrayList<>();
    for (int left = random.nextInt(8); left >= 0; left--) {
      if (random.nextInt(3) == 0) {
        GetResponse response = channel.basicGet(QUEUE, false);
        if (response != null) {
          ledger
              .delivered(QUEUE, response.getBody(), response.getEnvelope().isRedeliver(), null)
              .ifPresent(got::add);
          channel.basicAck(response.getEnvelope().getDeliveryTag(), false);
        }
      } else {
        published.add(publish(channel));
      }
    }
    if (random.nextInt(4) == 0) {
      published.forEach(ledger::takenBack);
      channel.txRollback();
      got.forEach(id -> ledger.settling(QUEUE, id, Settlement.REQUEUE));
      channel.basicRecover(true);
    } else {
      ledger.committing(published);
      got.forEach(id -> ledger.settling(QUEUE, id, Settlement.ACK));
      channel.txCommit();
      published.forEach(ledger::confirmed);
      ledger.understood(QUEUE, got);
    }
  }

  private MessageId publish(Channel channel) throws Exception {
    Route route = random.nextBoolean()
        ? Route.to(QUEUE)
        : Topology.ROUTES.get(random.nextInt(Topology.ROUTES.size()));
    MessageId id = new MessageId(number, ++sent);
    ledger.publishing(id, route.queues(), true, 0, 0, true);
    channel.basicPublish(
        route.exchange(),
        route.key(),
        MessageProperties.MINIMAL_PERSISTENT_BASIC,
        Body.of(id, Publisher.size(random)));
    return id;
  }
}
