package io.waypost.amqp;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.CancelCallback;
import com.rabbitmq.client.DeliverCallback;
import com.rabbitmq.client.Delivery;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** What a client's consumer received, to be waited for. */
final class Inbox implements DeliverCallback, CancelCallback {
  private static final int PATIENCE_SECONDS = 10;

  private final BlockingQueue<Delivery> deliveries = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> cancellations = new LinkedBlockingQueue<>();

  @Override
  public void handle(String consumerTag, Delivery delivery) {
    deliveries.add(delivery);
  }

  @Override
  public void handle(String consumerTag) {
    cancellations.add(consumerTag);
  }

  /** The next delivery. */
  Delivery next() throws InterruptedException {
    Delivery delivery = deliveries.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (delivery == null) {
      throw new AssertionError("nothing was delivered");
    }
    return delivery;
  }

  /** The next delivery's body. */
  String text() throws InterruptedException {
    return new String(next().getBody(), StandardCharsets.UTF_8);
  }

  /** The bodies of the next deliveries. */
  List<String> texts(int count) throws InterruptedException {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      texts.add(text());
    }
    return texts;
  }

  /** The next deliveries. */
  List<Delivery> next(int count) throws InterruptedException {
    List<Delivery> next = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      next.add(next());
    }
    return next;
  }

  /** The tag of the consumer that was cancelled next. */
  String cancelled() throws InterruptedException {
    String tag = cancellations.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (tag == null) {
      throw new AssertionError("no consumer was cancelled");
    }
    return tag;
  }

  int size() {
    return deliveries.size();
  }

  /** Nothing came so far; meaningful behind a request that was answered after anything could have come. */
  void expectEmpty() {
    assertThat(deliveries).isEmpty();
  }
}
