package io.waypost.amqp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import java.io.IOException;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class QueuesTest {
  @RegisterExtension
  static final TestBroker broker = new TestBroker();

  /** A request on a fresh channel. */
  private interface Request {
    void on(Channel channel) throws Exception;
  }

  private final Connection connection;
  private final Channel channel;

  QueuesTest() throws Exception {
    connection = broker.connect();
    channel = connection.createChannel();
  }

  @Test
  @DisplayName(
      "a declaration tells the name, the messages and the consumers, again and passively too")
  void declare() throws Exception {
    AMQP.Queue.DeclareOk first = channel.queueDeclare("q", false, true, false, null);
    channel.basicPublish("", "q", null, new byte[1]);
    Inbox inbox = new Inbox();
    channel.basicQos(1);
    channel.basicPublish("", "q", null, new byte[1]);
    channel.basicConsume("q", false, inbox, inbox);
    inbox.next();

    assertThat(first.getMessageCount()).isZero();
    AMQP.Queue.DeclareOk again = channel.queueDeclare("q", false, true, false, null);
    assertThat(again.getQueue()).isEqualTo("q");
    assertThat(again.getMessageCount()).isEqualTo(1);
    assertThat(again.getConsumerCount()).isEqualTo(1);
    assertThat(channel.queueDeclarePassive("q").getMessageCount()).isEqualTo(1);
  }

  @Test
  @DisplayName("an empty name is chosen by the broker, and an empty name later means that queue")
  void lastDeclared() throws Exception {
    String name = channel.queueDeclare("", false, true, true, null).getQueue();
    assertThat(name).startsWith("amq.gen-");

    channel.queueBind("", "amq.direct", "");
    channel.basicPublish("amq.direct", name, null, "by name".getBytes(UTF_8));
    assertThat(channel.basicGet("", true).getBody()).asString().isEqualTo("by name");
    channel.queueUnbind("", "amq.direct", "");
    channel.basicPublish("amq.direct", name, null, new byte[1]);
    assertThat(channel.queuePurge("").getMessageCount()).isZero();
    channel.queueDelete("");
    assertThat(broker.broker().inspector().queue("/", name)).isEmpty();
  }

  @Test
  @DisplayName("without a queue declared on the channel an empty name means none")
  void noneDeclared() throws IOException {
    String text = "404 NOT_FOUND - no previously declared queue";
    expectClose(c -> c.queueBind("", "amq.direct", ""), text);
    expectClose(c -> c.queuePurge(""), text);
    expectClose(c -> c.queueDelete(""), text);
    expectClose(c -> c.basicGet("", true), text);
    expectClose(c -> c.queueUnbind("", "amq.direct", ""), text);
  }

  @Test
  @DisplayName("missing queues and exchanges close the channel")
  void missing() throws IOException {
    String noQueue = "404 NOT_FOUND - no queue 'nope' in vhost '/'";
    expectClose(c -> c.queueDeclarePassive("nope"), noQueue);
    expectClose(c -> c.basicGet("nope", true), noQueue);
    expectClose(c -> c.queuePurge("nope"), noQueue);
    expectClose(c -> c.queueBind("nope", "amq.direct", "k"), noQueue);
    channel.queueDeclare("here", false, true, true, null);
    expectClose(
        c -> c.queueBind("here", "nope", "k"), "404 NOT_FOUND - no exchange 'nope' in vhost '/'");
  }

  @Test
  @DisplayName("deleting what is not there, and unbinding what is not bound, succeeds")
  void idempotent() throws IOException {
    channel.queueDeclare("lonely", false, true, true, null);
    assertThat(channel.queueDelete("nope").getMessageCount()).isZero();
    channel.queueUnbind("lonely", "amq.direct", "never bound");

    assertThat(channel.isOpen()).isTrue();
  }

  @Test
  @DisplayName("redeclaring with other properties, and reserved names, close the channel")
  void refusedDeclarations() throws IOException {
    channel.queueDeclare("mine", false, true, false, null);
    expectClose(
        c -> c.queueDeclare("mine", true, true, false, null),
        "406 PRECONDITION_FAILED - inequivalent arg 'durable' for queue 'mine' in vhost '/': "
            + "received 'true' but current is 'false'");
    expectClose(
        c -> c.queueDeclare("amq.mine", false, true, false, null),
        "403 ACCESS_REFUSED - queue name 'amq.mine' contains reserved prefix 'amq.*'");
    expectClose(
        c -> c.queueDeclare("ttl", false, true, false, Map.of("x-message-ttl", -1)),
        "406 PRECONDITION_FAILED - invalid arg 'x-message-ttl' for queue 'ttl' in vhost '/': "
            + "{value_negative,-1}");
  }

  @Test
  @DisplayName("the name of an exclusive queue is free as soon as its connection is closed")
  void freeName() throws Exception {
    for (int i = 0; i < 20; i++) {
      Connection owner = broker.connect();
      owner.createChannel().queueDeclare("was-mine", false, true, false, null);
      owner.close();

      channel.queueDeclare("was-mine", false, false, false, null);
      assertThat(channel.queueDelete("was-mine").getMessageCount()).isZero();
    }
  }

  @Test
  @DisplayName("another connection's exclusive queue is locked")
  void exclusive() throws Exception {
    String name = channel.queueDeclare().getQueue();
    Connection stranger = broker.connect();
    String start =
        "405 RESOURCE_LOCKED - cannot obtain exclusive access to locked queue '" + name + "'";
    for (Request request : new Request[] {
      c -> c.queueDeclarePassive(name),
      c -> c.basicGet(name, true),
      c -> c.queuePurge(name),
      c -> c.queueDelete(name),
      c -> c.queueBind(name, "amq.direct", "k"),
      c -> c.basicConsume(name, new DefaultConsumer(c))
    }) {
      Channel theirs = stranger.createChannel();
      ThrowingCallable call = () -> request.on(theirs);
      Errors.expectChannelCloseStarting(theirs, call, start);
    }
    connection.close();
    await().until(() -> broker.broker().inspector().queue("/", name).isEmpty());
  }

  @Test
  @DisplayName("purging and deleting tell how many messages went")
  void purgeAndDelete() throws Exception {
    channel.queueDeclare("full", false, true, false, null);
    publish("full", 3);
    assertThat(channel.queuePurge("full").getMessageCount()).isEqualTo(3);
    publish("full", 2);
    expectClose(
        c -> c.queueDelete("full", false, true),
        "406 PRECONDITION_FAILED - queue 'full' in vhost '/' not empty");
    Inbox inbox = new Inbox();
    String tag = channel.basicConsume("full", false, inbox, inbox);
    expectClose(
        c -> c.queueDelete("full", true, false),
        "406 PRECONDITION_FAILED - queue 'full' in vhost '/' in use");
    inbox.next(2);
    channel.basicCancel(tag);
    channel.basicNack(0, true, true);
    assertThat(channel.queueDelete("full").getMessageCount()).isEqualTo(2);
  }

  @Test
  @DisplayName("line breaks in names are ignored")
  void lineBreaks() throws Exception {
    assertThat(channel.queueDeclare("name\r\n", false, true, true, null).getQueue())
        .isEqualTo("name");
    channel.exchangeDeclare("ex\n", "fanout", false, true, null);
    channel.queueBind("name\n", "ex\r", "");
    channel.basicPublish("ex", "", null, new byte[1]);

    assertThat(channel.messageCount("name")).isEqualTo(1);
  }

  @Test
  @DisplayName("what is asked without waiting happens in order, and its error is told all the same")
  void noWait() throws Exception {
    try (FrameClient client = FrameClient.openChannel(broker)) {
      client.send(
          1,
          new AMQP.Exchange.Declare.Builder()
              .exchange("nw")
              .type("direct")
              .autoDelete()
              .nowait()
              .build());
      client.send(
          1, new AMQP.Queue.Declare.Builder().queue("nwq").exclusive().nowait().build());
      client.send(
          1,
          new AMQP.Queue.Bind.Builder()
              .queue("nwq")
              .exchange("nw")
              .routingKey("k")
              .nowait()
              .build());
      client.send(
          1, new AMQP.Basic.Publish.Builder().exchange("nw").routingKey("k").build());
      client.contentHeader(1, 0, new AMQP.BasicProperties());
      client.send(1, new AMQP.Basic.Get.Builder().queue("nwq").noAck().build());
      assertThat(client.expect(AMQP.Basic.GetOk.class).getExchange()).isEqualTo("nw");
      client.frame();
      client.send(1, new AMQP.Queue.Purge.Builder().queue("nwq").nowait().build());
      client.send(1, new AMQP.Queue.Delete.Builder().queue("nwq").nowait().build());
      client.send(1, new AMQP.Exchange.Delete.Builder().exchange("nw").nowait().build());
      client.send(
          1, new AMQP.Queue.Declare.Builder().queue("nwq").passive().nowait().build());

      client.expectChannelClose(404, "NOT_FOUND - no queue 'nwq' in vhost '/'");
    }
  }

  private void publish(String queue, int count) throws IOException {
    for (int i = 0; i < count; i++) {
      channel.basicPublish("", queue, null, new byte[1]);
    }
    assertThat(channel.messageCount(queue)).isEqualTo(count);
  }

  private void expectClose(Request request, String text) throws IOException {
    Channel fresh = connection.createChannel();
    Errors.expectChannelClose(fresh, () -> request.on(fresh), text);
  }
}
