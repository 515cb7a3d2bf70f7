package io.waypost.systemtests.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.waypost.systemtests.WaypostProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * A publisher and two subscribers with sessions that go on, a broker that is killed again and again while they talk, and
 * connections that are cut: what was published with QoS 1 comes at least once, with QoS 2 exactly once and in order.
 */
class MqttCrashIT {
  private static final long SEED = Long.getLong("crash.seed", System.nanoTime());
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path folder = Path.of("");

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void deliversAtLeastOnceAndExactlyOnceOverFourCrashes() throws Exception {
    run(4);
  }

  @Test
  @Tag("nightly")
  @Timeout(value = 90, unit = TimeUnit.MINUTES)
  void deliversAtLeastOnceAndExactlyOnceOverAHundredCrashes() throws Exception {
    run(100);
  }

  private void run(int rounds) throws Exception {
    System.out.println("crash.seed=" + SEED);
    SplittableRandom random = new SplittableRandom(SEED);
    int port = freePort();
    MqttPublisher publisher = new MqttPublisher(port);
    List<MqttSubscriber> subscribers =
        List.of(new MqttSubscriber(port, "crash-one"), new MqttSubscriber(port, "crash-two"));
    List<MqttWorker> all = List.of(publisher, subscribers.get(0), subscribers.get(1));
    try {
      for (int round = 0; round < rounds; round++) {
        WaypostProcess broker = start(port);
        try {
          if (round == 0) {
            subscribers.forEach(MqttWorker::start);
            until(all, () -> subscribers.stream().allMatch(MqttSubscriber::isSubscribed));
            publisher.start();
          }
          talk(publisher, all, random.nextInt(1, 200));
          all.get(random.nextInt(all.size())).cut();
          talk(publisher, all, random.nextInt(1, 200));
        } finally {
          broker.kill();
        }
      }
      try (WaypostProcess broker = start(port)) {
        talk(publisher, all, 50);
        publisher.stop();
        until(all, publisher::isDone);
        int numbers = publisher.numbers();
        for (MqttSubscriber each : subscribers) {
          until(all, () -> {
            assertThat(each.missing(numbers))
                .as("what never came, crash.seed=" + SEED)
                .isEmpty();
            return true;
          });
          assertThat(each.once())
              .as("what came with QoS 2, crash.seed=" + SEED)
              .containsExactlyElementsOf(
                  IntStream.range(0, numbers).filter(n -> n % 2 == 1).boxed().toList());
        }
        assertThat(broker.program().output()).doesNotContain(" ERROR ");
      }
    } finally {
      for (MqttWorker each : all) {
        each.close();
      }
    }
  }

  private WaypostProcess start(int port) {
    return WaypostProcess.start(folder, "listeners.mqtt.port=" + port);
  }

  private static void talk(MqttPublisher publisher, List<MqttWorker> all, int answers) {
    int enough = publisher.answered() + answers;
    until(all, () -> publisher.answered() >= enough);
  }

  private static void until(
      List<MqttWorker> all, java.util.concurrent.Callable<Boolean> condition) {
    await().atMost(PATIENCE).pollInterval(Duration.ofMillis(5)).untilAsserted(() -> {
      all.forEach(MqttWorker::check);
      assertThat(condition.call()).isTrue();
    });
  }

  private static int freePort() throws IOException {
    try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return any.getLocalPort();
    }
  }
}
