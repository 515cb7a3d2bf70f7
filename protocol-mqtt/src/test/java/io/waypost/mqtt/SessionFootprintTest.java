package io.waypost.mqtt;

import static io.waypost.mqtt.Packets.V5;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import javax.management.JMException;
import javax.management.ObjectName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What sessions cost whose clients are away: heap for each, and time for the broker's start. How many is the system
 * property {@code sessions}.
 */
class SessionFootprintTest {
  private static final Logger log = LoggerFactory.getLogger(SessionFootprintTest.class);
  private static final int SESSIONS = Integer.getInteger("sessions", 100_000);
  private static final int AT_ONCE = 64;

  /** Bytes of heap that a session with a subscription may cost. */
  private static final long MOST = Long.getLong("sessions.bytes", 5000);

  @Test
  @Tag("nightly")
  void sessionsThatWaitForTheirClientsCostLittle(@TempDir Path folder) throws Exception {
    assertThat(left(folder)).isLessThan(MOST);
    assertThat(restored(folder)).isLessThan(MOST);
  }

  /** Bytes for each session when its client has left. */
  private static long left(Path folder) throws Exception {
    TestBroker broker = new TestBroker(folder);
    leave(broker, "before", AT_ONCE);
    long before = heap();
    long begin = System.nanoTime();
    leave(broker, "away", SESSIONS);
    Duration took = since(begin);
    long each = (heap() - before) / SESSIONS;
    log.warn("{} sessions in {} s, {} bytes each", SESSIONS, took.toSeconds(), each);
    broker.shutDown();
    return each;
  }

  /** Bytes for each session when the broker was started anew. */
  private static long restored(Path folder) {
    long before = heap();
    long begin = System.nanoTime();
    TestBroker again = new TestBroker(folder);
    RawClient back = again.connect(session("away", SESSIONS - 1));
    back.expectNothing();
    Duration start = since(begin);
    long each = (heap() - before) / SESSIONS;
    log.warn("there again after {} ms, {} bytes each", start.toMillis(), each);
    back.close();
    again.shutDown();
    return each;
  }

  private static Packets.Connect session(String group, int number) {
    return Packets.connect(V5, group + '-' + number).resume().expiry(100_000);
  }

  /** Has so many clients connect, subscribe and leave. */
  private static void leave(TestBroker broker, String group, int clients) throws Exception {
    AtomicInteger next = new AtomicInteger();
    ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
    List<Future<?>> all = new ArrayList<>();
    for (int thread = 0; thread < AT_ONCE; thread++) {
      all.add(threads.submit(() -> {
        for (int i = next.getAndIncrement(); i < clients; i = next.getAndIncrement()) {
          try (RawClient client = RawClient.open(broker.port())) {
            client.send(
                session(group, i).bytes(),
                Packets.subscribe(V5, 1, "devices/" + group + '-' + i + "/commands", 1),
                Packets.disconnect());
            client.expectConnected();
            client.expectSubscribed(1, 1);
            client.expectEnd();
          }
        }
      }));
    }
    for (Future<?> one : all) {
      one.get();
    }
    threads.shutdown();
  }

  private static Duration since(long begin) {
    return Duration.ofNanos(System.nanoTime() - begin);
  }

  /** Bytes of objects that live, once that number does not fall any more: what has just ended lets go of some. */
  private static long heap() {
    AtomicLong least = new AtomicLong(Long.MAX_VALUE);
    await().atMost(Duration.ofMinutes(2)).pollInterval(Duration.ofSeconds(3)).until(() -> {
      long used = liveBytes();
      boolean steady = used > 0.99 * least.get();
      least.accumulateAndGet(used, Math::min);
      return steady;
    });
    return least.get();
  }

  /** As the virtual machine counts them, object by object. */
  private static long liveBytes() throws JMException {
    String histogram = (String) ManagementFactory.getPlatformMBeanServer()
        .invoke(
            new ObjectName("com.sun.management:type=DiagnosticCommand"),
            "gcClassHistogram",
            new Object[] {new String[0]},
            new String[] {String[].class.getName()});
    String[] total = histogram.substring(histogram.lastIndexOf("Total")).trim().split("\\s+", -1);
    return Long.parseLong(total[2]);
  }
}
