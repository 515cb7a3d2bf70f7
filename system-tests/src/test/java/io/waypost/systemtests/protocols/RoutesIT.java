package io.waypost.systemtests.protocols;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.BuiltinExchangeType;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.Delivery;
import io.waypost.systemtests.Program;
import io.waypost.systemtests.WaypostProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttMessage;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Routes of the packaged broker, between clients of each protocol, before and after it is killed. */
class RoutesIT {
  private static final String ROUTES = """
      routes:
        - name: temperatures
          match:
            protocol: mqtt
            topic: sensors/{site}/{device}/temp
          to:
            exchange: telemetry
            key: temp.{site}
          headers:
            device: "{device}"
          persistent: true
        - name: commands
          match:
            protocol: [amqp, stomp]
            exchange: commands
            key: "{site}.{command#}"
          to:
            topic: devices/{site}/do/{command}
          copy: true
      """;
  private static final String DECLARED =
      "{\"match\": {\"topic\": \"alarms/#\"}, \"to\": {\"exchange\": \"telemetry\","
          + " \"key\": \"temp.alarm\"}, \"copy\": true}";

  private final Path folder;
  private final BlockingQueue<String> received = new LinkedBlockingQueue<>();

  RoutesIT(@TempDir Path folder) {
    this.folder = folder;
  }

  private Program launch(String configuration) throws IOException {
    Path file = folder.resolve("waypost.yml");
    Files.writeString(file, configuration);
    return WaypostProcess.launch(folder, Map.of("WAYPOST_CONFIG", file.toString()));
  }

  @Test
  void messagesGoWhereTheRulesSayBeforeAndAfterAKill() throws Exception {
    WaypostProcess first = WaypostProcess.started(launch(ROUTES));
    try {
      try (Connection connection = connect(first)) {
        Channel channel = connection.createChannel();
        channel.exchangeDeclare("telemetry", BuiltinExchangeType.TOPIC, true);
        channel.exchangeDeclare("commands", BuiltinExchangeType.TOPIC, true);
        channel.queueDeclare("readings", true, false, false, null);
        channel.queueBind("readings", "telemetry", "temp.#");
        channel.queueDeclare("orders", true, false, false, null);
        channel.queueBind("orders", "commands", "#");
        channel.queueDeclare("topics", true, false, false, null);
        channel.queueBind("topics", "amq.topic", "#");
        assertThat(put(first, "alarms", DECLARED)).isEqualTo(201);
        exchangeMessages(first, channel);
      }
    } finally {
      first.kill();
    }
    try (WaypostProcess second = WaypostProcess.started(launch(ROUTES));
        Connection connection = connect(second)) {
      exchangeMessages(second, connection.createChannel());
      HttpResponse<String> shown = send(second, "GET", "/api/routes/%2F", "");
      assertThat(shown.body())
          .contains("\"name\":\"temperatures\",\"source\":\"config\"")
          .contains("\"name\":\"alarms\",\"source\":\"api\"");
      assertThat(put(second, "temperatures", DECLARED)).isEqualTo(400);
      assertThat(send(second, "DELETE", "/api/routes/%2F/commands", "").body())
          .contains("is part of the configuration, and is changed there only");
    }
  }

  private void exchangeMessages(WaypostProcess broker, Channel channel) throws Exception {
    MqttClient device =
        new MqttClient("tcp://127.0.0.1:" + broker.port("mqtt"), "device", new MemoryPersistence());
    device.connect();
    device.subscribe(
        new String[] {"sensors/#", "devices/#"},
        new int[] {1, 1},
        new org.eclipse.paho.client.mqttv3.IMqttMessageListener[] {this::arrived, this::arrived});
    // What was acknowledged just before a kill may come again.
    for (String queue : List.of("readings", "orders", "topics")) {
      channel.queuePurge(queue);
    }
    BlockingQueue<Delivery> readings = consume(channel, "readings");
    BlockingQueue<Delivery> orders = consume(channel, "orders");
    BlockingQueue<Delivery> topics = consume(channel, "topics");

    for (int qos = 0; qos <= 2; qos++) {
      MqttMessage reading = new MqttMessage(("2" + qos).getBytes(UTF_8));
      reading.setQos(qos);
      device.publish("sensors/ber.lin/d7/temp", reading);
      Delivery delivery = next(readings);
      assertThat(new String(delivery.getBody(), UTF_8)).isEqualTo("2" + qos);
      assertThat(delivery.getEnvelope().getExchange()).isEqualTo("telemetry");
      assertThat(delivery.getEnvelope().getRoutingKey()).isEqualTo("temp.ber%2Elin");
      assertThat(delivery.getProperties().getDeliveryMode()).isEqualTo(2);
      assertThat(delivery.getProperties().getHeaders().get("device")).hasToString("d7");
    }

    channel.confirmSelect();
    channel.basicPublish("commands", "berlin.heat.on", command("c 1"), "22".getBytes(UTF_8));
    channel.waitForConfirmsOrDie(TimeUnit.SECONDS.toMillis(60));
    assertThat(next(orders).getEnvelope().getRoutingKey()).isEqualTo("berlin.heat.on");
    Delivery topic = next(topics);
    assertThat(topic.getEnvelope().getRoutingKey()).isEqualTo("devices.berlin.do.heat.on");
    assertThat(topic.getProperties().getCorrelationId()).isEqualTo("c 1");
    // Readings were moved: none of them comes before this.
    assertThat(received.poll(60, TimeUnit.SECONDS)).isEqualTo("devices/berlin/do/heat/on 22 1");

    stomp(broker, "/exchange/commands/paris.stop");
    assertThat(next(orders).getEnvelope().getRoutingKey()).isEqualTo("paris.stop");
    assertThat(next(topics).getEnvelope().getRoutingKey()).isEqualTo("devices.paris.do.stop");
    assertThat(received.poll(60, TimeUnit.SECONDS)).isEqualTo("devices/paris/do/stop now 0");

    device.publish("alarms/fire", new MqttMessage("!".getBytes(UTF_8)));
    assertThat(next(readings).getEnvelope().getRoutingKey()).isEqualTo("temp.alarm");
    assertThat(next(topics).getEnvelope().getRoutingKey()).isEqualTo("alarms.fire");
    device.disconnect();
    device.close();
  }

  private void arrived(String topic, MqttMessage message) {
    received.add(topic + " " + new String(message.getPayload(), UTF_8) + " " + message.getQos());
  }

  private static AMQP.BasicProperties command(String correlation) {
    return new AMQP.BasicProperties.Builder()
        .deliveryMode(2)
        .correlationId(correlation)
        .build();
  }

  /** Sends a message and waits for the receipt. */
  private static void stomp(WaypostProcess broker, String destination) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), broker.port("stomp"))) {
      socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(60));
      String frames = "CONNECT\naccept-version:1.2\nhost:/\nlogin:guest\npasscode:guest\n\n\0"
          + "SEND\ndestination:" + destination + "\nreceipt:r\n\nnow\0";
      socket.getOutputStream().write(frames.getBytes(UTF_8));
      StringBuilder answer = new StringBuilder();
      while (!answer.toString().contains("receipt-id:r")) {
        int next = socket.getInputStream().read();
        assertThat(next).as("%s", answer).isNotNegative();
        answer.append((char) next);
      }
    }
  }

  @Test
  void aRuleThatCannotBeUsedKeepsTheBrokerFromStarting() throws Exception {
    try (Program broker = launch(ROUTES.replace("temp.{site}", "temp.{sit}"))) {
      assertThat(broker.awaitExit()).isEqualTo(78);
      assertThat(broker.output())
          .contains("waypost.yml, line 8: route temperatures: to.key: {sit} stands for nothing;"
              + " known are site, device, client, user, protocol, exchange, key, topic");
    }
  }

  private static Connection connect(WaypostProcess broker) throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setHost("127.0.0.1");
    factory.setPort(broker.port("amqp"));
    return factory.newConnection();
  }

  private static BlockingQueue<Delivery> consume(Channel channel, String queue) throws Exception {
    BlockingQueue<Delivery> deliveries = new LinkedBlockingQueue<>();
    channel.basicConsume(queue, true, (tag, delivery) -> deliveries.add(delivery), tag -> {});
    return deliveries;
  }

  private static Delivery next(BlockingQueue<Delivery> deliveries) throws InterruptedException {
    Delivery next = deliveries.poll(60, TimeUnit.SECONDS);
    assertThat(next).isNotNull();
    return next;
  }

  private static int put(WaypostProcess broker, String route, String rule) throws Exception {
    return send(broker, "PUT", "/api/routes/%2F/" + route, rule).statusCode();
  }

  private static HttpResponse<String> send(
      WaypostProcess broker, String method, String path, String body) throws Exception {
    String login = Base64.getEncoder().encodeToString("guest:guest".getBytes(UTF_8));
    HttpRequest request = HttpRequest.newBuilder(
            URI.create("http://127.0.0.1:" + broker.port("http") + path))
        .header("Authorization", "Basic " + login)
        .timeout(Duration.ofSeconds(60))
        .method(method, BodyPublishers.ofString(body))
        .build();
    return HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
  }
}
