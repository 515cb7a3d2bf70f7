package io.waypost.amqp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ConsumersTest {
  @RegisterExtension
  static final TestBroker broker = new TestBroker();

  private final Connection connection;
  private final Channel channel;
  private final String queue;
  private final Inbox inbox = new Inbox();

  ConsumersTest() throws Exception {
    connection = broker.connect();
    channel = connection.createChannel();
    queue = channel.queueDeclare("", false, true, false, null).getQueue();
  }

  @Test
  @DisplayName("a consumer without a tag gets one, with a tag keeps it")
  void tags() throws Exception {
    assertThat(channel.basicConsume(queue, true, inbox, inbox)).startsWith("amq.ctag-");
    assertThat(channel.basicConsume(queue, true, "mine", inbox, inbox)).isEqualTo("mine");
    assertThat(broker.broker().inspector().consumers("/")).anySatisfy(info -> {
      assertThat(info.spec().tag()).isEqualTo("mine");
      assertThat(info.queue()).isEqualTo(queue);
      assertThat(info.spec().channel()).isEqualTo(channel.getChannelNumber());
    });
  }

  @Test
  @DisplayName(
      "a tag that is in use on the channel ends the connection, on another channel it is free")
  void duplicateTag() throws Exception {
    AMQP.Basic.Consume consume = new AMQP.Basic.Consume.Builder()
        .queue("amq.rabbitmq.reply-to")
        .consumerTag("t")
        .noAck()
        .build();
    try (FrameClient client = FrameClient.openChannel(broker)) {
      client.send(2, new AMQP.Channel.Open.Builder().build());
      client.expect(AMQP.Channel.OpenOk.class);
      client.send(1, consume);
      client.send(2, consume);
      client.expect(AMQP.Basic.ConsumeOk.class);
      client.expect(AMQP.Basic.ConsumeOk.class);

      client.send(1, consume);

      client.expectConnectionClose(530, "NOT_ALLOWED - attempt to reuse consumer tag 't'");
    }
  }

  @Test
  @DisplayName(
      "a cancelled consumer gets nothing more; its tag is free, and unknown tags are no error")
  void cancel() throws Exception {
    String tag = channel.basicConsume(queue, true, "t", inbox, inbox);
    channel.basicCancel(tag);
    channel.basicPublish("", queue, null, "waits".getBytes(UTF_8));
    assertThat(channel.messageCount(queue)).isEqualTo(1);
    inbox.expectEmpty();
    channel.basicConsume(queue, true, "t", inbox, inbox);
    assertThat(inbox.text()).isEqualTo("waits");

    try (FrameClient client = FrameClient.openChannel(broker)) {
      client.send(1, new AMQP.Basic.Cancel.Builder().consumerTag("unknown").build());
      assertThat(client.expect(AMQP.Basic.CancelOk.class).getConsumerTag()).isEqualTo("unknown");
    }
  }

  @Test
  @DisplayName("deliveries of a cancelled consumer stay unsettled and can be acknowledged")
  void ackAfterCancel() throws Exception {
    String tag = channel.basicConsume(queue, false, inbox, inbox);
    channel.basicPublish("", queue, null, new byte[1]);
    inbox.next();
    channel.basicCancel(tag);
    assertThat(channel.messageCount(queue)).isZero();
    channel.basicAck(1, false);

    assertThat(channel.basicGet(queue, true)).isNull();
  }

  @Test
  @DisplayName("a client that wants to know is told that a consumer is cancelled, another is not")
  void cancelNotify() throws Exception {
    String shared = channel.queueDeclare("", false, false, false, null).getQueue();
    channel.basicConsume(shared, true, "told", inbox, inbox);
    try (FrameClient silent = FrameClient.openChannel(broker)) {
      silent.send(
          1,
          new AMQP.Basic.Consume.Builder().queue(shared).consumerTag("untold").build());
      silent.expect(AMQP.Basic.ConsumeOk.class);

      connection.createChannel().queueDelete(shared);

      assertThat(inbox.cancelled()).isEqualTo("told");
      silent.send(1, new AMQP.Basic.Qos.Builder().build());
      silent.expect(AMQP.Basic.QosOk.class);
    }
  }

  @Test
  @DisplayName("an exclusive consumer is alone")
  void exclusive() throws Exception {
    channel.basicConsume(queue, true, "first", false, true, null, inbox, inbox);
    Channel second = connection.createChannel();

    Errors.expectChannelClose(
        second,
        () -> second.basicConsume(queue, true, inbox, inbox),
        "403 ACCESS_REFUSED - queue '" + queue + "' in vhost '/' in exclusive use");
    channel.basicCancel("first");
    channel.basicConsume(queue, true, inbox, inbox);
    Channel third = connection.createChannel();
    Errors.expectChannelClose(
        third,
        () -> third.basicConsume(queue, true, "", false, true, null, inbox, inbox),
        "403 ACCESS_REFUSED - queue '" + queue + "' in vhost '/' in exclusive use");
  }

  @Test
  @DisplayName("a consumer of higher priority is served first while it has room")
  void priorities() throws Exception {
    Inbox low = new Inbox();
    channel.basicQos(2);
    channel.basicConsume(queue, false, Map.of("x-priority", -1L), low, low);
    channel.basicConsume(queue, false, Map.of("x-priority", 10), inbox, inbox);

    for (int i = 1; i <= 4; i++) {
      channel.basicPublish("", queue, null, Integer.toString(i).getBytes(UTF_8));
    }

    assertThat(inbox.texts(2)).containsExactly("1", "2");
    assertThat(low.texts(2)).containsExactly("3", "4");
  }

  @Test
  @DisplayName(
      "a priority that is no whole number closes the channel, even if it is no value at all")
  void badPriority() throws Exception {
    for (Object priority : new Object[] {"high", List.of(1), null}) {
      Map<String, Object> arguments = new HashMap<>();
      arguments.put("x-priority", priority);
      Channel other = connection.createChannel();
      Errors.expectChannelClose(
          other,
          () -> other.basicConsume(queue, false, arguments, inbox, inbox),
          "406 PRECONDITION_FAILED - invalid arg 'x-priority' in consume: expected integer");
    }
  }

  @Test
  @DisplayName("a consumer on a missing queue, or on none, closes the channel")
  void missingQueue() throws Exception {
    Channel first = connection.createChannel();
    Errors.expectChannelClose(
        first,
        () -> first.basicConsume("missing", true, inbox, inbox),
        "404 NOT_FOUND - no queue 'missing' in vhost '/'");
    Channel second = connection.createChannel();
    Errors.expectChannelClose(
        second,
        () -> second.basicConsume("", true, inbox, inbox),
        "404 NOT_FOUND - no previously declared queue");
  }

  @Test
  @DisplayName("an auto-delete queue goes with its last consumer")
  void autoDelete() throws Exception {
    String temporary = channel.queueDeclare("", false, false, true, null).getQueue();
    Channel consuming = connection.createChannel();
    consuming.basicConsume(temporary, true, inbox, inbox);
    consuming.close();

    await().until(() -> broker.broker().inspector().queue("/", temporary).isEmpty());
  }

  @Test
  @DisplayName("consume and cancel without waiting need no answer")
  void noWait() throws Exception {
    try (FrameClient client = FrameClient.openChannel(broker)) {
      client.send(
          1,
          new AMQP.Queue.Declare.Builder().queue("nowait").exclusive().nowait().build());
      client.send(
          1,
          new AMQP.Basic.Consume.Builder()
              .queue("nowait")
              .consumerTag("t")
              .noAck()
              .nowait()
              .build());
      client.publish(1, "nowait", new byte[] {1});
      assertThat(client.expect(AMQP.Basic.Deliver.class).getConsumerTag()).isEqualTo("t");
      client.frame();
      client.frame();
      client.send(1, new AMQP.Basic.Cancel.Builder().consumerTag("t").nowait().build());
      client.publish(1, "nowait", new byte[] {2});
      client.send(1, new AMQP.Basic.Get.Builder().queue("nowait").build());

      client.expect(AMQP.Basic.GetOk.class);
    }
  }
}
