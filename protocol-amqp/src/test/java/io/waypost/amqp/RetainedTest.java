package io.waypost.amqp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The header {@code x-retain}, and bindings that ask for what was kept. */
class RetainedTest {
  @RegisterExtension
  static final TestBroker broker = new TestBroker();

  private static final Map<String, Object> ASKING = Map.of("x-retained", true);

  private final Channel channel;
  private final String queue;

  RetainedTest() throws Exception {
    channel = broker.connect().createChannel();
    queue = channel.queueDeclare().getQueue();
  }

  private static long kept() {
    return broker.broker().inspector().retainedMessages("/");
  }

  private static BasicProperties retaining(Object value) {
    return new BasicProperties.Builder()
        .headers(Map.of("before", 1, "x-retain", value))
        .deliveryMode(2)
        .build();
  }

  private void publish(
      String exchange, String key, @Nullable BasicProperties properties, String body)
      throws Exception {
    channel.basicPublish(exchange, key, properties, body.getBytes(UTF_8));
  }

  @Test
  @DisplayName("a queue that is bound and asks gets what was kept before bind-ok comes")
  void asked() throws Exception {
    channel.confirmSelect();
    publish("amq.topic", "asked.a", retaining(true), "old");
    publish("amq.topic", "asked.a", retaining(true), "1");
    publish("amq.topic", "asked.b", retaining("true"), "2");
    publish("amq.topic", "asked.c", null, "passing");
    channel.waitForConfirmsOrDie(30_000);
    channel.queueBind(queue, "amq.topic", "asked.*", ASKING);
    assertThat(channel.messageCount(queue)).isEqualTo(2);
    Map<String, GetResponse> got = new HashMap<>();
    for (int i = 0; i < 2; i++) {
      GetResponse one = channel.basicGet(queue, true);
      got.put(new String(one.getBody(), UTF_8), one);
    }
    GetResponse first = Objects.requireNonNull(got.get("1"));
    assertThat(first.getEnvelope().getExchange()).isEqualTo("amq.topic");
    assertThat(first.getEnvelope().getRoutingKey()).isEqualTo("asked.a");
    assertThat(first.getProps().getDeliveryMode()).isEqualTo(2);
    assertThat(first.getProps().getHeaders())
        .containsEntry("x-retain", true)
        .containsEntry("before", 1)
        .hasSize(2);
    assertThat(Objects.requireNonNull(got.get("2")).getProps().getHeaders().get("x-retain"))
        .hasToString("true");
    publish("amq.topic", "asked.a", retaining(true), "live");
    channel.waitForConfirmsOrDie(30_000);
    assertThat(channel.messageCount(queue)).isEqualTo(1);
    channel.queueUnbind(queue, "amq.topic", "asked.*");
    publish("amq.topic", "asked.a", null, "unbound");
    channel.waitForConfirmsOrDie(30_000);
    assertThat(channel.messageCount(queue)).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"false", "yes", "TRUE", ""})
  @DisplayName("a header that does not say true keeps nothing")
  void otherValues(String value) throws Exception {
    long before = kept();
    channel.confirmSelect();
    publish("amq.topic", "other." + value, retaining(value), "x");
    publish("amq.topic", "other.number", retaining(1), "x");
    publish("amq.topic", "other.nested", retaining(Map.of("x-retain", true)), "x");
    channel.waitForConfirmsOrDie(30_000);
    assertThat(kept()).isEqualTo(before);
  }

  @Test
  @DisplayName("an empty body takes away what is kept")
  void emptyBody() throws Exception {
    channel.confirmSelect();
    publish("amq.direct", "away", retaining(true), "x");
    channel.waitForConfirmsOrDie(30_000);
    publish("amq.direct", "away", retaining(true), "");
    channel.waitForConfirmsOrDie(30_000);
    channel.queueBind(queue, "amq.direct", "away", ASKING);
    assertThat(channel.messageCount(queue)).isZero();
  }

  @Test
  @DisplayName("a mandatory message that no queue wants is returned before its confirm, and kept")
  void mandatory() throws Exception {
    BlockingQueue<String> events = new LinkedBlockingQueue<>();
    channel.addReturnListener(returned -> events.add("return " + returned.getRoutingKey()));
    channel.addConfirmListener((tag, multiple) -> events.add("ack"), (tag, multiple) -> {});
    channel.confirmSelect();
    channel.basicPublish("amq.topic", "nowhere", true, retaining(true), "x".getBytes(UTF_8));
    assertThat(events.poll(30, TimeUnit.SECONDS)).isEqualTo("return nowhere");
    assertThat(events.poll(30, TimeUnit.SECONDS)).isEqualTo("ack");
    channel.queueBind(queue, "amq.topic", "nowhere", ASKING);
    assertThat(channel.messageCount(queue)).isEqualTo(1);
  }

  @Test
  @DisplayName("a transaction keeps when it commits")
  void transaction() throws Exception {
    channel.txSelect();
    publish("amq.topic", "tx.kept", retaining(true), "x");
    channel.txRollback();
    publish("amq.topic", "tx.kept", retaining(true), "y");
    channel.txCommit();
    channel.queueBind(queue, "amq.topic", "tx.#", ASKING);
    assertThat(channel.basicGet(queue, true).getBody()).asString().isEqualTo("y");
  }

  @Test
  @DisplayName("what it waited is taken off the expiration")
  void expiration() throws Exception {
    channel.confirmSelect();
    BasicProperties properties = retaining(true).builder().expiration("60000").build();
    publish("amq.topic", "expiring", properties, "x");
    channel.waitForConfirmsOrDie(30_000);
    channel.queueBind(queue, "amq.topic", "expiring", ASKING);
    BasicProperties got = channel.basicGet(queue, true).getProps();
    assertThat(Long.parseLong(got.getExpiration())).isBetween(1L, 60_000L);
    assertThat(got.getHeaders()).containsEntry("x-retain", true);
  }

  @Test
  @DisplayName("an argument that is neither true nor false closes the channel with 406")
  void unclear() {
    assertThatThrownBy(
            () -> channel.queueBind(queue, "amq.topic", "k", Map.of("x-retained", List.of())))
        .isInstanceOf(IOException.class)
        .hasStackTraceContaining("reply-code=406")
        .hasStackTraceContaining("x-retained");
  }
}
