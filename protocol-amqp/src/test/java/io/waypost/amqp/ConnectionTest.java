package io.waypost.amqp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.BlockedListener;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.impl.AMQConnection;
import com.rabbitmq.client.impl.LongStringHelper;
import io.waypost.broker.Broker;
import io.waypost.broker.ChannelInfo;
import io.waypost.broker.Inspector;
import io.waypost.broker.Permissions;
import io.waypost.engine.BrokerSettings;
import io.waypost.transport.ProtocolSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What happens to whole connections. */
class ConnectionTest {
  private static final int MEMORY_LIMIT = 4 * 1024 * 1024;

  @RegisterExtension
  static final TestBroker broker = new TestBroker(
      new BrokerSettings(
          new Broker.Limits(1024 * 1024, "/", 100),
          MEMORY_LIMIT,
          "guest",
          "guest",
          Set.of("guest"),
          Duration.ofSeconds(5)),
      ProtocolSettings.defaults("Waypost", "1.2.3")
          .with(AmqpSettings.PRODUCT, "Other")
          .with(AmqpSettings.VERSION, "9.9.9")
          .with(AmqpSettings.HANDSHAKE_TIMEOUT, Duration.ofSeconds(3)));

  @Test
  @DisplayName("product and version are as configured")
  void configured() throws Exception {
    assertThat(broker.connect().getServerProperties())
        .containsEntry("product", LongStringHelper.asLongString("Other"))
        .containsEntry("version", LongStringHelper.asLongString("9.9.9"));
  }

  @Test
  @DisplayName("who does not shake hands in time is dropped")
  void handshakeTimeout() throws IOException {
    try (FrameClient silent = FrameClient.connect(broker);
        FrameClient slow = FrameClient.greet(broker)) {
      silent.expectEnd();
      slow.expectEnd();
    }
  }

  @Test
  @DisplayName("publishers are told of a shortage and held back; everybody else goes on")
  void blocked() throws Exception {
    Channel consuming = broker.connect().createChannel();
    String queue = consuming.queueDeclare("", false, false, true, null).getQueue();
    Connection publishing = broker.connect();
    BlockingQueue<String> told = new LinkedBlockingQueue<>();
    publishing.addBlockedListener(new BlockedListener() {
      @Override
      public void handleBlocked(String reason) {
        told.add(reason);
      }

      @Override
      public void handleUnblocked() {
        told.add("unblocked");
      }
    });
    Channel channel = publishing.createChannel();
    channel.confirmSelect();
    int count = 2 * MEMORY_LIMIT / 100_000;
    Thread publisher = new Thread(() -> {
      try {
        for (int i = 0; i < count; i++) {
          channel.basicPublish("", queue, null, new byte[100_000]);
        }
      } catch (IOException e) {
        told.add(e.toString());
      }
    });
    publisher.start();

    assertThat(told.poll(10, TimeUnit.SECONDS)).isEqualTo("low on memory");
    assertThat(consuming.messageCount(queue)).isPositive();
    Inbox inbox = new Inbox();
    consuming.basicConsume(queue, true, inbox, inbox);

    assertThat(told.poll(10, TimeUnit.SECONDS)).isEqualTo("unblocked");
    assertThat(inbox.next(count)).hasSize(count);
    publisher.join();
    assertThat(channel.waitForConfirms(10_000)).isTrue();
  }

  @Test
  @DisplayName("new credentials are checked, and refused with 530")
  void updateSecret() throws IOException {
    try (FrameClient client = FrameClient.openChannel(broker)) {
      client.send(0, updateSecret("guest"));
      client.expect(AMQP.Connection.UpdateSecretOk.class);
      client.send(1, new AMQP.Basic.Qos.Builder().build());
      client.expect(AMQP.Basic.QosOk.class);

      client.send(0, updateSecret("wrong"));

      client.expectConnectionClose(530, "NOT_ALLOWED - the new secret was refused");
    }
  }

  private static AMQP.Connection.UpdateSecret updateSecret(String secret) {
    return new AMQP.Connection.UpdateSecret.Builder()
        .newSecret(LongStringHelper.asLongString(secret))
        .reason("renewed")
        .build();
  }

  @Test
  @DisplayName("an operator closes a connection, and the client learns why")
  void closedByOperator() throws Exception {
    Connection connection = broker.connect();
    String name = only(connection).client().name();

    Errors.expectConnectionClose(
        connection,
        () -> broker
            .administration()
            .closeConnection(name, "maintenance")
            .toCompletableFuture()
            .get(),
        "320 CONNECTION_FORCED - maintenance");
  }

  @Test
  @DisplayName("a broker that goes down says so")
  void shutdown() throws Exception {
    TestBroker leaving = new TestBroker();
    Connection connection = leaving.connect();

    Errors.expectConnectionClose(
        connection, leaving::shutDown, "320 CONNECTION_FORCED - broker is shutting down");
  }

  @Test
  @DisplayName("[4.2.7] heartbeats are sent, and who sends none is dropped")
  void heartbeats() throws IOException {
    try (FrameClient client = FrameClient.login(broker)) {
      client.send(0, new AMQP.Connection.TuneOk.Builder().heartbeat(1).build());
      client.send(0, new AMQP.Connection.Open.Builder().virtualHost("/").build());
      client.expect(AMQP.Connection.OpenOk.class);

      assertThat(client.bytes(8)).containsExactly(8, 0, 0, 0, 0, 0, 0, 0xCE);
      assertThat(client.bytes(Integer.MAX_VALUE)).hasSizeLessThan(100);
    }
  }

  @Test
  @DisplayName("a connection that heartbeats lives, though nothing else is said")
  void heartbeatsKeepAlive() throws Exception {
    ConnectionFactory factory = broker.factory();
    factory.setRequestedHeartbeat(1);
    Connection connection = broker.connect(factory);
    Channel channel = connection.createChannel();
    String queue =
        channel.queueDeclare("", false, true, false, Map.of("x-expires", 3500)).getQueue();

    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> broker.broker().inspector().queue("/", queue).isEmpty());

    assertThat(channel.isOpen()).isTrue();
    channel.basicQos(1);
  }

  @Test
  @DisplayName("what was asked before a goodbye is done before it is answered")
  void goodbye() throws Exception {
    try (FrameClient client = FrameClient.openChannel(broker)) {
      client.send(
          1, new AMQP.Queue.Declare.Builder().queue("last-will").nowait().build());
      client.send(
          1,
          new AMQP.Queue.Bind.Builder()
              .queue("last-will")
              .exchange("amq.direct")
              .routingKey("k")
              .nowait()
              .build());
      client.send(
          1,
          new AMQP.Basic.Publish.Builder()
              .exchange("amq.direct")
              .routingKey("k")
              .build());
      client.contentHeader(1, 0, new AMQP.BasicProperties());
      client.send(0, new AMQP.Connection.Close.Builder().replyCode(200).build());
      client.expect(AMQP.Connection.CloseOk.class);
      client.expectEnd();
    }
    Channel channel = broker.connect().createChannel();
    assertThat(channel.queueDelete("last-will").getMessageCount()).isEqualTo(1);
  }

  @Test
  @DisplayName("a goodbye comes behind everything that was on its way to the client")
  void goodbyeBehindOutput() throws Exception {
    try (FrameClient client = FrameClient.openChannel(broker)) {
      client.send(1, new AMQP.Queue.Declare.Builder().queue("big").exclusive().build());
      client.expect(AMQP.Queue.DeclareOk.class);
      for (int i = 0; i < 3; i++) {
        client.publish(1, "big", new byte[100_000]);
      }
      for (int i = 0; i < 3; i++) {
        client.send(1, new AMQP.Basic.Get.Builder().queue("big").noAck().build());
      }
      client.send(0, new AMQP.Connection.Close.Builder().replyCode(200).build());

      for (int i = 0; i < 3; i++) {
        client.expect(AMQP.Basic.GetOk.class);
        client.frame();
        assertThat(client.frame().getPayload()).hasSize(100_000);
      }
      client.expect(AMQP.Connection.CloseOk.class);
      client.expectEnd();
    }
  }

  @Test
  @DisplayName("a client that vanishes in the middle of a message leaves nothing")
  void vanish() throws Exception {
    int before = broker.broker().inspector().connections().size();
    FrameClient client = FrameClient.openChannel(broker);
    client.send(1, new AMQP.Queue.Declare.Builder().queue("gone").exclusive().build());
    client.expect(AMQP.Queue.DeclareOk.class);
    client.send(
        1, new AMQP.Basic.Publish.Builder().exchange("").routingKey("gone").build());
    client.contentHeader(1, 1000, new AMQP.BasicProperties());
    client.body(1, new byte[10]);
    client.close();

    await().until(() -> broker.broker().inspector().connections().size() <= before);
    await().until(() -> broker.broker().inspector().queue("/", "gone").isEmpty());
  }

  @Test
  @DisplayName("a client that does not read what it is sent is not read for ever")
  void unreadAnswers() throws Exception {
    int count = 800;
    try (FrameClient client = FrameClient.openChannel(broker)) {
      Thread publisher = new Thread(() -> {
        try {
          for (int i = 0; i < count; i++) {
            client.send(
                1,
                new AMQP.Basic.Publish.Builder()
                    .exchange("")
                    .routingKey("nowhere")
                    .mandatory()
                    .build());
            client.contentHeader(1, 100_000, new AMQP.BasicProperties());
            client.body(1, new byte[100_000]);
          }
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      });
      publisher.start();
      AtomicLong before = new AtomicLong();
      await().pollInterval(Duration.ofMillis(300)).until(() -> {
        long now = broker.broker().inspector().node().published();
        return now == before.getAndSet(now) && now > 0;
      });
      assertThat(publisher.isAlive()).isTrue();

      for (int i = 0; i < count; i++) {
        client.expect(AMQP.Basic.Return.class);
        client.frame();
        assertThat(client.frame().getPayload()).hasSize(100_000);
      }
      publisher.join();
    }
  }

  @Test
  @DisplayName("channel numbers are used again and again")
  void channelReuse() throws Exception {
    Connection connection = broker.connect();
    for (int i = 0; i < 300; i++) {
      Channel channel = connection.createChannel(7);
      channel.basicQos(1);
      channel.close();
    }

    assertThat(only(connection).channels()).isEmpty();
  }

  @Test
  @DisplayName("operators see each channel's state")
  void channelInfos() throws Exception {
    Connection connection = broker.connect();
    Channel channel = connection.createChannel();
    String queue = channel.queueDeclare().getQueue();
    Inbox inbox = new Inbox();
    channel.confirmSelect();
    channel.basicQos(5);
    channel.basicQos(10, true);
    channel.basicConsume(queue, false, inbox, inbox);
    channel.basicPublish("", queue, null, new byte[1]);
    channel.waitForConfirms(10_000);
    inbox.next();
    connection.createChannel().txSelect();

    assertThat(only(connection).channels())
        .containsExactlyInAnyOrder(
            new ChannelInfo(1, 1, 1, 0, 5, 10, true, false),
            new ChannelInfo(2, 0, 0, 0, 0, 0, false, true));
  }

  @Test
  @DisplayName("what a user may not do closes the channel with 403")
  void permissions() throws Exception {
    var administration = broker.administration();
    administration.putUser("limited", "secret", Set.of()).toCompletableFuture().get();
    administration
        .putPermissions("/", "limited", new Permissions("^mine", "^mine", "^mine"))
        .toCompletableFuture()
        .get();
    ConnectionFactory factory = broker.factory();
    factory.setUsername("limited");
    factory.setPassword("secret");
    Connection connection = broker.connect(factory);
    connection.createChannel().queueDeclare("mine", false, true, false, null);

    Channel declaring = connection.createChannel();
    Errors.expectChannelClose(
        declaring,
        () -> declaring.queueDeclare("yours", false, true, false, null),
        "403 ACCESS_REFUSED - configure access to queue 'yours' in vhost '/' refused for user 'limited'");
    Channel publishing = connection.createChannel();
    Errors.expectChannelClose(
        publishing,
        () -> publishing.basicPublish("amq.direct", "k", null, "x".getBytes(UTF_8)),
        "403 ACCESS_REFUSED - write access to exchange 'amq.direct' in vhost '/' refused for user 'limited'");
    Channel replies = connection.createChannel();
    Inbox inbox = new Inbox();
    replies.basicConsume("amq.rabbitmq.reply-to", true, inbox, inbox);
    assertThat(replies.isOpen()).isTrue();
  }

  /** What operators see of a connection. */
  private static Inspector.ConnectionInfo only(Connection connection) {
    int port = ((AMQConnection) connection).getLocalPort();
    return broker.broker().inspector().connections().stream()
        .filter(info -> info.client().remote().getPort() == port)
        .findFirst()
        .orElseThrow();
  }
}
