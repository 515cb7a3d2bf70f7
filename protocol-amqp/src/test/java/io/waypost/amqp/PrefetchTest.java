package io.waypost.amqp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DeliverCallback;
import com.rabbitmq.client.Delivery;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class PrefetchTest {
  @RegisterExtension
  static final TestBroker broker = new TestBroker();

  private final Connection connection;
  private final Channel channel;
  private final Channel other;
  private final String queue;
  private final Inbox inbox = new Inbox();

  PrefetchTest() throws Exception {
    connection = broker.connect();
    channel = connection.createChannel();
    other = connection.createChannel();
    queue = channel.queueDeclare().getQueue();
  }

  @Test
  @DisplayName("each new consumer gets as many as its own limit allows, and more as it settles")
  void perConsumer() throws Exception {
    channel.basicQos(2);
    channel.basicConsume(queue, false, inbox, inbox);
    publish(queue, 1, 6);

    List<Delivery> first = inbox.next(2);
    expectHeldBack(4);
    channel.basicAck(tag(first.get(0)), false);
    assertThat(inbox.text()).isEqualTo("3");
    expectHeldBack(3);
    channel.basicAck(0, true);
    assertThat(inbox.texts(2)).containsExactly("4", "5");
    expectHeldBack(1);
  }

  @Test
  @DisplayName("a changed limit holds for consumers that come later")
  void laterConsumers() throws Exception {
    channel.basicQos(1);
    channel.basicConsume(queue, false, inbox, inbox);
    channel.basicQos(3);
    Inbox second = new Inbox();
    channel.basicConsume(queue, false, second, second);

    publish(queue, 1, 10);

    assertThat(inbox.next(1)).hasSize(1);
    assertThat(second.next(3)).hasSize(3);
    expectHeldBack(6);
  }

  @Test
  @DisplayName("a limit over the channel holds for all of its consumers together")
  void global() throws Exception {
    Inbox second = new Inbox();
    String secondQueue = channel.queueDeclare().getQueue();
    channel.basicQos(3, true);
    channel.basicConsume(queue, false, inbox, inbox);
    channel.basicConsume(secondQueue, false, second, second);
    publish(queue, 1, 10);
    publish(secondQueue, 11, 20);

    List<Delivery> first = inbox.next(3);
    expectReady(queue, 7);
    expectReady(secondQueue, 10);
    second.expectEmpty();
    for (Delivery delivery : first) {
      channel.basicAck(tag(delivery), false);
    }
    for (int settled = 3; settled < 20; settled++) {
      assertUnsettled(3);
      settleOne(inbox, second);
    }
    assertThat(inbox.size() + second.size()).isZero();
    expectReady(queue, 0);
    expectReady(secondQueue, 0);
  }

  /** Settles whatever was delivered next to either, checking that each gets its own in order. */
  private void settleOne(Inbox one, Inbox two) throws Exception {
    await().until(() -> one.size() + two.size() > 0);
    Delivery delivery = one.size() > 0 ? one.next() : two.next();
    int number = Integer.parseInt(new String(delivery.getBody(), UTF_8));
    assertThat(delivery.getEnvelope().isRedeliver()).isFalse();
    if (number <= 10) {
      assertThat(number).isEqualTo(++lastOfFirst);
    } else {
      assertThat(number).isEqualTo(++lastOfSecond);
    }
    channel.basicAck(tag(delivery), false);
  }

  private int lastOfFirst = 3;
  private int lastOfSecond = 10;

  private void assertUnsettled(int most) {
    assertThat(broker.broker().inspector().connections())
        .filteredOn(info -> info.channels().stream().anyMatch(c -> c.globalPrefetch() == 3))
        .allSatisfy(info -> assertThat(info.channels())
            .allSatisfy(c -> assertThat(c.unacknowledged()).isLessThanOrEqualTo(most)));
  }

  @Test
  @DisplayName(
      "more consumers than the channel may hold deliveries all get their turn, far queues too")
  void manyConsumers() throws Exception {
    channel.basicQos(2, true);
    Connection far = broker.connect();
    String[] queues = new String[5];
    Inbox all = new Inbox();
    for (int i = 0; i < queues.length; i++) {
      queues[i] = far.createChannel().queueDeclare("", false, false, true, null).getQueue();
      channel.basicConsume(queues[i], false, all, all);
    }
    for (String name : queues) {
      publish(name, 1, 20);
    }

    for (int i = 0; i < 100; i++) {
      Delivery delivery = all.next();
      assertThat(all.size()).isLessThanOrEqualTo(1);
      assertThat(delivery.getEnvelope().isRedeliver()).isFalse();
      channel.basicAck(tag(delivery), false);
    }
    all.expectEmpty();
  }

  @Test
  @DisplayName("consumers that share a limit over the channel get their deliveries in turn")
  void turns() throws Exception {
    channel.basicQos(1, true);
    BlockingQueue<String> served = new LinkedBlockingQueue<>();
    DeliverCallback noting = (consumer, delivery) -> {
      served.add(consumer);
      inbox.handle(consumer, delivery);
    };
    String[] tags = new String[3];
    for (int i = 0; i < tags.length; i++) {
      String name = i == 0 ? queue : channel.queueDeclare().getQueue();
      channel.queueBind(name, "amq.fanout", "");
      tags[i] = channel.basicConsume(name, false, noting, inbox);
    }
    // And a second consumer of one of the queues.
    String twin = channel.basicConsume(queue, false, noting, inbox);
    for (int i = 0; i < 20; i++) {
      other.basicPublish("amq.fanout", "", null, new byte[0]);
    }

    List<String> first = new ArrayList<>();
    for (int i = 0; i < 24; i++) {
      channel.basicAck(tag(inbox.next()), false);
      first.add(served.remove());
    }
    for (String consumer : List.of(tags[0], tags[1], tags[2], twin)) {
      assertThat(first).filteredOn(consumer::equals).hasSizeBetween(5, 7);
    }
  }

  @Test
  @DisplayName("a limit over the channel can be raised, lifted, and set later")
  void changingGlobal() throws Exception {
    channel.basicConsume(queue, false, inbox, inbox);
    publish(queue, 1, 2);
    inbox.next(2);
    channel.basicQos(3, true);
    publish(queue, 3, 10);

    assertThat(inbox.text()).isEqualTo("3");
    expectHeldBack(7);
    channel.basicQos(5, true);
    assertThat(inbox.texts(2)).containsExactly("4", "5");
    expectHeldBack(5);
    channel.basicQos(0, true);
    assertThat(inbox.texts(5)).containsExactly("6", "7", "8", "9", "10");
  }

  @Test
  @DisplayName("both limits hold at once, and consumers without acknowledgements know none")
  void both() throws Exception {
    channel.basicQos(4, false);
    channel.basicQos(5, true);
    channel.basicConsume(queue, false, inbox, inbox);
    Inbox free = new Inbox();
    String freeQueue = channel.queueDeclare().getQueue();
    channel.basicConsume(freeQueue, true, free, free);
    publish(queue, 1, 10);
    publish(freeQueue, 1, 10);

    assertThat(inbox.next(4)).hasSize(4);
    assertThat(free.next(10)).hasSize(10);
    expectHeldBack(6);
  }

  private void publish(String to, int from, int last) throws IOException {
    for (int i = from; i <= last; i++) {
      other.basicPublish("", to, null, Integer.toString(i).getBytes(UTF_8));
    }
  }

  private void expectHeldBack(int count) throws IOException {
    expectReady(queue, count);
    inbox.expectEmpty();
  }

  private void expectReady(String name, int count) throws IOException {
    await().untilAsserted(() -> assertThat(other.messageCount(name)).isEqualTo(count));
  }

  private static long tag(Delivery delivery) {
    return delivery.getEnvelope().getDeliveryTag();
  }
}
