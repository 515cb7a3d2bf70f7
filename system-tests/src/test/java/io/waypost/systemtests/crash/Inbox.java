package io.waypost.systemtests.crash;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A consumer's deliveries, each in the ledger as soon as it came. */
final class Inbox extends DefaultConsumer {
  /**
   * A delivery.
   *
   * @param tag what to settle it by
   * @param id which message
   * @param flagged whether it was delivered before
   */
  record Delivery(long tag, MessageId id, boolean flagged) {}

  private final String queue;
  private final Ledger ledger;
  private final @Nullable OrderWatch order;
  private final boolean all;
  private final BlockingQueue<Delivery> deliveries = new LinkedBlockingQueue<>();
  private final CountDownLatch cancelled = new CountDownLatch(1);
  private String tag = "";

  /**
   * A consumer that is not attached yet.
   *
   * @param order what the order is compared with; null if the order says nothing
   * @param all whether the order holds for redelivered messages, too
   */
  Inbox(Channel channel, String queue, Ledger ledger, @Nullable OrderWatch order, boolean all) {
    super(channel);
    this.queue = queue;
    this.ledger = ledger;
    this.order = order;
    this.all = all;
  }

  @Override
  public void handleDelivery(
      String consumer, Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
    boolean flagged = envelope.isRedeliver();
    ledger
        .delivered(queue, body, flagged, all || !flagged ? order : null)
        .ifPresent(id -> deliveries.add(new Delivery(envelope.getDeliveryTag(), id, flagged)));
  }

  @Override
  public void handleCancelOk(String consumer) {
    cancelled.countDown();
  }

  @Override
  public void handleCancel(String consumer) {
    ledger.unexpected("the broker cancelled the consumer of " + queue);
  }

  /** The next delivery; null when none has come for so long. */
  @Nullable
  Delivery next(int millis) throws InterruptedException {
    return deliveries.poll(millis, TimeUnit.MILLISECONDS);
  }

  /** Attaches the consumer. */
  void attach() throws IOException {
    tag = getChannel().basicConsume(queue, false, this);
  }

  /** Detaches the consumer. When this returns, everything that was sent to it has come. */
  void cancel() throws IOException, InterruptedException {
    getChannel().basicCancel(tag);
    while (!cancelled.await(50, TimeUnit.MILLISECONDS)) {
      if (!getChannel().isOpen()) {
        throw new IOException("the channel was closed while a consumer was cancelled");
      }
    }
  }
}
