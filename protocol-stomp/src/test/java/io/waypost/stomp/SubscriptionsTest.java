package io.waypost.stomp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.waypost.broker.Inspector.QueueInfo;
import io.waypost.message.Header;
import io.waypost.message.Headers;
import io.waypost.message.Properties;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Destinations and what subscribing to them makes. */
class SubscriptionsTest {
  @RegisterExtension
  static final TestBroker broker = new TestBroker();

  @Test
  @DisplayName("/queue makes a durable queue, at SEND and at SUBSCRIBE")
  void queue() throws Exception {
    StompClient client = broker.connect();
    client.publish("/queue/made-by-send", "x");
    client.subscribe("s", "/queue/made-by-subscribe");
    for (String name : List.of("made-by-send", "made-by-subscribe")) {
      QueueInfo queue = broker.queue(name).orElseThrow();
      assertThat(queue.spec().durable()).isTrue();
      assertThat(queue.spec().autoDelete()).isFalse();
      assertThat(queue.spec().exclusive()).isFalse();
    }
  }

  @Test
  @DisplayName("a queue that is there is used as it is")
  void existing() throws Exception {
    broker.declareQueue("with-ttl", Headers.of(List.of(new Header("x-message-ttl", 600_000))));
    StompClient client = broker.connect();
    client.publish("/queue/with-ttl", "x");
    client.subscribe("s", "/queue/with-ttl");
    assertThat(client.expect("MESSAGE").body()).isEqualTo("x");
    client.send("SUBSCRIBE", "id:2", "destination:/queue/with-ttl", "x-message-ttl:1");
    client.expectError("precondition_failed");
  }

  @Test
  @DisplayName("a queue that went is made again by the next SEND")
  void queueWent() throws Exception {
    StompClient client = broker.connect();
    client.publish("/queue/phoenix", "1");
    broker.deleteQueue("phoenix");
    client.publish("/queue/phoenix", "2");
    assertThat(broker.waiting("phoenix")).isEqualTo(1);
    broker.deleteQueue("phoenix");
    client.send("SEND", "destination:/queue/phoenix");
    client.publish("/queue/phoenix", "4");
    assertThat(broker.waiting("phoenix")).isEqualTo(2);
  }

  @Test
  @DisplayName("headers of SUBSCRIBE say how the queue is")
  void queueHeaders() throws Exception {
    StompClient client = broker.connect();
    client.subscribe(
        "s",
        "/queue/specified",
        "durable:false",
        "auto-delete:true",
        "exclusive:true",
        "x-message-ttl:1000",
        "x-expires:60000",
        "x-max-length:10",
        "x-max-length-bytes:1000",
        "x-overflow:reject-publish",
        "x-max-priority:5",
        "x-dead-letter-exchange:amq.fanout",
        "x-dead-letter-routing-key:dead",
        "x-single-active-consumer:true",
        "x-unknown:ignored");
    QueueInfo queue = broker.queue("specified").orElseThrow();
    assertThat(queue.spec().durable()).isFalse();
    assertThat(queue.spec().autoDelete()).isTrue();
    assertThat(queue.spec().exclusive()).isTrue();
    assertThat(queue.spec().arguments().get("x-overflow")).isEqualTo("reject-publish");
    assertThat(queue.spec().arguments().get("x-max-priority")).isEqualTo(5L);
    assertThat(queue.spec().arguments().get("x-single-active-consumer")).isEqualTo(true);
    assertThat(queue.spec().arguments().contains("x-unknown")).isFalse();
  }

  @Test
  @DisplayName("/amq/queue is there already, or is an error")
  void amqQueue() throws Exception {
    broker.declareQueue("others", Headers.empty());
    StompClient client = broker.connect();
    client.subscribe("s", "/amq/queue/others");
    client.publish("/amq/queue/others", "x");
    assertThat(client.expect("MESSAGE").header("destination")).isEqualTo("/queue/others");
    client.send("SUBSCRIBE", "id:2", "destination:/amq/queue/missing", "receipt:r");
    assertThat(client.expectError("not_found").header("receipt-id")).isEqualTo("r");
  }

  @Test
  @DisplayName("/topic is matched by patterns, and its queue goes with the connection")
  void topic() throws Exception {
    StompClient client = broker.connect();
    client.subscribe("s", "/topic/a.*.c");
    client.publish("/topic/a.x.y", "no");
    client.publish("/topic/a.b.c", "yes");
    assertThat(client.expect("MESSAGE").headers())
        .containsEntry("destination", "/topic/a.b.c")
        .containsEntry("content-length", "3");
    String queue = broker.broker().inspector().queues("/").stream()
        .map(QueueInfo::spec)
        .filter(spec -> spec.exclusive() && spec.autoDelete())
        .map(spec -> spec.name())
        .findFirst()
        .orElseThrow();
    client.send("DISCONNECT", "receipt:bye");
    client.expect("RECEIPT");
    assertThat(broker.queue(queue)).isEmpty();
  }

  @Test
  @DisplayName("a topic with slashes is a topic")
  void slashes() throws Exception {
    StompClient client = broker.connect();
    client.subscribe("s", "/topic/with/slashes");
    client.publish("/topic/with/slashes", "x");
    assertThat(client.expect("MESSAGE").header("destination")).isEqualTo("/topic/with/slashes");
  }

  @Test
  @DisplayName("names are percent-encoded")
  void percent() throws Exception {
    StompClient client = broker.connect();
    client.subscribe("s", "/queue/a%2Fb%25%C3%BC");
    assertThat(broker.queue("a/b%ü")).isPresent();
    client.publish("/queue/a%2Fb%25%C3%BC", "x");
    assertThat(client.expect("MESSAGE").header("destination")).isEqualTo("/queue/a%2Fb%25%C3%BC");
  }

  @Test
  @DisplayName("/exchange binds to an exchange, with a key or without")
  void exchange() throws Exception {
    StompClient client = broker.connect();
    client.subscribe("keyed", "/exchange/amq.direct/k");
    client.subscribe("bare", "/exchange/amq.fanout");
    client.publish("/exchange/amq.direct/k", "1");
    assertThat(client.expect("MESSAGE").headers())
        .containsEntry("subscription", "keyed")
        .containsEntry("destination", "/exchange/amq.direct/k");
    client.publish("/exchange/amq.fanout", "2");
    assertThat(client.expect("MESSAGE").headers())
        .containsEntry("subscription", "bare")
        .containsEntry("destination", "/exchange/amq.fanout");
    client.send("SUBSCRIBE", "id:x", "destination:/exchange/missing/k", "durable:true");
    client.expectError("not_found");
    assertThat(broker.broker().inspector().queues("/"))
        .noneMatch(queue -> queue.spec().name().startsWith("stomp-subscription-x"));
  }

  @Test
  @DisplayName("a headers exchange is matched by x-bind- headers")
  void headersExchange() throws Exception {
    StompClient client = broker.connect();
    client.subscribe(
        "s", "/exchange/amq.headers", "x-match:any", "x-bind-color:red", "x-bind-size:small");
    client.publish("/exchange/amq.headers", "no", "color:blue", "size:large");
    client.publish("/exchange/amq.headers", "yes", "color:red", "size:large");
    assertThat(client.expect("MESSAGE").body()).isEqualTo("yes");
  }

  @Test
  @DisplayName("a durable subscription goes on where it was, until it is unsubscribed as durable")
  void durable() throws Exception {
    StompClient first = broker.connect();
    first.subscribe("d", "/topic/durable.events", "durable:true", "auto-delete:false");
    first.send("DISCONNECT", "receipt:bye");
    first.expect("RECEIPT");
    broker.publish("amq.topic", "durable.events", Properties.EMPTY, "kept".getBytes(UTF_8));
    StompClient second = broker.connect();
    second.subscribe("d", "/topic/durable.events", "persistent:true");
    assertThat(second.expect("MESSAGE").body()).isEqualTo("kept");
    second.ask("UNSUBSCRIBE", "id:d", "durable:true");
    assertThat(broker.broker().inspector().queues("/"))
        .noneMatch(queue -> queue.spec().name().startsWith("stomp-subscription-"));
  }

  @Test
  @DisplayName("x-queue-name names the subscription's queue")
  void queueName() throws Exception {
    StompClient client = broker.connect();
    client.subscribe("s", "/topic/named", "x-queue-name:my-own");
    client.publish("/topic/named", "x");
    client.expect("MESSAGE");
    assertThat(broker.queue("my-own")).isPresent();
  }

  @Test
  @DisplayName("nothing arrives after UNSUBSCRIBE, and its id is free again")
  void unsubscribe() throws Exception {
    StompClient client = broker.connect();
    client.subscribe("s", "/topic/left");
    client.ask("UNSUBSCRIBE", "id:s");
    client.publish("/topic/left", "x");
    client.subscribe("s", "/topic/entered");
    client.publish("/topic/entered", "y");
    assertThat(client.expect("MESSAGE").body()).isEqualTo("y");
    client.send("UNSUBSCRIBE", "id:unknown");
    client.expectError("Subscription not found");
  }

  @Test
  @DisplayName("in 1.0 a subscription may be known by its destination")
  void withoutId() throws Exception {
    StompClient client = broker.connect("1.0");
    client.ask("SUBSCRIBE", "destination:/queue/old-times", "ack:client");
    client.publish("/queue/old-times", "x");
    String id = client.expect("MESSAGE").header("message-id");
    assertThat(id).startsWith("Q_/queue/old-times@@session-");
    client.ask("ACK", "message-id:" + id);
    client.ask("UNSUBSCRIBE", "destination:/queue/old-times");
    assertThat(broker.queue("old-times").orElseThrow().consumers()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "destination:/queue/x",
        "id:1",
        "id:1\ndestination:/nowhere/x",
        "id:1\ndestination:nowhere",
        "id:1\ndestination:/queue/",
        "id:1\ndestination:/queue/%zz",
        "id:1\ndestination:/temp-queue/x",
        "id:1\ndestination:/queue/bad\nack:maybe",
        "id:1\ndestination:/queue/bad\nprefetch-count:few",
        "id:1\ndestination:/queue/bad\ndurable:maybe",
        "id:1\ndestination:/queue/bad\nx-max-length:many",
        "id:1\ndestination:/queue/bad\nselector:a = 'b'",
        "id:1\ndestination:/topic/bad\nselector:a =",
      })
  @DisplayName("a subscription that makes no sense is an error")
  void bad(String headers) throws Exception {
    StompClient client = broker.connect();
    client.send("SUBSCRIBE", headers, "receipt:r");
    assertThat(client.expect("ERROR").header("receipt-id")).isEqualTo("r");
    client.expectEnd();
  }

  @Test
  @DisplayName("an id is used once")
  void duplicateId() throws Exception {
    StompClient client = broker.connect();
    client.subscribe("s", "/queue/a");
    client.send("SUBSCRIBE", "id:s", "destination:/queue/b");
    client.expectError("Duplicate subscription identifier");
  }

  @Test
  @DisplayName("a selector lets through what it is true of")
  void selector() throws Exception {
    StompClient client = broker.connect();
    client.subscribe(
        "s",
        "/topic/selected",
        "selector:color = 'red' AND size > 5",
        "ack:client-individual",
        "prefetch-count:1");
    client.publish("/topic/selected", "1", "color:blue", "size:10");
    client.publish("/topic/selected", "2", "color:red", "size:3");
    client.publish("/topic/selected", "3", "color:red", "size:10");
    assertThat(client.expect("MESSAGE").body()).isEqualTo("3");
  }

  @Test
  @DisplayName("a subscription whose queue is deleted ends with an error that names it")
  void queueDeleted() throws Exception {
    StompClient client = broker.connect();
    client.subscribe("s", "/queue/doomed");
    broker.deleteQueue("doomed");
    assertThat(client.expectError("Server cancelled subscription").header("subscription"))
        .isEqualTo("s");
  }

  @Test
  @DisplayName("operators see the subscription by its tag and prefetch")
  void operators() throws Exception {
    StompClient client = broker.connect();
    client.subscribe("seen", "/queue/seen", "ack:client", "prefetch-count:7", "x-priority:3");
    await()
        .until(() -> broker.broker().inspector().consumers("/").stream()
            .anyMatch(consumer -> consumer.spec().tag().equals("T_seen")
                && consumer.spec().prefetch() == 7
                && consumer.spec().priority() == 3));
  }
}
