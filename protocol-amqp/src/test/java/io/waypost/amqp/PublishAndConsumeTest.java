package io.waypost.amqp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.Delivery;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.MessageProperties;
import com.rabbitmq.client.impl.LongStringHelper;
import java.util.Arrays;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("JavaUtilDate") // the client's type
class PublishAndConsumeTest {
  @RegisterExtension
  static final TestBroker broker = new TestBroker();

  private final Connection connection;
  private final Channel channel;
  private final String queue;
  private final Inbox inbox = new Inbox();

  PublishAndConsumeTest() throws Exception {
    connection = broker.connect();
    channel = connection.createChannel();
    queue = channel.queueDeclare().getQueue();
  }

  @Test
  @DisplayName("a message goes from a publisher to a consumer")
  void helloWorld() throws Exception {
    channel.basicConsume(queue, true, inbox, inbox);

    channel.basicPublish("", queue, MessageProperties.TEXT_PLAIN, "hello".getBytes(UTF_8));

    Delivery delivery = inbox.next();
    assertThat(delivery.getBody()).asString().isEqualTo("hello");
    assertThat(delivery.getProperties().getContentType()).isEqualTo("text/plain");
    assertThat(delivery.getEnvelope().getExchange()).isEmpty();
    assertThat(delivery.getEnvelope().getRoutingKey()).isEqualTo(queue);
    assertThat(delivery.getEnvelope().getDeliveryTag()).isEqualTo(1);
    assertThat(delivery.getEnvelope().isRedeliver()).isFalse();
  }

  @Test
  @DisplayName("a waiting message is got, with the number of those behind it")
  void get() throws Exception {
    channel.basicPublish("amq.direct", "nowhere", null, new byte[1]);
    channel.queueBind(queue, "amq.direct", "k");
    channel.basicPublish("amq.direct", "k", null, "one".getBytes(UTF_8));
    channel.basicPublish("amq.direct", "k", null, "two".getBytes(UTF_8));

    GetResponse first = channel.basicGet(queue, false);
    GetResponse second = channel.basicGet(queue, true);

    assertThat(first.getBody()).asString().isEqualTo("one");
    assertThat(first.getMessageCount()).isEqualTo(1);
    assertThat(first.getEnvelope().getExchange()).isEqualTo("amq.direct");
    assertThat(first.getEnvelope().getRoutingKey()).isEqualTo("k");
    assertThat(second.getBody()).asString().isEqualTo("two");
    assertThat(second.getMessageCount()).isZero();
    assertThat(channel.basicGet(queue, true)).isNull();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 131064, 131065, 131066, 1_000_000, 16 * 1024 * 1024})
  @DisplayName("bodies of any size up to the maximum arrive as they were sent")
  void sizes(int size) throws Exception {
    byte[] body = new byte[size];
    new Random(size).nextBytes(body);
    channel.basicConsume(queue, true, inbox, inbox);

    channel.basicPublish("", queue, null, body);

    assertThat(Arrays.equals(inbox.next().getBody(), body)).isTrue();
  }

  @Test
  @DisplayName(
      "a client with small frames gets what one with large frames sent, and the other way round")
  void frameSizes() throws Exception {
    byte[] body = new byte[300_000];
    new Random(1).nextBytes(body);
    ConnectionFactory small = broker.factory();
    small.setRequestedFrameMax(4096);
    Channel other = broker.connect(small).createChannel();
    String back = other.queueDeclare().getQueue();
    other.basicConsume(
        back,
        true,
        (tag, delivery) -> other.basicPublish("", queue, null, delivery.getBody()),
        tag -> {});
    channel.basicConsume(queue, true, inbox, inbox);

    channel.basicPublish("", back, null, body);

    assertThat(Arrays.equals(inbox.next().getBody(), body)).isTrue();
  }

  @Test
  @DisplayName("every property and every type of header arrives as it was sent")
  void properties() throws Exception {
    Map<String, Object> headers = new LinkedHashMap<>();
    headers.put("string", LongStringHelper.asLongString("größe"));
    headers.put("int", 1);
    headers.put("long", 2L);
    headers.put("bool", true);
    headers.put("void", null);
    headers.put("time", new Date(1_700_000_000_000L));
    headers.put("list", List.of(1, LongStringHelper.asLongString("two")));
    headers.put("table", Map.of("inner", 3.5));
    headers.put("bytes", new byte[] {1, 2});
    BasicProperties sent = new BasicProperties.Builder()
        .contentType("text/plain")
        .contentEncoding("gzip")
        .headers(headers)
        .deliveryMode(1)
        .priority(9)
        .correlationId("c")
        .replyTo("r")
        .expiration("60000")
        .messageId("m")
        .timestamp(new Date(1_700_000_000_000L))
        .type("t")
        .userId("guest")
        .appId("a")
        .build();
    channel.basicConsume(queue, true, inbox, inbox);

    channel.basicPublish("", queue, sent, new byte[0]);

    BasicProperties got = inbox.next().getProperties();
    assertThat(got.getHeaders()).usingRecursiveComparison().isEqualTo(headers);
    BasicProperties.Builder without = got.builder().headers(null);
    assertThat(without.build()).isEqualTo(sent.builder().headers(null).build());
  }

  @Test
  @DisplayName("a message without properties arrives without properties")
  void noProperties() throws Exception {
    channel.basicConsume(queue, true, inbox, inbox);

    channel.basicPublish("", queue, null, new byte[0]);

    assertThat(inbox.next().getProperties()).isEqualTo(new BasicProperties());
  }

  @Test
  @DisplayName("messages of one publisher arrive in order and complete, across connections")
  void order() throws Exception {
    int count = 20_000;
    Channel publisher = broker.connect().createChannel();
    String far = broker
        .connect()
        .createChannel()
        .queueDeclare("", false, false, false, null)
        .getQueue();
    channel.basicConsume(far, true, inbox, inbox);

    for (int i = 0; i < count; i++) {
      publisher.basicPublish("", far, null, Integer.toString(i).getBytes(UTF_8));
    }

    for (int i = 0; i < count; i++) {
      assertThat(inbox.text()).isEqualTo(Integer.toString(i));
    }
    publisher.queueDelete(far);
  }

  @Test
  @DisplayName("a publisher waits for nobody, and nobody for a consumer that does not read")
  void slowConsumer() throws Exception {
    try (FrameClient slow = FrameClient.openChannel(broker)) {
      channel.queueBind(queue, "amq.fanout", "");
      slow.send(1, new AMQP.Queue.Declare.Builder().queue("").exclusive().build());
      String mine = slow.expect(AMQP.Queue.DeclareOk.class).getQueue();
      slow.send(
          1, new AMQP.Queue.Bind.Builder().queue(mine).exchange("amq.fanout").build());
      slow.expect(AMQP.Queue.BindOk.class);
      slow.send(1, new AMQP.Basic.Consume.Builder().queue(mine).noAck().build());
      slow.expect(AMQP.Basic.ConsumeOk.class);
      channel.basicConsume(queue, true, inbox, inbox);
      Channel publisher = connection.createChannel();

      for (int i = 0; i < 200; i++) {
        publisher.basicPublish("amq.fanout", "", null, new byte[100_000]);
      }

      assertThat(inbox.next(200)).hasSize(200);
      int waiting = broker.waiting(mine);
      assertThat(waiting).as("messages that wait in the queue, not in a buffer").isGreaterThan(100);
      for (int i = 0; i < 200; i++) {
        slow.expect(AMQP.Basic.Deliver.class);
        slow.frame();
        slow.frame();
      }
    }
  }
}
