package io.waypost.amqp;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.Delivery;
import com.rabbitmq.client.Envelope;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExchangesTest {
  @RegisterExtension
  static final TestBroker broker = new TestBroker();

  /** A request on a fresh channel. */
  private interface Request {
    void on(Channel channel) throws Exception;
  }

  private final Connection connection;
  private final Channel channel;
  private final String queue;

  ExchangesTest() throws Exception {
    connection = broker.connect();
    channel = connection.createChannel();
    queue = channel.queueDeclare("", false, true, false, null).getQueue();
  }

  @ParameterizedTest
  @CsvSource({
    "direct, a.b, a.b, true",
    "direct, a.b, a.c, false",
    "fanout, '', anything, true",
    "topic, a.*.c, a.b.c, true",
    "topic, a.#, a, true",
    "topic, a.*, a.b.c, false",
  })
  @DisplayName("each type routes by its rule")
  void types(String type, String bindingKey, String key, boolean arrives) throws IOException {
    String exchange = "of-type-" + type;
    channel.exchangeDeclare(exchange, type, false, true, null);
    channel.queueBind(queue, exchange, bindingKey);

    channel.basicPublish(exchange, key, null, new byte[1]);

    assertThat(channel.messageCount(queue)).isEqualTo(arrives ? 1 : 0);
  }

  @Test
  @DisplayName("a headers exchange routes by the headers of the message")
  void headers() throws IOException {
    channel.queueBind(
        queue, "amq.headers", "", Map.of("x-match", "all", "format", "pdf", "pages", 2));

    for (Object pages : new Object[] {2, 3}) {
      AMQP.BasicProperties properties = new AMQP.BasicProperties.Builder()
          .headers(Map.of("format", "pdf", "pages", pages))
          .build();
      channel.basicPublish("amq.headers", "", properties, new byte[1]);
    }

    assertThat(channel.messageCount(queue)).isEqualTo(1);
    expectClose(
        c -> c.queueBind(queue, "amq.headers", "", Map.of("x-match", "some")),
        "406 PRECONDITION_FAILED - Invalid x-match field value");
  }

  @Test
  @DisplayName("exchanges are bound to exchanges, and unbound again")
  void exchangeToExchange() throws IOException {
    channel.exchangeDeclare("source", "topic", false, true, null);
    channel.exchangeDeclare("destination", "fanout", false, true, null);
    channel.queueBind(queue, "destination", "");
    channel.exchangeBind("destination", "source", "a.*");
    channel.basicPublish("source", "a.b", null, new byte[1]);
    assertThat(channel.messageCount(queue)).isEqualTo(1);

    channel.exchangeDeclare("source", "topic", false, true, null);
    channel.queueBind(queue, "source", "keeps it");
    channel.exchangeUnbind("destination", "source", "a.*");
    channel.basicPublish("source", "a.b", null, new byte[1]);
    assertThat(channel.messageCount(queue)).isEqualTo(1);
  }

  @Test
  @DisplayName("an alternate exchange gets what no queue wants, and counts as routed")
  void alternate() throws Exception {
    channel.exchangeDeclare("rest", "fanout", false, true, null);
    channel.queueBind(queue, "rest", "");
    channel.exchangeDeclare("main", "direct", false, false, Map.of("alternate-exchange", "rest"));
    Inbox returned = new Inbox();
    channel.addReturnListener(message -> returned.handle(
        "",
        new Delivery(new Envelope(0, false, "", ""), message.getProperties(), message.getBody())));

    channel.basicPublish("main", "unbound", true, null, new byte[1]);

    assertThat(channel.messageCount(queue)).isEqualTo(1);
    returned.expectEmpty();
    channel.exchangeDelete("main");
  }

  @Test
  @DisplayName("declarations are refused with the reason")
  void refusals() throws IOException {
    expectClose(
        c -> c.exchangeDeclarePassive("nope"), "404 NOT_FOUND - no exchange 'nope' in vhost '/'");
    expectClose(
        c -> c.exchangeDeclare("x", "no-such-type"),
        "406 PRECONDITION_FAILED - unknown exchange type 'no-such-type'");
    expectClose(
        c -> c.exchangeDeclare("amq.mine", "direct"),
        "403 ACCESS_REFUSED - exchange name 'amq.mine' contains reserved prefix 'amq.*'");
    expectClose(
        c -> c.exchangeDeclare("", "direct"),
        "403 ACCESS_REFUSED - operation not permitted on the default exchange");
    expectClose(
        c -> c.exchangeDelete(""),
        "403 ACCESS_REFUSED - operation not permitted on the default exchange");
    expectClose(
        c -> c.queueBind(queue, "", "k"),
        "403 ACCESS_REFUSED - operation not permitted on the default exchange");
    expectClose(
        c -> c.exchangeDelete("amq.direct"), "403 ACCESS_REFUSED - deletion of system exchange");
    channel.exchangeDeclare("mine", "direct", false, true, null);
    expectClose(
        c -> c.exchangeDeclare("mine", "fanout", false, true, null),
        "406 PRECONDITION_FAILED - inequivalent arg 'type' for exchange 'mine' in vhost '/': "
            + "received 'fanout' but current is 'direct'");
    channel.queueBind(queue, "mine", "k");
    expectClose(
        c -> c.exchangeDelete("mine", true),
        "406 PRECONDITION_FAILED - exchange 'mine' in vhost '/' in use");
  }

  @Test
  @DisplayName("redeclaring equally, and deleting or unbinding what is not there, succeeds")
  void idempotent() throws IOException {
    channel.exchangeDeclare("amq.direct", "direct", true);
    channel.exchangeDelete("nope");
    channel.queueUnbind(queue, "amq.topic", "never bound");
    channel.queueUnbind(queue, "nope", "k");
    channel.queueUnbind("nope", "amq.topic", "k");
    channel.exchangeUnbind("amq.fanout", "nope", "k");
    channel.exchangeUnbind("nope", "amq.fanout", "k");

    assertThat(channel.isOpen()).isTrue();
  }

  @Test
  @DisplayName("a delayed message comes when its time has come")
  void delayed() throws Exception {
    channel.exchangeDeclare(
        "later", "x-delayed-message", false, true, Map.of("x-delayed-type", "direct"));
    channel.queueBind(queue, "later", "k");
    Inbox inbox = new Inbox();
    channel.basicConsume(queue, true, inbox, inbox);
    long sent = System.nanoTime();
    AMQP.BasicProperties properties =
        new AMQP.BasicProperties.Builder().headers(Map.of("x-delay", 300)).build();
    channel.basicPublish("later", "k", properties, new byte[1]);

    inbox.next();
    assertThat(System.nanoTime() - sent).isGreaterThan(290_000_000L);
  }

  private void expectClose(Request request, String text) throws IOException {
    Channel fresh = connection.createChannel();
    Errors.expectChannelCloseStarting(fresh, () -> request.on(fresh), text);
  }
}
