package io.waypost.amqp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ConfirmsTest {
  @RegisterExtension
  static final TestBroker broker = new TestBroker();

  private final Channel channel;

  ConfirmsTest() throws Exception {
    channel = broker.connect().createChannel();
  }

  @Test
  @DisplayName("every publish is confirmed, those to queues near and far alike, many at once")
  void allConfirmed() throws Exception {
    List<String> queues = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      queues.add(broker
          .connect()
          .createChannel()
          .queueDeclare("", false, false, true, null)
          .getQueue());
    }
    ConcurrentSkipListSet<Long> open = new ConcurrentSkipListSet<>();
    AtomicInteger frames = new AtomicInteger();
    channel.confirmSelect();
    channel.addConfirmListener(
        (number, multiple) -> {
          frames.incrementAndGet();
          if (multiple) {
            open.headSet(number, true).clear();
          } else {
            open.remove(number);
          }
        },
        (number, multiple) -> {});
    int count = 10_000;
    for (int i = 0; i < count; i++) {
      open.add(channel.getNextPublishSeqNo());
      channel.basicPublish("", queues.get(i % queues.size()), null, new byte[10]);
    }

    await().until(open::isEmpty);
    assertThat(frames.get()).isLessThan(count);
  }

  @Test
  @DisplayName("what no queue wants is confirmed, and returned before that when it is mandatory")
  void returnBeforeConfirm() throws Exception {
    try (FrameClient client = FrameClient.openChannel(broker)) {
      client.send(1, new AMQP.Confirm.Select.Builder().build());
      client.expect(AMQP.Confirm.SelectOk.class);
      client.publish(1, "nowhere", new byte[1]);
      assertThat(client.expect(AMQP.Basic.Ack.class).getDeliveryTag()).isEqualTo(1);

      client.send(
          1,
          new AMQP.Basic.Publish.Builder()
              .exchange("amq.direct")
              .routingKey("nowhere")
              .mandatory()
              .build());
      client.contentHeader(
          1, 2, new AMQP.BasicProperties.Builder().messageId("m").build());
      client.body(1, new byte[] {7, 8});

      AMQP.Basic.Return returned = client.expect(AMQP.Basic.Return.class);
      assertThat(returned.getReplyCode()).isEqualTo(312);
      assertThat(returned.getReplyText()).isEqualTo("NO_ROUTE");
      assertThat(returned.getExchange()).isEqualTo("amq.direct");
      assertThat(returned.getRoutingKey()).isEqualTo("nowhere");
      assertThat(client.frame().getType()).isEqualTo(AMQP.FRAME_HEADER);
      assertThat(client.frame().getPayload()).containsExactly(7, 8);
      assertThat(client.expect(AMQP.Basic.Ack.class).getDeliveryTag()).isEqualTo(2);
    }
  }

  @Test
  @DisplayName(
      "a mandatory message that a queue wants is not returned, nor is any without confirms lost")
  void mandatoryWithoutConfirms() throws Exception {
    List<String> returned = Collections.synchronizedList(new ArrayList<>());
    channel.addReturnListener(message -> returned.add(message.getRoutingKey()));
    String queue = channel.queueDeclare().getQueue();

    channel.basicPublish("", queue, true, null, new byte[1]);
    channel.basicPublish("", "nowhere", true, null, new byte[1]);
    channel.basicPublish("", "nowhere", false, null, new byte[1]);

    assertThat(channel.queueDeclarePassive(queue).getMessageCount()).isEqualTo(1);
    await().until(() -> !returned.isEmpty());
    assertThat(returned).containsExactly("nowhere");
  }

  @Test
  @DisplayName("what a full queue rejects is not confirmed but refused")
  void nack() throws Exception {
    String queue = channel
        .queueDeclare(
            "", false, true, true, Map.of("x-max-length", 1, "x-overflow", "reject-publish"))
        .getQueue();
    List<Long> nacked = Collections.synchronizedList(new ArrayList<>());
    List<Long> acked = Collections.synchronizedList(new ArrayList<>());
    channel.confirmSelect();
    channel.addConfirmListener(
        (number, multiple) -> acked.add(number), (number, multiple) -> nacked.add(number));

    channel.basicPublish("", queue, null, "stays".getBytes(StandardCharsets.UTF_8));
    assertThat(channel.waitForConfirms(10_000)).isTrue();
    channel.basicPublish("", queue, null, "refused".getBytes(StandardCharsets.UTF_8));

    assertThat(channel.waitForConfirms(10_000)).isFalse();
    assertThat(acked).containsExactly(1L);
    assertThat(nacked).containsExactly(2L);
    assertThat(channel.basicGet(queue, true).getBody()).asString().isEqualTo("stays");
  }

  @Test
  @DisplayName("confirm.select again is harmless, on a transactional channel it is refused")
  void select() throws Exception {
    channel.confirmSelect();
    channel.confirmSelect();
    channel.basicPublish("", "nowhere", null, new byte[1]);
    assertThat(channel.waitForConfirms(10_000)).isTrue();
    Channel transactional = channel.getConnection().createChannel();
    transactional.txSelect();

    Errors.expectChannelClose(
        transactional,
        transactional::confirmSelect,
        "406 PRECONDITION_FAILED - cannot switch from tx to confirm mode");
    Errors.expectChannelClose(
        channel,
        channel::txSelect,
        "406 PRECONDITION_FAILED - cannot switch from confirm to tx mode");
  }

  @Test
  @DisplayName("what cannot be published closes the channel, with the reason")
  void refusals() throws IOException {
    expectRefusal(
        "nope", "k", properties().build(), "404 NOT_FOUND - no exchange 'nope' in vhost '/'");
    expectRefusal(
        "",
        "k",
        properties().userId("mallory").build(),
        "406 PRECONDITION_FAILED - user_id property set to 'mallory' but authenticated user was 'guest'");
    expectRefusal(
        "",
        "k",
        properties().expiration("abc").build(),
        "406 PRECONDITION_FAILED - invalid expiration 'abc': no_integer");
    expectRefusal(
        "",
        "k",
        properties().expiration("-1").build(),
        "406 PRECONDITION_FAILED - invalid expiration '-1': negative");
    expectRefusal(
        "",
        "k",
        properties().headers(Map.of("CC", "text")).build(),
        "406 PRECONDITION_FAILED - invalid header 'CC': it must be an array of long strings");
    expectRefusal(
        "",
        "k",
        properties().headers(Map.of("BCC", List.of(1))).build(),
        "406 PRECONDITION_FAILED - invalid header 'BCC': it must be an array of long strings");
    expectRefusal(
        "",
        "k",
        properties().replyTo("amq.rabbitmq.reply-to").build(),
        "406 PRECONDITION_FAILED - fast reply consumer does not exist");
    Channel declaring = channel.getConnection().createChannel();
    declaring.exchangeDeclare("internal", "fanout", false, true, true, null);
    expectRefusal(
        "internal",
        "k",
        properties().build(),
        "403 ACCESS_REFUSED - cannot publish to internal exchange 'internal' in vhost '/'");
  }

  private static AMQP.BasicProperties.Builder properties() {
    return new AMQP.BasicProperties.Builder();
  }

  private void expectRefusal(
      String exchange, String key, AMQP.BasicProperties properties, String text)
      throws IOException {
    Channel other = channel.getConnection().createChannel();
    Errors.expectChannelClose(
        other, () -> other.basicPublish(exchange, key, properties, new byte[0]), text);
  }
}
