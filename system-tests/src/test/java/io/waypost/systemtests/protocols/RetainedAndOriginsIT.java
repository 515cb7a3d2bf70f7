package io.waypost.systemtests.protocols;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.LongString;
import io.waypost.systemtests.WaypostProcess;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.eclipse.paho.mqttv5.client.MqttClient;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** What is retained, and where messages came from, is known after a broker was killed. */
class RetainedAndOriginsIT {
  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path folder = Path.of("");

  private static Connection connect(WaypostProcess broker) throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setHost("127.0.0.1");
    factory.setPort(broker.port("amqp"));
    return factory.newConnection();
  }

  @Test
  void aKilledBrokerKnowsThemAgain() throws Exception {
    WaypostProcess broker = WaypostProcess.start(folder);
    MqttClient device =
        new MqttClient("tcp://127.0.0.1:" + broker.port("mqtt"), "device", new MemoryPersistence());
    try (Connection connection = connect(broker)) {
      Channel channel = connection.createChannel();
      channel.queueDeclare("kept", true, false, false, null);
      channel.queueDeclare("dead", true, false, false, null);
      channel.queueDeclare(
          "dying",
          true,
          false,
          false,
          Map.of(
              "x-message-ttl",
              0,
              "x-dead-letter-exchange",
              "",
              "x-dead-letter-routing-key",
              "dead"));
      channel.queueBind("kept", "amq.topic", "from.device");
      channel.queueBind("dying", "amq.topic", "from.device");
      channel.confirmSelect();
      BasicProperties retain = new BasicProperties.Builder()
          .deliveryMode(2)
          .expiration("3600000")
          .headers(Map.of("x-retain", true))
          .build();
      channel.basicPublish("amq.direct", "last", retain, "value".getBytes(UTF_8));
      channel.waitForConfirmsOrDie(60_000);
      device.connect();
      device.publish("from/device", "reading".getBytes(UTF_8), 1, true);
      device.disconnect();
      device.close();
      await().until(() -> channel.messageCount("dead") == 1);
    }
    broker.kill();
    try (WaypostProcess again = WaypostProcess.start(folder);
        Connection connection = connect(again)) {
      Channel channel = connection.createChannel();
      expectOrigin(channel.basicGet("kept", true));
      // It may have to die again.
      await().until(() -> channel.messageCount("dead") == 1);
      expectOrigin(channel.basicGet("dead", true));
      channel.queueDeclare("asking", true, false, false, null);
      channel.queueBind("asking", "amq.topic", "from.*", Map.of("x-retained", true));
      expectOrigin(channel.basicGet("asking", true));
      channel.queueBind("asking", "amq.direct", "last", Map.of("x-retained", true));
      GetResponse last = channel.basicGet("asking", true);
      assertThat(last.getBody()).asString().isEqualTo("value");
      assertThat(last.getProps().getHeaders()).isEqualTo(Map.of("x-retain", true));
      assertThat(Long.parseLong(last.getProps().getExpiration())).isBetween(1L, 3_599_999L);
    }
  }

  private static void expectOrigin(GetResponse got) {
    assertThat(got).isNotNull();
    assertThat(got.getBody()).asString().isEqualTo("reading");
    Map<String, Object> headers = got.getProps().getHeaders();
    assertThat(text(headers, "x-origin-protocol")).isEqualTo("mqtt");
    assertThat(text(headers, "x-origin-client-id")).isEqualTo("device");
    assertThat(text(headers, "x-origin-user")).isEqualTo("guest");
    assertThat(text(headers, "x-origin-topic")).isEqualTo("from/device");
    assertThat(headers).containsEntry("x-retain", true);
  }

  private static String text(Map<String, Object> headers, String name) {
    Object value = Objects.requireNonNull(headers.get(name));
    assertThat(value).isInstanceOf(LongString.class);
    return value.toString();
  }
}
