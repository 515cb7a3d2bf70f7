package io.waypost.systemtests.protocols;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.GetResponse;
import io.waypost.systemtests.MqttArrivals;
import io.waypost.systemtests.protocols.StompWire.Received;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.eclipse.paho.mqttv5.client.MqttClient;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.MqttSubscription;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.UserProperty;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is retained, and where it came from, is known to the clients of every protocol. */
class RetainedAndOriginsTest {
  private static final RunningBroker broker =
      new RunningBroker(Map.of("mqtt.origin-properties", true));
  private static final RunningBroker silent =
      new RunningBroker(Map.of("amqp.origin-headers", false, "stomp.origin-headers", false));

  private Connection connection;
  private Channel channel;
  private MqttClient client;
  private StompWire stomp;
  private final MqttArrivals arrivals = new MqttArrivals();

  @AfterAll
  static void stop() {
    broker.close();
    silent.close();
  }

  @BeforeEach
  void open() throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setHost("127.0.0.1");
    factory.setPort(broker.amqpPort());
    connection = factory.newConnection("worker");
    channel = connection.createChannel();
    channel.confirmSelect();
    client = new MqttClient(broker.mqttUrl(), "device", new MemoryPersistence());
    client.setCallback(arrivals);
    client.connect();
    stomp = new StompWire(broker.stompPort());
  }

  @AfterEach
  void close() throws Exception {
    stomp.close();
    client.disconnect();
    client.close();
    connection.close();
  }

  private static void subscribe(MqttClient subscriber, String filter) throws Exception {
    // The form without a listener hands messages to the callback.
    subscriber.subscribe(new MqttSubscription[] {new MqttSubscription(filter, 1)});
  }

  private static BasicProperties retaining() {
    return new BasicProperties.Builder()
        .deliveryMode(2)
        .headers(Map.of("x-retain", true))
        .build();
  }

  private GetResponse retained(String pattern) throws Exception {
    String queue = channel.queueDeclare().getQueue();
    channel.queueBind(queue, "amq.topic", pattern, Map.of("x-retained", true));
    GetResponse got = channel.basicGet(queue, true);
    assertThat(got).isNotNull();
    return got;
  }

  private static Map<String, String> headers(GetResponse got) {
    Map<String, String> texts = new HashMap<>();
    got.getProps().getHeaders().forEach((name, value) -> texts.put(name, value.toString()));
    return texts;
  }

  @Test
  void whatADeviceRetainsWorkersAndPagesGetWhenTheyAsk() throws Exception {
    client.publish("state/lamp.1", "on".getBytes(UTF_8), 1, true);
    GetResponse got = retained("state.#");
    assertThat(got.getBody()).asString().isEqualTo("on");
    assertThat(got.getEnvelope().getRoutingKey()).isEqualTo("state.lamp%2E1");
    assertThat(got.getProps().getDeliveryMode()).isEqualTo(2);
    assertThat(headers(got))
        .isEqualTo(Map.of(
            "x-retain",
            "true",
            "x-origin-protocol",
            "mqtt",
            "x-origin-client-id",
            "device",
            "x-origin-user",
            "guest",
            "x-origin-topic",
            "state/lamp.1"));
    stomp.subscribe("page", "/mqtt/state/+");
    Received page = stomp.expect("MESSAGE");
    assertThat(page.body()).isEqualTo("on");
    assertThat(page.headers())
        .containsEntry("destination", "/mqtt/state/lamp.1")
        .containsEntry("retain", "true")
        .containsEntry("x-origin-topic", "state/lamp.1")
        .containsEntry("x-origin-client-id", "device");
  }

  @Test
  void whatAWorkerRetainsADeviceGets() throws Exception {
    channel.basicPublish("amq.topic", "config.x", retaining(), "1".getBytes(UTF_8));
    channel.waitForConfirmsOrDie(60_000);
    subscribe(client, "config/#");
    MqttMessage first = arrivals.next().message();
    assertThat(first.isRetained()).isTrue();
    assertThat(first.getPayload()).asString().isEqualTo("1");
    assertThat(first.getProperties().getUserProperties())
        .containsExactlyInAnyOrder(
            new UserProperty("x-origin-protocol", "amqp"),
            new UserProperty("x-origin-client-id", "worker"),
            new UserProperty("x-origin-user", "guest"));
    stomp.send("SEND", "2", "destination:/mqtt/config/y", "retain:true", "persistent:true");
    MqttMessage live = arrivals.next().message();
    assertThat(live.getPayload()).asString().isEqualTo("2");
    assertThat(live.isRetained()).isFalse();
    assertThat(retained("config.y").getBody()).asString().isEqualTo("2");
    channel.basicPublish("amq.topic", "config.x", retaining(), new byte[0]);
    channel.waitForConfirmsOrDie(60_000);
    assertThat(arrivals.next().message().getPayload()).isEmpty();
    String queue = channel.queueDeclare().getQueue();
    channel.queueBind(queue, "amq.topic", "config.x", Map.of("x-retained", true));
    assertThat(channel.messageCount(queue)).isZero();
  }

  @Test
  void anOriginCannotBeForgedAndOutlivesADeadLetter() throws Exception {
    String dead = channel.queueDeclare().getQueue();
    channel.queueBind(dead, "amq.direct", "dead");
    String queue = channel
        .queueDeclare(
            "",
            false,
            true,
            true,
            Map.of(
                "x-message-ttl",
                0,
                "x-dead-letter-exchange",
                "amq.direct",
                "x-dead-letter-routing-key",
                "dead"))
        .getQueue();
    channel.queueBind(queue, "amq.topic", "forged.#");
    stomp.subscribe("s", "/topic/forged.#");
    MqttMessage message = new MqttMessage("x".getBytes(UTF_8));
    MqttProperties properties = new MqttProperties();
    properties.setUserProperties(List.of(
        new UserProperty("x-origin-user", "root"),
        new UserProperty("x-origin-topic", "elsewhere"),
        new UserProperty("x-retain", "true"),
        new UserProperty("own", "kept")));
    message.setProperties(properties);
    message.setQos(1);
    client.publish("forged/a.b", message);
    assertThat(stomp.expect("MESSAGE").headers())
        .containsEntry("x-origin-user", "guest")
        .containsEntry("x-origin-topic", "forged/a.b")
        .containsEntry("own", "kept");
    await().until(() -> channel.messageCount(dead) == 1);
    GetResponse got = Objects.requireNonNull(channel.basicGet(dead, true));
    assertThat(headers(got))
        .containsEntry("x-origin-user", "guest")
        .containsEntry("x-origin-topic", "forged/a.b")
        .containsEntry("x-origin-protocol", "mqtt")
        .containsEntry("own", "kept")
        .containsKey("x-death");
  }

  @Test
  void withinAProtocolMessagesStayAsTheyWerePublished() throws Exception {
    String queue = channel.queueDeclare().getQueue();
    BasicProperties properties =
        new BasicProperties.Builder().headers(Map.of("x-origin-user", "me")).build();
    channel.basicPublish("", queue, properties, new byte[1]);
    channel.waitForConfirmsOrDie(60_000);
    assertThat(headers(channel.basicGet(queue, true))).isEqualTo(Map.of("x-origin-user", "me"));
    subscribe(client, "own/#");
    client.publish("own/x", "x".getBytes(UTF_8), 1, false);
    assertThat(arrivals.next().message().getProperties().getUserProperties()).isEmpty();
  }

  @Test
  void originsCanBeSwitchedOff() throws Exception {
    MqttClient device = new MqttClient(silent.mqttUrl(), "device", new MemoryPersistence());
    try (StompWire page = new StompWire(silent.stompPort())) {
      ConnectionFactory factory = new ConnectionFactory();
      factory.setHost("127.0.0.1");
      factory.setPort(silent.amqpPort());
      Connection worker = factory.newConnection();
      Channel quiet = worker.createChannel();
      String queue = quiet.queueDeclare().getQueue();
      quiet.queueBind(queue, "amq.topic", "off.#");
      page.subscribe("s", "/mqtt/off/#");
      MqttArrivals back = new MqttArrivals();
      device.setCallback(back);
      device.connect();
      device.publish("off/x", "x".getBytes(UTF_8), 1, false);
      assertThat(page.expect("MESSAGE").headers())
          .doesNotContainKeys("x-origin-protocol", "x-origin-topic", "x-origin-user");
      await().until(() -> quiet.messageCount(queue) == 1);
      assertThat(quiet.basicGet(queue, true).getProps().getHeaders()).isNull();
      subscribe(device, "back/#");
      quiet.basicPublish("amq.topic", "back.x", null, new byte[1]);
      assertThat(back.next().message().getProperties().getUserProperties()).isEmpty();
      device.disconnect();
      device.close();
      worker.close();
    }
  }
}
