package io.waypost.systemtests.protocols;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.Delivery;
import com.rabbitmq.client.LongString;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttClient;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.MqttSubscription;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.UserProperty;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** MQTT clients and AMQP clients reach each other, with their properties. */
class MqttAndAmqpTest {
  private static final RunningBroker broker = new RunningBroker();
  private static Connection connection;

  private Channel channel;
  private MqttClient client;
  private final BlockingQueue<Received> received = new LinkedBlockingQueue<>();

  private record Received(String topic, MqttMessage message) {
    String text() {
      return new String(message.getPayload(), UTF_8);
    }
  }

  @BeforeAll
  static void connect() throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setHost("127.0.0.1");
    factory.setPort(broker.amqpPort());
    connection = factory.newConnection();
  }

  @AfterAll
  static void stop() throws Exception {
    connection.close();
    broker.close();
  }

  @BeforeEach
  void open() throws Exception {
    channel = connection.createChannel();
    client = new MqttClient(broker.mqttUrl(), "five", new MemoryPersistence());
    client.setCallback(new Arrivals());
    client.connect();
  }

  @AfterEach
  void close() throws Exception {
    client.disconnect();
    client.close();
    channel.close();
  }

  private final class Arrivals implements MqttCallback {
    @Override
    public void messageArrived(String topic, MqttMessage message) {
      received.add(new Received(topic, message));
    }

    @Override
    public void disconnected(MqttDisconnectResponse response) {}

    @Override
    public void mqttErrorOccurred(MqttException exception) {}

    @Override
    public void deliveryComplete(IMqttToken token) {}

    @Override
    public void connectComplete(boolean reconnect, String server) {}

    @Override
    public void authPacketArrived(int reasonCode, MqttProperties properties) {}
  }

  private Received next() throws InterruptedException {
    Received next = received.poll(30, TimeUnit.SECONDS);
    assertThat(next).isNotNull();
    return next;
  }

  private BlockingQueue<Delivery> consume(String pattern) throws Exception {
    String queue = channel.queueDeclare().getQueue();
    channel.queueBind(queue, "amq.topic", pattern);
    return consumeFrom(queue);
  }

  private BlockingQueue<Delivery> consumeFrom(String queue) throws Exception {
    BlockingQueue<Delivery> deliveries = new LinkedBlockingQueue<>();
    channel.basicConsume(queue, true, (tag, delivery) -> deliveries.add(delivery), tag -> {});
    return deliveries;
  }

  private static Delivery next(BlockingQueue<Delivery> deliveries) throws InterruptedException {
    Delivery next = deliveries.poll(30, TimeUnit.SECONDS);
    assertThat(next).isNotNull();
    return next;
  }

  private void subscribe(String filter, int qos) throws Exception {
    // The listener-less form hands messages to the callback.
    client.subscribe(new MqttSubscription[] {new MqttSubscription(filter, qos)});
  }

  @Test
  void aReadingReachesAnAmqpConsumerWithItsProperties() throws Exception {
    BlockingQueue<Delivery> deliveries = consume("sensors.#");
    MqttMessage message = new MqttMessage("21.5".getBytes(UTF_8));
    message.setQos(1);
    MqttProperties properties = new MqttProperties();
    properties.setContentType("text/plain");
    properties.setPayloadFormat(true);
    properties.setCorrelationData("job 7".getBytes(UTF_8));
    properties.setResponseTopic("answers/to.me");
    properties.setMessageExpiryInterval(60L);
    properties.setUserProperties(List.of(
        new UserProperty("unit", "C"), new UserProperty("tag", "a"), new UserProperty("tag", "b")));
    message.setProperties(properties);
    client.publish("sensors/kitchen.north", message);

    Delivery delivery = next(deliveries);
    assertThat(new String(delivery.getBody(), UTF_8)).isEqualTo("21.5");
    assertThat(delivery.getEnvelope().getExchange()).isEqualTo("amq.topic");
    assertThat(delivery.getEnvelope().getRoutingKey()).isEqualTo("sensors.kitchen%2Enorth");
    AMQP.BasicProperties got = delivery.getProperties();
    assertThat(got.getContentType()).isEqualTo("text/plain");
    assertThat(got.getContentEncoding()).isEqualTo("utf-8");
    assertThat(got.getDeliveryMode()).isEqualTo(2);
    assertThat(got.getCorrelationId()).isEqualTo("job 7");
    assertThat(got.getReplyTo()).isEqualTo("/topic/answers.to%2Eme");
    assertThat(got.getExpiration()).isEqualTo("60000");
    assertThat(text(got, "x-reply-to-topic")).isEqualTo("answers.to%2Eme");
    assertThat(text(got, "unit")).isEqualTo("C");
    assertThat(header(got, "tag")).isInstanceOf(List.class).hasToString("[a, b]");
  }

  private static String text(AMQP.BasicProperties properties, String header) {
    Object value = header(properties, header);
    assertThat(value).isInstanceOf(LongString.class);
    return value.toString();
  }

  private static Object header(AMQP.BasicProperties properties, String name) {
    return Objects.requireNonNull(properties.getHeaders().get(name));
  }

  @Test
  void aCommandReachesAnMqttClientWithItsProperties() throws Exception {
    subscribe("commands/+", 1);
    AMQP.BasicProperties properties = new AMQP.BasicProperties.Builder()
        .deliveryMode(2)
        .contentType("application/json")
        .contentEncoding("utf-8")
        .correlationId("c 1")
        .replyTo("/topic/answers.here")
        .expiration("60000")
        .headers(Map.of("count", 3, "deep", Map.of("a", List.of(1, true))))
        .build();
    channel.basicPublish("amq.topic", "commands.open", properties, "{}".getBytes(UTF_8));

    Received got = next();
    assertThat(got.topic()).isEqualTo("commands/open");
    assertThat(got.text()).isEqualTo("{}");
    assertThat(got.message().getQos()).isEqualTo(1);
    MqttProperties said = got.message().getProperties();
    assertThat(said.getContentType()).isEqualTo("application/json");
    assertThat(said.getPayloadFormat()).isTrue();
    assertThat(new String(said.getCorrelationData(), UTF_8)).isEqualTo("c 1");
    assertThat(said.getResponseTopic()).isEqualTo("answers/here");
    assertThat(said.getMessageExpiryInterval()).isBetween(50L, 60L);
    assertThat(said.getUserProperties())
        .extracting(pair -> pair.getKey() + "=" + pair.getValue())
        .containsExactlyInAnyOrder("count=3", "deep={\"a\":[1,true]}");
  }

  @Test
  void transientAmqpMessagesArriveWithQos0() throws Exception {
    subscribe("transient/#", 2);
    channel.basicPublish("amq.topic", "transient.x", null, "x".getBytes(UTF_8));
    assertThat(next().message().getQos()).isZero();
  }

  @Test
  void aRequestOfMqttIsAnsweredByAmqp() throws Exception {
    subscribe("replies/#", 1);
    BlockingQueue<Delivery> requests = consume("requests");
    MqttMessage request = new MqttMessage("6 x 7".getBytes(UTF_8));
    MqttProperties properties = new MqttProperties();
    properties.setResponseTopic("replies/a.b/+c".replace("+", "p"));
    properties.setCorrelationData(new byte[] {0, (byte) 0xFF});
    request.setProperties(properties);
    client.publish("requests", request);

    Delivery got = next(requests);
    AMQP.BasicProperties answer = new AMQP.BasicProperties.Builder()
        .headers(Map.of("x-correlation-id", header(got.getProperties(), "x-correlation-id")))
        .build();
    channel.basicPublish(
        "amq.topic", text(got.getProperties(), "x-reply-to-topic"), answer, "42".getBytes(UTF_8));
    Received reply = next();
    assertThat(reply.topic()).isEqualTo("replies/a.b/pc");
    assertThat(reply.text()).isEqualTo("42");
    assertThat(reply.message().getProperties().getCorrelationData()).containsExactly(0, 0xFF);
  }

  @Test
  void aServerThatKnowsOnlyQueuesAnswersMqtt() throws Exception {
    subscribe("replies/#", 1);
    String queue = channel.queueDeclare("rpc_queue", false, false, true, null).getQueue();
    channel.queueBind(queue, "amq.topic", "square");
    // As in every tutorial.
    channel.basicConsume(
        queue,
        true,
        (tag, request) -> channel.basicPublish(
            "",
            request.getProperties().getReplyTo(),
            new AMQP.BasicProperties.Builder()
                .correlationId(request.getProperties().getCorrelationId())
                .build(),
            "42".getBytes(UTF_8)),
        tag -> {});
    for (byte[] correlation : List.of("text".getBytes(UTF_8), new byte[] {0, (byte) 0xFF, 7})) {
      MqttMessage request = new MqttMessage("6 x 7".getBytes(UTF_8));
      MqttProperties properties = new MqttProperties();
      properties.setResponseTopic("replies/a.b/c");
      properties.setCorrelationData(correlation);
      request.setProperties(properties);
      client.publish("square", request);
      Received reply = next();
      assertThat(reply.topic()).isEqualTo("replies/a.b/c");
      assertThat(reply.text()).isEqualTo("42");
      assertThat(reply.message().getProperties().getCorrelationData()).isEqualTo(correlation);
    }
  }

  @Test
  void aRequestOfAmqpIsAnsweredByMqtt() throws Exception {
    subscribe("questions", 1);
    String queue = channel.queueDeclare().getQueue();
    BlockingQueue<Delivery> answers = consumeFrom(queue);
    AMQP.BasicProperties asking =
        new AMQP.BasicProperties.Builder().replyTo(queue).correlationId("q").build();
    channel.basicPublish("amq.topic", "questions", asking, "6 x 7".getBytes(UTF_8));
    Received question = next();
    String responseTopic = question.message().getProperties().getResponseTopic();
    assertThat(responseTopic).isEqualTo("$queue/" + queue);
    MqttMessage answer = new MqttMessage("42".getBytes(UTF_8));
    answer.setQos(1);
    MqttProperties properties = new MqttProperties();
    properties.setCorrelationData(question.message().getProperties().getCorrelationData());
    answer.setProperties(properties);
    client.publish(responseTopic, answer);
    Delivery got = next(answers);
    assertThat(new String(got.getBody(), UTF_8)).isEqualTo("42");
    assertThat(got.getProperties().getCorrelationId()).isEqualTo("q");
  }

  @Test
  void aTopicThatIsTooLongForARoutingKeyIsInAHeader() throws Exception {
    BlockingQueue<Delivery> deliveries = consume("long.#");
    String topic = "long/" + "x".repeat(65_530);
    client.publish(topic, "x".getBytes(UTF_8), 1, false);
    Delivery got = next(deliveries);
    assertThat(got.getEnvelope().getRoutingKey()).isEmpty();
    assertThat(text(got.getProperties(), "x-routing-key")).isEqualTo(topic.replace('/', '.'));
    assertThat(got.getProperties().getHeaders())
        .as("both would not go into a frame")
        .containsKey("x-origin-user")
        .doesNotContainKey("x-origin-topic");
  }

  @Test
  void topicsRoundTripWhateverIsInThem() throws Exception {
    subscribe("round/#", 1);
    BlockingQueue<Delivery> deliveries = consume("round.#");
    for (String topic : List.of(
        "round/a.b/c",
        "round//x/",
        "round/50%",
        "round/%2E",
        "round/*/y",
        "round/%2F",
        "round/a b")) {
      client.publish(topic, "x".getBytes(UTF_8), 1, false);
      assertThat(next().topic()).isEqualTo(topic);
      String key = next(deliveries).getEnvelope().getRoutingKey();
      channel.basicPublish("amq.topic", key, null, "back".getBytes(UTF_8));
      assertThat(next().topic()).isEqualTo(topic);
      next(deliveries);
    }
  }

  @Test
  void aSessionWithoutItsClientIsAQueueThatAmqpCanRead() throws Exception {
    org.eclipse.paho.client.mqttv3.MqttClient three = new org.eclipse.paho.client.mqttv3.MqttClient(
        broker.mqttUrl(), "three", new org.eclipse.paho.client.mqttv3.persist.MemoryPersistence());
    MqttConnectOptions options = new MqttConnectOptions();
    options.setCleanSession(false);
    three.connect(options);
    three.subscribe("kept/#", 1);
    three.disconnect();
    AMQP.BasicProperties persistent =
        new AMQP.BasicProperties.Builder().deliveryMode(2).build();
    channel.basicPublish("amq.topic", "kept.1", persistent, "one".getBytes(UTF_8));
    channel.basicPublish("amq.topic", "kept.2", persistent, "two".getBytes(UTF_8));
    BlockingQueue<Delivery> stolen = new LinkedBlockingQueue<>();
    org.awaitility.Awaitility.await().until(() -> {
      var got = channel.basicGet("mqtt-subscription-three", true);
      if (got != null) {
        stolen.add(new Delivery(got.getEnvelope(), got.getProps(), got.getBody()));
      }
      return got != null;
    });
    assertThat(next(stolen).getBody()).asString(UTF_8).isEqualTo("one");

    BlockingQueue<String> arrived = new LinkedBlockingQueue<>();
    three.setCallback(new org.eclipse.paho.client.mqttv3.MqttCallback() {
      @Override
      public void connectionLost(Throwable cause) {}

      @Override
      public void messageArrived(String topic, org.eclipse.paho.client.mqttv3.MqttMessage message) {
        arrived.add(topic + " " + message);
      }

      @Override
      public void deliveryComplete(org.eclipse.paho.client.mqttv3.IMqttDeliveryToken token) {}
    });
    three.connect(options);
    assertThat(arrived.poll(30, TimeUnit.SECONDS)).isEqualTo("kept/2 two");
    three.disconnect();
    three.close();
  }
}
