package io.waypost.systemtests.crash;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ConfirmCallback;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Publishes with confirms, all ways and sizes. */
final class Publisher implements Worker {
  private static final int MOST = 4000;
  private static final int[] WINDOWS = {1, 20, 300};
  private static final int LONGEST_DELAY_MILLIS = 1500;

  private final Client client;
  private final int number;
  private final Ledger ledger;
  private final SplittableRandom random;
  private final CountDownLatch stop;
  private final boolean limited;
  private final int window;
  private final Semaphore credit;
  private final ConcurrentNavigableMap<Long, MessageId> unanswered = new ConcurrentSkipListMap<>();

  /**
   * A publisher.
   *
   * @param limited whether it is the one that publishes to the queue with a limit, too
   */
  Publisher(
      Client client,
      int number,
      Ledger ledger,
      SplittableRandom random,
      CountDownLatch stop,
      boolean limited) {
    this.client = client;
    this.number = number;
    this.ledger = ledger;
    this.random = random;
    this.stop = stop;
    this.limited = limited;
    this.window = WINDOWS[random.nextInt(WINDOWS.length)];
    this.credit = new Semaphore(window);
  }

  @Override
  public void work() throws Exception {
    Channel channel = client.channel();
    channel.confirmSelect();
    channel.addConfirmListener(answers(ledger::confirmed), answers(ledger::refused));
    for (int sent = 1; stop.getCount() > 0; sent++) {
      if (!credit.tryAcquire(50, TimeUnit.MILLISECONDS)) {
        continue;
      }
      publish(channel, new MessageId(number, sent));
      // Fast at first; then just so fast that something is always under way.
      if (stop.await(sent > MOST ? 5 : sent % 16 == 0 ? 1 : 0, TimeUnit.MILLISECONDS)) {
        break;
      }
    }
    channel.waitForConfirms(TimeUnit.MINUTES.toMillis(1));
    channel.close();
  }

  private ConfirmCallback answers(Consumer<MessageId> answer) {
    return (tag, multiple) -> {
      Map<Long, MessageId> answered =
          multiple ? unanswered.headMap(tag, true) : unanswered.subMap(tag, true, tag, true);
      int count = 0;
      for (MessageId id : answered.values()) {
        answer.accept(id);
        count++;
      }
      answered.clear();
      credit.release(count);
    };
  }

  private void publish(Channel channel, MessageId id) throws Exception {
    Route route = limited && random.nextInt(8) == 0
        ? Route.to(Topology.LIMITED)
        : Topology.ROUTES.get(random.nextInt(Topology.ROUTES.size()));
    boolean persistent = route.key().equals(Topology.LIMITED) || random.nextInt(10) > 0;
    int priority = route.key().equals(Topology.PRIORITY) ? random.nextInt(6) : 0;
    int delay =
        route.exchange().equals(Topology.DELAYING) ? random.nextInt(LONGEST_DELAY_MILLIS) : 0;
    AMQP.BasicProperties properties = new AMQP.BasicProperties.Builder()
        .deliveryMode(persistent ? 2 : 1)
        .priority(priority)
        .headers(Map.of("x-delay", delay))
        .build();
    byte[] body = Body.of(id, size(random));
    ledger.publishing(id, route.queues(), persistent, priority, delay, false);
    unanswered.put(channel.getNextPublishSeqNo(), id);
    channel.basicPublish(route.exchange(), route.key(), properties, body);
  }

  /** Small mostly, large now and then. */
  static int size(SplittableRandom random) {
    int kind = random.nextInt(400);
    if (kind == 0) {
      return random.nextInt(1 << 20) + 1;
    }
    return random.nextInt(kind < 20 ? 64 << 10 : 1500) + Body.LEAST;
  }
}
