package io.waypost.amqp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.LoggerFactory;

/** Which connection, channel and consumer a line of the log is about. */
class LogContextTest {
  @RegisterExtension
  static final TestBroker broker = new TestBroker();

  private static final Logger LOG = (Logger) LoggerFactory.getLogger(AmqpConnection.class);
  private static final Lines LINES = new Lines();

  private final String tag = "tag-" + UUID.randomUUID();
  private final Inbox inbox = new Inbox();
  private final Connection connection;
  private final String name;
  private final Channel channel;

  LogContextTest() throws Exception {
    connection = broker.connect();
    channel = connection.createChannel(7);
    name = "127.0.0.1:" + ((com.rabbitmq.client.impl.AMQConnection) connection).getLocalPort()
        + " -> 127.0.0.1:" + connection.getPort();
  }

  @BeforeAll
  static void listen() {
    LINES.start();
    LOG.addAppender(LINES);
    LOG.setLevel(Level.DEBUG);
    LOG.setAdditive(false);
  }

  @AfterAll
  static void listenNoMore() {
    LOG.setAdditive(true);
    LOG.setLevel(null);
    LOG.detachAppender(LINES);
  }

  @Test
  @DisplayName("a connection's lines carry its name, a channel's its number too")
  void channels() throws Exception {
    channel.close();
    connection.close();
    expect("connected as user 'guest' to vhost '/'", Map.of("connection", name));
    expect("channel 7 is open", Map.of("connection", name, "channel", "7"));
    expect("channel 7 is closed", Map.of("connection", name, "channel", "7"));
    expect("disconnected", Map.of("connection", name));
  }

  @Test
  @DisplayName("a consumer's lines carry its tag too")
  void consumers() throws Exception {
    String queue = channel.queueDeclare("", false, true, true, null).getQueue();
    Map<String, String> all = Map.of("connection", name, "channel", "7", "consumer", tag);
    channel.basicConsume(queue, true, tag, inbox, inbox);
    expect("consumer '" + tag + "' takes from queue '" + queue + "'", all);
    channel.basicCancel(tag);
    expect("consumer '" + tag + "' is cancelled by its client", all);
  }

  @Test
  @DisplayName("so does the line about a consumer that the broker cancels")
  void cancelled() throws Exception {
    String queue = channel.queueDeclare("", false, true, false, null).getQueue();
    channel.basicConsume(queue, true, tag, inbox, inbox);
    channel.queueDelete(queue);
    expect(
        "consumer '" + tag + "' is cancelled by the broker (QUEUE_DELETED)",
        Map.of("connection", name, "channel", "7", "consumer", tag));
  }

  @Test
  @DisplayName("and the line about one that is refused")
  void refused() {
    String missing = "missing-" + tag;
    assertThatThrownBy(() -> channel.basicConsume(missing, true, tag, inbox, inbox))
        .isInstanceOf(IOException.class);
    expect(
        "channel 7: 404 NOT_FOUND - no queue '" + missing + "' in vhost '/'",
        Map.of("connection", name, "channel", "7", "consumer", tag));
  }

  @Test
  @DisplayName("an error that ends the connection is told with the channel that it came from")
  void connectionErrors() {
    assertThatThrownBy(() -> channel.basicQos(1, 0, false)).isInstanceOf(IOException.class);
    expect(
        "540 NOT_IMPLEMENTED - prefetch_size!=0 (1)", Map.of("connection", name, "channel", "7"));
  }

  private static void expect(String text, Map<String, String> context) {
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(LINES.seen).anySatisfy(line -> {
          assertThat(line.getFormattedMessage()).contains(text);
          assertThat(line.getMDCPropertyMap()).isEqualTo(context);
        }));
  }

  /** Keeps what is logged. */
  private static final class Lines extends AppenderBase<ILoggingEvent> {
    final Queue<ILoggingEvent> seen = new ConcurrentLinkedQueue<>();

    @Override
    protected void append(ILoggingEvent event) {
      event.prepareForDeferredProcessing();
      seen.add(event);
    }
  }
}
