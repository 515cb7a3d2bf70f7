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
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;
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
  private Path folder = Path.of("");

  private @Nullable WaypostProcess running;
  private @Nullable Client connected;
  private @Nullable Channel open;

  @AfterEach
  void stop() {
    if (running != null) {
      running.program().kill();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5000})
  void noDelayedMessageIsLostAndNoneComesTwiceUnflagged(int millis) throws Exception {
    start();
    Map<String, Object> arguments = Map.of("x-delayed-type", "fanout");
    channel().exchangeDeclare("later", "x-delayed-message", true, false, arguments);
    channel().queueDeclare("q", true, false, false, null);
    channel().queueBind("q", "later", "");
    for (int i = 0; i < 100; i++) {
      publish("later", "", properties().headers(Map.of("x-delay", millis)), "letter " + i);
    }
    confirmAndCrash();
    List<GetResponse> got = new ArrayList<>();
    patiently().until(() -> {
      got.addAll(responses("q"));
      return Set.copyOf(bodies(got)).size() >= 100;
    });
    // Nothing is on its way any more when one that was published afterwards has come.
    publish("later", "", properties().headers(Map.of("x-delay", 500)), "the last");
    patiently().until(() -> {
      got.addAll(responses("q"));
      return bodies(got).contains("the last");
    });
    assertThat(Set.copyOf(bodies(got))).hasSize(101);
    // Whatever came again says so.
    got.removeIf(each -> each.getEnvelope().isRedeliver());
    assertThat(bodies(got)).doesNotHaveDuplicates();
    if (millis > 1000) {
      assertThat(got).hasSize(101);
    }
  }

  @Test
  void whatExpiresWhileTheBrokerIsDownIsADeadLetterAtTheStart() throws Exception {
    start();
    channel().queueDeclare("dead", true, false, false, null);
    Map<String, Object> arguments =
        Map.of("x-dead-letter-exchange", "", "x-dead-letter-routing-key", "dead");
    channel().queueDeclare("mortal", true, false, false, arguments);
    publish("", "mortal", properties().expiration("1000"), "brief");
    publish("", "mortal", properties().expiration("3600000"), "long");
    confirmAndCrash();
    patiently().until(() -> channel().messageCount("dead") == 1);
    assertThat(all("mortal")).containsExactly("long");
    assertThat(all("dead")).containsExactly("brief");
  }

  @Test
  void aDeadLetterRemembersItsDeath() throws Exception {
    start();
    channel().queueDeclare("dead", true, false, false, null);
    Map<String, Object> arguments =
        Map.of("x-dead-letter-exchange", "", "x-dead-letter-routing-key", "dead");
    channel().queueDeclare("mortal", true, false, false, arguments);
    publish("", "mortal", properties(), "rejected");
    channel().waitForConfirms(PATIENCE_MILLIS);
    channel().basicReject(get("mortal").getEnvelope().getDeliveryTag(), false);
    patiently().until(() -> channel().messageCount("dead") == 1);
    stopInOrder();
    start();
    assertThat(get("dead").getProps().getHeaders())
        .containsKey("x-death")
        .hasEntrySatisfying(
            "x-first-death-queue", queue -> assertThat(queue).hasToString("mortal"));
    assertThat(channel().messageCount("mortal")).isZero();
  }

  @Test
  void aLimitHoldsAfterTheCrash() throws Exception {
    start();
    channel().queueDeclare("short", true, false, false, Map.of("x-max-length", 3));
    for (int i = 0; i < 10; i++) {
      publish("", "short", properties(), "letter " + i);
    }
    confirmAndCrash();
    assertThat(all("short")).containsExactly("letter 7", "letter 8", "letter 9");
  }

  @Test
  void howOftenAMessageCameBackIsCountedOverARestart() throws Exception {
    start();
    channel().queueDeclare("q", true, false, false, Map.of("x-delivery-limit", 3));
    publish("", "q", properties(), "stubborn");
    channel().waitForConfirms(PATIENCE_MILLIS);
    for (int attempt = 0; attempt < 3; attempt++) {
      channel().basicNack(get("q").getEnvelope().getDeliveryTag(), false, true);
    }
    assertThat(channel().messageCount("q")).isEqualTo(1);
    stopInOrder();
    start();
    GetResponse fourth = get("q");
    assertThat(fourth.getEnvelope().isRedeliver()).isTrue();
    channel().basicNack(fourth.getEnvelope().getDeliveryTag(), false, true);
    patiently().until(() -> channel().messageCount("q") == 0);
    assertThat(channel().basicGet("q", true)).isNull();
  }

  private void start() throws Exception {
    WaypostProcess broker = WaypostProcess.start(folder);
    running = broker;
    Client client = new Client(broker.port("amqp"));
    connected = client;
    open = client.channel();
    channel().confirmSelect();
  }

  private void stopInOrder() throws Exception {
    Objects.requireNonNull(connected).close();
    Objects.requireNonNull(running).close();
  }

  private Channel channel() {
    return Objects.requireNonNull(open);
  }

  private static ConditionFactory patiently() {
    // The clients' threads say a lot when their broker is killed.
    return await().dontCatchUncaughtExceptions().atMost(PATIENCE);
  }

  private void confirmAndCrash() throws Exception {
    assertThat(channel().waitForConfirms(PATIENCE_MILLIS)).isTrue();
    Objects.requireNonNull(running).kill();
    Objects.requireNonNull(connected).awaitEnd();
    start();
  }

  private static BasicProperties.Builder properties() {
    return new BasicProperties.Builder().deliveryMode(2);
  }

  private void publish(String exchange, String key, BasicProperties.Builder properties, String body)
      throws Exception {
    channel()
        .basicPublish(exchange, key, properties.build(), body.getBytes(StandardCharsets.UTF_8));
  }

  private GetResponse get(String queue) throws Exception {
    AtomicReference<@Nullable GetResponse> got = new AtomicReference<>();
    patiently().until(() -> {
      got.set(channel().basicGet(queue, false));
      return got.get() != null;
    });
    return Objects.requireNonNull(got.get());
  }

  private List<String> all(String queue) throws Exception {
    return bodies(responses(queue));
  }

  private List<GetResponse> responses(String queue) throws Exception {
    List<GetResponse> all = new ArrayList<>();
    for (GetResponse got = channel().basicGet(queue, true);
        got != null;
        got = channel().basicGet(queue, true)) {
      all.add(got);
    }
    return all;
  }

  private static List<String> bodies(List<GetResponse> responses) {
    return responses.stream()
        .map(each -> new String(each.getBody(), StandardCharsets.UTF_8))
        .toList();
  }
}
