package io.waypost.amqp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.Delivery;
import com.rabbitmq.client.RpcClient;
import com.rabbitmq.client.RpcClientParams;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Direct reply-to, and the headers CC and BCC. */
class RepliesAndCopiesTest {
  @RegisterExtension
  static final TestBroker broker = new TestBroker();

  private static final String REPLY_TO = "amq.rabbitmq.reply-to";

  private final Connection connection;
  private final Channel channel;
  private final String queue;
  private final Inbox inbox = new Inbox();

  RepliesAndCopiesTest() throws Exception {
    connection = broker.connect();
    channel = connection.createChannel();
    queue = channel.queueDeclare("", false, false, true, null).getQueue();
  }

  @Test
  @DisplayName("a requester gets its reply without declaring a queue")
  void directReplyTo() throws Exception {
    Channel server = broker.connect().createChannel();
    server.basicConsume(
        queue,
        true,
        (tag, request) -> {
          BasicProperties properties = new BasicProperties.Builder()
              .correlationId(request.getProperties().getCorrelationId())
              .build();
          String answer = "re: " + new String(request.getBody(), UTF_8);
          server.basicPublish(
              "", request.getProperties().getReplyTo(), properties, answer.getBytes(UTF_8));
        },
        tag -> {});
    RpcClientParams params =
        new RpcClientParams().channel(channel).exchange("").routingKey(queue).replyTo(REPLY_TO);

    try (RpcClient client = new RpcClient(params)) {
      assertThat(client.stringCall("one")).isEqualTo("re: one");
      assertThat(client.stringCall("two")).isEqualTo("re: two");
    }
  }

  @Test
  @DisplayName("the replier sees an address that tells whether the requester is still there")
  void replyAddress() throws Exception {
    Channel requester = broker.connect().createChannel();
    requester.basicConsume(REPLY_TO, true, inbox, inbox);
    requester.basicPublish(
        "",
        queue,
        new BasicProperties.Builder().replyTo(REPLY_TO).messageId("m").build(),
        new byte[1]);
    Inbox requests = new Inbox();
    channel.basicConsume(queue, true, requests, requests);

    BasicProperties request = requests.next().getProperties();

    String address = request.getReplyTo();
    assertThat(address).startsWith(REPLY_TO + ".").hasSizeGreaterThan(REPLY_TO.length() + 20);
    assertThat(request.getMessageId()).isEqualTo("m");
    assertThat(channel.queueDeclarePassive(address).getConsumerCount()).isEqualTo(1);
    channel.basicPublish("", address, null, "reply".getBytes(UTF_8));
    assertThat(inbox.text()).isEqualTo("reply");
    requester.close();
    await().until(() -> broker.broker().inspector().queue("/", address).isEmpty());
    Errors.expectChannelClose(
        channel,
        () -> channel.queueDeclarePassive(address),
        "404 NOT_FOUND - no queue '" + address + "' in vhost '/'");
  }

  @Test
  @DisplayName(
      "the pseudo queue is always there, and belongs to one consumer of a channel at a time")
  void pseudoQueue() throws Exception {
    assertThat(channel.queueDeclarePassive(REPLY_TO).getConsumerCount()).isEqualTo(1);
    String tag = channel.basicConsume(REPLY_TO, true, inbox, inbox);
    channel.basicCancel(tag);
    channel.basicConsume(REPLY_TO, true, inbox, inbox);
    Errors.expectChannelClose(
        channel,
        () -> channel.basicConsume(REPLY_TO, true, inbox, inbox),
        "406 PRECONDITION_FAILED - reply consumer already set");
    Channel other = connection.createChannel();
    Errors.expectChannelClose(
        other,
        () -> other.basicConsume(REPLY_TO, false, inbox, inbox),
        "406 PRECONDITION_FAILED - reply consumer cannot acknowledge");
  }

  @Test
  @DisplayName("nobody but the requester gets at its replies")
  void privacy() throws Exception {
    channel.basicConsume(REPLY_TO, true, inbox, inbox);
    Inbox requests = new Inbox();
    channel.basicConsume(queue, true, requests, requests);
    channel.basicPublish(
        "", queue, new BasicProperties.Builder().replyTo(REPLY_TO).build(), new byte[1]);
    String address = requests.next().getProperties().getReplyTo();
    Connection stranger = broker.connect();

    Channel consuming = stranger.createChannel();
    Errors.expectChannelCloseStarting(
        consuming,
        () -> consuming.basicConsume(address, true, inbox, inbox),
        "405 RESOURCE_LOCKED");
    Channel binding = stranger.createChannel();
    Errors.expectChannelCloseStarting(
        binding, () -> binding.queueBind(address, "amq.fanout", ""), "403 ACCESS_REFUSED");
  }

  @Test
  @DisplayName("CC and BCC add routing keys; consumers see the one and not the other")
  void copies() throws Exception {
    String copy = channel.queueDeclare("", false, true, true, null).getQueue();
    String blind = channel.queueDeclare("", false, true, true, null).getQueue();
    Map<String, Object> headers = Map.of("CC", List.of(copy), "BCC", List.of(blind), "other", 1);
    channel.confirmSelect();

    channel.basicPublish(
        "", queue, new BasicProperties.Builder().headers(headers).build(), new byte[] {5});

    assertThat(channel.waitForConfirms(10_000)).isTrue();
    for (String each : List.of(queue, copy, blind)) {
      channel.basicConsume(each, true, inbox, inbox);
      Delivery delivery = inbox.next();
      assertThat(delivery.getBody()).containsExactly(5);
      assertThat(delivery.getEnvelope().getRoutingKey()).isEqualTo(queue);
      assertThat(delivery.getProperties().getHeaders()).containsOnlyKeys("CC", "other");
    }
  }

  @Test
  @DisplayName("a message whose only queue is named by BCC is routed")
  void blindOnly() throws Exception {
    Map<String, Object> headers = Map.of("BCC", List.of(queue));

    channel.basicPublish(
        "",
        "nowhere",
        true,
        new BasicProperties.Builder().headers(headers).expiration("60000").build(),
        new byte[1]);

    channel.basicConsume(queue, true, inbox, inbox);
    BasicProperties properties = inbox.next().getProperties();
    assertThat(properties.getHeaders()).isNull();
    assertThat(properties.getExpiration()).isEqualTo("60000");
  }
}
