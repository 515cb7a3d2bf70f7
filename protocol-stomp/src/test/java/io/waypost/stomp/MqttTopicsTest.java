package io.waypost.stomp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.waypost.broker.Inspector.QueueInfo;
import io.waypost.engine.BrokerSettings;
import io.waypost.message.Properties;
import io.waypost.transport.ProtocolSettings;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Destinations below {@code /mqtt/}: topics and filters in MQTT's own syntax. */
class MqttTopicsTest {
  @RegisterExtension
  static final TestBroker broker = new TestBroker();

  @RegisterExtension
  static final TestBroker other = new TestBroker(
      BrokerSettings.defaults(),
      ProtocolSettings.defaults("Waypost", "0.0.0")
          .with(StompSettings.MQTT_EXCHANGE, "amq.direct"));

  /** Without a receipt, which might come before the message or behind it. */
  private static void send(StompClient client, String destination, String body, String... headers)
      throws IOException {
    String[] all = Arrays.copyOf(headers, headers.length + 1);
    all[headers.length] = "destination:" + destination;
    client.frame("SEND", body, all);
  }

  @ParameterizedTest
  @CsvSource({
    "a/b, a.b",
    "a.b/c, a%2Eb.c",
    "/x//y/, .x..y.",
    "50%25, 50%",
    "a%252Fb, a/b",
    "a b, a b",
    "st*r/*, st*r.%2A",
    "a%2Fb, a.b"
  })
  @DisplayName("a topic is published under its routing key, and comes back as MQTT writes it")
  void topics(String topic, String key) throws Exception {
    StompClient client = broker.connect();
    client.subscribe("m", "/mqtt/#", "retained:false");
    send(client, "/mqtt/" + topic, "x");
    String encoded = topic.equals("a%2Fb") ? "a/b" : topic.replace(" ", "%20");
    assertThat(client.expect("MESSAGE").header("destination")).isEqualTo("/mqtt/" + encoded);
    client.ask("UNSUBSCRIBE", "id:m");
    client.subscribe("t", "/topic/#");
    send(client, "/mqtt/" + topic, "x");
    String shown = key.replace("%", "%25").replace(" ", "%20");
    assertThat(client.expect("MESSAGE").header("destination")).isEqualTo("/topic/" + shown);
  }

  @Test
  @DisplayName("filters have MQTT's wildcards, and leave out topics that begin with $")
  void filters() throws Exception {
    StompClient client = broker.connect();
    client.subscribe("one", "/mqtt/f/+/c");
    client.subscribe("many", "/mqtt/f/d/#");
    client.subscribe("any", "/mqtt/+/hidden");
    client.subscribe("named", "/mqtt/$f/hidden");
    StompClient publisher = broker.connect();
    publisher.publish("/mqtt/f/b/c", "1");
    publisher.publish("/mqtt/f/b/x/c", "none");
    publisher.publish("/mqtt/f/d", "2");
    publisher.publish("/mqtt/$f/hidden", "3");
    publisher.publish("/mqtt/f/hidden", "4");
    publisher.publish("/mqtt/f/b/c", "end");
    for (String[] expected :
        new String[][] {{"one", "1"}, {"many", "2"}, {"named", "3"}, {"any", "4"}, {"one", "end"}
        }) {
      StompClient.Received message = client.expect("MESSAGE");
      assertThat(message.body()).isEqualTo(expected[1]);
      assertThat(message.header("subscription")).isEqualTo(expected[0]);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "a/+", "#", "a#", "%2B", "%23/a", "%zz", "a%", "$SYS/x", "$share/g/a", "%00"})
  @DisplayName("what is no topic cannot be sent to")
  void noTopics(String topic) throws Exception {
    StompClient client = broker.connect();
    client.send("SEND", "destination:/mqtt/" + topic, "receipt:r");
    assertThat(client.expectError("Invalid destination").header("receipt-id")).isEqualTo("r");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a/#/b", "a+", "#/a", "+a/b", "%", "$share/g/a", "$SYS/#", "%0a"})
  @DisplayName("what is no filter cannot be subscribed to")
  void noFilters(String filter) throws Exception {
    StompClient client = broker.connect();
    client.send("SUBSCRIBE", "id:1", "destination:/mqtt/" + filter, "receipt:r");
    assertThat(client.expectError("Invalid destination").header("receipt-id")).isEqualTo("r");
  }

  @Test
  @DisplayName("a topic may lead to a queue by its name")
  void queues() throws Exception {
    StompClient client = broker.connect();
    client.subscribe("q", "/queue/by+topic");
    send(client, "/mqtt/$queue/by%252Btopic", "x");
    assertThat(client.expect("MESSAGE").body()).isEqualTo("x");
  }

  @Test
  @DisplayName("a plain topic with slashes is a topic of its own")
  void plain() throws Exception {
    StompClient client = broker.connect();
    client.subscribe("t", "/topic/pl/ain");
    send(client, "/topic/pl/ain", "x");
    assertThat(client.expect("MESSAGE").header("destination")).isEqualTo("/topic/pl/ain");
    client.ask("UNSUBSCRIBE", "id:t");
    client.subscribe("m", "/mqtt/pl%252Fain");
    send(client, "/topic/pl/ain", "y");
    assertThat(client.expect("MESSAGE").header("destination")).isEqualTo("/mqtt/pl%252Fain");
  }

  @Test
  @DisplayName("durable subscriptions go on, and are found by destination and id")
  void durable() throws Exception {
    StompClient first = broker.connect();
    first.subscribe("d", "/mqtt/durable/+", "durable:true", "ack:client");
    first.close();
    broker.publish("amq.topic", "durable.x", Properties.EMPTY, "kept".getBytes(UTF_8));
    StompClient second = broker.connect();
    second.subscribe("d", "/mqtt/durable/+", "durable:true");
    assertThat(second.expect("MESSAGE").body()).isEqualTo("kept");
    second.ask("UNSUBSCRIBE", "id:d", "durable:true");
    assertThat(broker.broker().inspector().queues("/"))
        .extracting((QueueInfo queue) -> queue.spec().name())
        .noneMatch(name -> name.startsWith("stomp-subscription-"));
  }

  @Test
  @DisplayName("selectors work, and a message without a topic comes too")
  void selectors() throws Exception {
    StompClient client = broker.connect();
    client.subscribe("s", "/mqtt/#", "selector:color = 'red'", "retained:false");
    send(client, "/mqtt/sel", "blue", "color:blue");
    send(client, "/mqtt/sel", "red", "color:red");
    send(client, "/exchange/amq.topic", "no topic", "color:red");
    assertThat(client.expect("MESSAGE").body()).isEqualTo("red");
    assertThat(client.expect("MESSAGE").body()).isEqualTo("no topic");
  }

  @Test
  @DisplayName("the exchange is configurable")
  void exchange() throws Exception {
    StompClient client = other.connect();
    client.subscribe("e", "/exchange/amq.direct/a.b");
    send(client, "/mqtt/a/b", "x");
    assertThat(client.expect("MESSAGE").body()).isEqualTo("x");
  }

  @Test
  @DisplayName("a topic for replies is one that the other protocols know")
  void replies() throws Exception {
    StompClient client = broker.connect();
    client.publish("/queue/asked", "x", "reply-to:/mqtt/answers/a.b");
    assertThat(broker.take("asked").properties().replyTo()).isEqualTo("/topic/answers.a%2Eb");
    for (String odd : List.of("/mqtt/a/+", "/mqtt/%zz", "/queue/%zz")) {
      client.publish("/queue/asked", "x", "reply-to:" + odd);
      assertThat(broker.take("asked").properties().replyTo()).isEqualTo(odd);
    }
  }
}
