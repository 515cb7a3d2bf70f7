package io.waypost.amqp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.Delivery;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.impl.LongStringHelper;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Acknowledgements in all their forms. */
class SettlementTest {
  @RegisterExtension
  static final TestBroker broker = new TestBroker();

  private final Connection connection;
  private final Channel channel;
  private final Channel other;
  private final String queue;
  private final Inbox inbox = new Inbox();

  SettlementTest() throws Exception {
    connection = broker.connect();
    channel = connection.createChannel();
    other = connection.createChannel();
    queue = channel.queueDeclare("", false, true, false, null).getQueue();
  }

  @Test
  @DisplayName("what is acknowledged is gone, alone or with all before it")
  void ack() throws Exception {
    publish("1", "2", "3", "4", "5");
    for (int i = 0; i < 5; i++) {
      channel.basicGet(queue, false);
    }
    channel.basicAck(5, false);
    channel.basicAck(3, true);
    channel.close();

    assertThat(got(other.basicGet(queue, true))).isEqualTo("4 again");
    assertThat(other.basicGet(queue, true)).isNull();
  }

  @Test
  @DisplayName("tag 0 with multiple means all, and is harmless when there are none")
  void ackAll() throws Exception {
    channel.basicAck(0, true);
    publish("1", "2");
    channel.basicGet(queue, false);
    channel.basicGet(queue, false);
    channel.basicAck(0, true);
    channel.basicNack(0, true, true);
    channel.close();

    assertThat(other.messageCount(queue)).isZero();
  }

  @Test
  @DisplayName("unknown tags close the channel: never delivered, settled twice, or none at all")
  void unknownTags() throws Exception {
    Errors.expectChannelClose(
        channel,
        () -> channel.basicAck(42, false),
        "406 PRECONDITION_FAILED - unknown delivery tag 42");
    Channel second = connection.createChannel();
    Errors.expectChannelClose(
        second,
        () -> second.basicReject(0, true),
        "406 PRECONDITION_FAILED - unknown delivery tag 0");
    Channel third = connection.createChannel();
    publish("1");
    third.basicGet(queue, false);
    third.basicAck(1, false);
    Errors.expectChannelClose(
        third,
        () -> third.basicNack(1, true, false),
        "406 PRECONDITION_FAILED - unknown delivery tag 1");
    Channel fourth = connection.createChannel();
    publish("2");
    fourth.basicGet(queue, true);
    Errors.expectChannelClose(
        fourth,
        () -> fourth.basicAck(1, false),
        "406 PRECONDITION_FAILED - unknown delivery tag 1");
  }

  @Test
  @DisplayName("what is rejected or nacked with requeue comes again, in its old order and marked")
  void requeue() throws Exception {
    publish("1", "2", "3", "4");
    for (int i = 0; i < 3; i++) {
      channel.basicGet(queue, false);
    }
    channel.basicReject(3, true);
    channel.basicNack(2, true, true);

    assertThat(got(channel.basicGet(queue, true))).isEqualTo("1 again");
    assertThat(got(channel.basicGet(queue, true))).isEqualTo("2 again");
    assertThat(got(channel.basicGet(queue, true))).isEqualTo("3 again");
    assertThat(got(channel.basicGet(queue, true))).isEqualTo("4");
  }

  @Test
  @DisplayName("what is rejected without requeue goes to the dead-letter exchange, with x-death")
  void deadLetter() throws Exception {
    String dead = channel.queueDeclare().getQueue();
    Map<String, Object> arguments =
        Map.of("x-dead-letter-exchange", "", "x-dead-letter-routing-key", dead);
    String source = channel.queueDeclare("", false, true, true, arguments).getQueue();
    other.basicPublish("", source, null, "bad".getBytes(UTF_8));
    channel.basicConsume(dead, true, inbox, inbox);
    channel.basicConsume(
        source,
        false,
        (tag, delivery) -> channel.basicReject(delivery.getEnvelope().getDeliveryTag(), false),
        tag -> {});

    Delivery delivery = inbox.next();

    assertThat(delivery.getBody()).asString().isEqualTo("bad");
    Map<String, Object> headers = delivery.getProperties().getHeaders();
    assertThat(headers.get("x-first-death-reason")).hasToString("rejected");
    assertThat(headers.get("x-first-death-queue")).hasToString(source);
    assertThat(headers.get("x-death"))
        .asInstanceOf(InstanceOfAssertFactories.LIST)
        .singleElement(InstanceOfAssertFactories.MAP)
        .containsEntry("count", 1L)
        .containsEntry("reason", LongStringHelper.asLongString("rejected"))
        .containsEntry("queue", LongStringHelper.asLongString(source))
        .containsEntry("exchange", LongStringHelper.asLongString(""))
        .containsEntry("routing-keys", List.of(LongStringHelper.asLongString(source)))
        .containsKey("time");
  }

  @Test
  @DisplayName("recover gives everything back, and it comes again to whoever consumes")
  void recover() throws Exception {
    channel.basicConsume(queue, false, inbox, inbox);
    publish("1", "2", "3");
    assertThat(inbox.texts(3)).containsExactly("1", "2", "3");

    channel.basicRecover(true);

    for (String expected : List.of("1", "2", "3")) {
      Delivery again = inbox.next();
      assertThat(again.getBody()).asString().isEqualTo(expected);
      assertThat(again.getEnvelope().isRedeliver()).isTrue();
    }
    channel.basicAck(6, true);
    channel.close();
    assertThat(other.messageCount(queue)).isZero();
  }

  @Test
  @DisplayName("a channel that closes gives its deliveries back, a lost connection too")
  void lost() throws Exception {
    String shared = channel.queueDeclare("", false, false, false, null).getQueue();
    other.basicPublish("", shared, null, "1".getBytes(UTF_8));
    channel.basicGet(shared, false);
    channel.close();
    assertThat(got(other.basicGet(shared, true))).isEqualTo("1 again");

    other.basicPublish("", shared, null, "2".getBytes(UTF_8));
    Connection lost = broker.connect();
    lost.createChannel().basicGet(shared, false);
    lost.abort();
    await().until(() -> other.messageCount(shared) == 1);
    assertThat(got(other.basicGet(shared, true))).isEqualTo("2 again");
    other.queueDelete(shared);
  }

  private void publish(String... bodies) throws IOException {
    for (String body : bodies) {
      other.basicPublish("", queue, null, body.getBytes(UTF_8));
    }
    // Answered behind the publishes, which came on the same channel.
    other.messageCount(queue);
  }

  private static String got(GetResponse response) {
    return new String(response.getBody(), UTF_8)
        + (response.getEnvelope().isRedeliver() ? " again" : "");
  }
}
