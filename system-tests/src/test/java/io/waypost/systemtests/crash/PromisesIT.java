package io.waypost.systemtests.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import io.waypost.systemtests.WaypostProcess;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What was promised about time, death and length holds over a crash, one promise at a time. */
class PromisesIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int PATIENCE_MILLIS = 60_000;

  @TempDir
  private Path folder;

  private WaypostProcess broker;
  private Client client;
  private Channel channel;

  @AfterEach
  void stop() {
    broker.program().kill();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5000})
  void aDelayedMessageComesOnceWhetherItIsDueBeforeTheCrashOrAfterwards(int millis)
      throws Exception {
    start();
    Map<String, Object> arguments = Map.of("x-delayed-type", "fanout");
    channel.exchangeDeclare("later", "x-delayed-message", true, false, arguments);
    channel.queueDeclare("q", true, false, false, null);
    channel.queueBind("q", "later", "");
    for (int i = 0; i < 100; i++) {
      publish("later", "", properties().headers(Map.of("x-delay", millis)), "letter " + i);
    }
    confirmAndCrash();
    List<String> got = new ArrayList<>();
    await().dontCatchUncaughtExceptions().atMost(PATIENCE).until(() -> {
      got.addAll(all("q"));
      return got.size() >= 100;
    });
    // Nothing is on its way any more when one that was published afterwards has come.
    publish("later", "", properties().headers(Map.of("x-delay", 500)), "the last");
    await().dontCatchUncaughtExceptions().atMost(PATIENCE).until(() -> {
      got.addAll(all("q"));
      return got.contains("the last");
    });
    assertThat(got).doesNotHaveDuplicates().hasSize(101);
  }

  @Test
  void whatExpiresWhileTheBrokerIsDownIsADeadLetterAtTheStart() throws Exception {
    start();
    channel.queueDeclare("dead", true, false, false, null);
    Map<String, Object> arguments =
        Map.of("x-dead-letter-exchange", "", "x-dead-letter-routing-key", "dead");
    channel.queueDeclare("mortal", true, false, false, arguments);
    publish("", "mortal", properties().expiration("1000"), "brief");
    publish("", "mortal", properties().expiration("3600000"), "long");
    confirmAndCrash();
    await()
        .dontCatchUncaughtExceptions()
        .atMost(PATIENCE)
        .until(() -> channel.messageCount("dead") == 1);
    assertThat(all("mortal")).containsExactly("long");
    assertThat(all("dead")).containsExactly("brief");
  }

  @Test
  void aDeadLetterRemembersItsDeath() throws Exception {
    start();
    channel.queueDeclare("dead", true, false, false, null);
    Map<String, Object> arguments =
        Map.of("x-dead-letter-exchange", "", "x-dead-letter-routing-key", "dead");
    channel.queueDeclare("mortal", true, false, false, arguments);
    publish("", "mortal", properties(), "rejected");
    channel.waitForConfirms(PATIENCE_MILLIS);
    channel.basicReject(get("mortal").getEnvelope().getDeliveryTag(), false);
    await()
        .dontCatchUncaughtExceptions()
        .atMost(PATIENCE)
        .until(() -> channel.messageCount("dead") == 1);
    client.close();
    broker.close();
    start();
    assertThat(get("dead").getProps().getHeaders())
        .containsKey("x-death")
        .hasEntrySatisfying(
            "x-first-death-queue", queue -> assertThat(queue).hasToString("mortal"));
    assertThat(channel.messageCount("mortal")).isZero();
  }

  @Test
  void aLimitHoldsAfterTheCrash() throws Exception {
    start();
    channel.queueDeclare("short", true, false, false, Map.of("x-max-length", 3));
    for (int i = 0; i < 10; i++) {
      publish("", "short", properties(), "letter " + i);
    }
    confirmAndCrash();
    assertThat(all("short")).containsExactly("letter 7", "letter 8", "letter 9");
  }

  @Test
  void howOftenAMessageCameBackIsCountedOverARestart() throws Exception {
    start();
    channel.queueDeclare("q", true, false, false, Map.of("x-delivery-limit", 3));
    publish("", "q", properties(), "stubborn");
    channel.waitForConfirms(PATIENCE_MILLIS);
    for (int attempt = 0; attempt < 3; attempt++) {
      channel.basicNack(get("q").getEnvelope().getDeliveryTag(), false, true);
    }
    assertThat(channel.messageCount("q")).isEqualTo(1);
    client.close();
    broker.close();
    start();
    GetResponse fourth = get("q");
    assertThat(fourth.getEnvelope().isRedeliver()).isTrue();
    channel.basicNack(fourth.getEnvelope().getDeliveryTag(), false, true);
    await()
        .dontCatchUncaughtExceptions()
        .atMost(PATIENCE)
        .until(() -> channel.messageCount("q") == 0);
    assertThat(channel.basicGet("q", true)).isNull();
  }

  private void start() throws Exception {
    broker = WaypostProcess.start(folder);
    client = new Client(broker.port("amqp"));
    channel = client.channel();
    channel.confirmSelect();
  }

  private void confirmAndCrash() throws Exception {
    assertThat(channel.waitForConfirms(PATIENCE_MILLIS)).isTrue();
    broker.kill();
    client.awaitEnd();
    start();
  }

  private static BasicProperties.Builder properties() {
    return new BasicProperties.Builder().deliveryMode(2);
  }

  private void publish(String exchange, String key, BasicProperties.Builder properties, String body)
      throws Exception {
    channel.basicPublish(exchange, key, properties.build(), body.getBytes(StandardCharsets.UTF_8));
  }

  private GetResponse get(String queue) throws Exception {
    GetResponse[] got = new GetResponse[1];
    await().dontCatchUncaughtExceptions().atMost(PATIENCE).until(() -> {
      got[0] = channel.basicGet(queue, false);
      return got[0] != null;
    });
    return got[0];
  }

  private List<String> all(String queue) throws Exception {
    List<String> bodies = new ArrayList<>();
    for (GetResponse got = channel.basicGet(queue, true);
        got != null;
        got = channel.basicGet(queue, true)) {
      bodies.add(new String(got.getBody(), StandardCharsets.UTF_8));
    }
    return bodies;
  }
}
