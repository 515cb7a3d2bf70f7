package io.waypost.mqtt;

import io.waypost.broker.Broker;
import io.waypost.broker.ExchangeSpec;
import io.waypost.broker.Inspector;
import io.waypost.broker.PublishListener;
import io.waypost.broker.Session;
import io.waypost.loop.Loop;
import io.waypost.loop.Tally;
import io.waypost.loop.Timer;
import io.waypost.message.Headers;
import io.waypost.message.Message;
import io.waypost.message.Origin;
import io.waypost.topic.TopicNames;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the server tells of itself, below {@code $SYS/broker}: the topics that Mosquitto has, retained, each published
 * when its value changed. They have an exchange of their own, so that nobody who binds everything to the usual one gets
 * them. It is made in each virtual host where somebody subscribes.
 *
 * <p>Belongs to one loop; {@link #declare} may be called on any.
 */
final class SystemTopics implements AutoCloseable {
  static final String EXCHANGE = "mqtt.sys";

  private static final Logger log = LoggerFactory.getLogger(SystemTopics.class);
  private static final String ROOT = "$SYS";
  private static final String PREFIX = "$SYS/broker/";
  private static final int[] MINUTES = {1, 5, 15};

  private final Broker broker;
  private final Loop loop;
  private final MqttAdapter adapter;
  private final Duration interval;
  private final String version;
  private final long startedAt;
  private final Map<String, Map<String, String>> told = new ConcurrentHashMap<>();
  private final Map<String, Long> before = new HashMap<>();
  private final Map<String, Double> averages = new HashMap<>();
  private long lastTick;
  private long mostConnected;
  private @Nullable Timer timer;

  /**
   * Silent until {@link #start}.
   *
   * @param interval how often the topics are published; zero for never
   */
  SystemTopics(Broker broker, Loop loop, MqttAdapter adapter, Duration interval, String version) {
    this.broker = broker;
    this.loop = loop;
    this.adapter = adapter;
    this.interval = interval;
    this.version = version;
    this.startedAt = loop.clock().nanos();
    this.lastTick = startedAt;
  }

  /** Whether a topic, or a filter, is about the server. */
  static boolean isSystem(String topic) {
    return topic.startsWith(ROOT)
        && (topic.length() == ROOT.length() || topic.charAt(ROOT.length()) == '/');
  }

  void start() {
    if (!interval.isZero()) {
      timer = loop.schedule(this::tick, interval.toNanos());
    }
  }

  /**
   * Makes the exchange in a virtual host, and has it told what there is to tell.
   *
   * @param session with every right there
   */
  CompletionStage<Void> declare(Session session) {
    ExchangeSpec spec = new ExchangeSpec(EXCHANGE, "topic", false, false, false, Headers.empty());
    return session.declareExchange(spec, false).thenAccept(nothing -> {
      if (told.putIfAbsent(session.virtualHost(), new ConcurrentHashMap<>()) == null
          && !interval.isZero()) {
        loop.execute(this::tellAll);
      }
    });
  }

  private void tick() {
    average();
    tellAll();
    timer = loop.schedule(this::tick, interval.toNanos());
  }

  private void tellAll() {
    if (told.isEmpty()) {
      return;
    }
    Map<String, String> values = values();
    told.forEach((virtualHost, known) -> broker
        .maintain(virtualHost, loop)
        .thenAccept(session -> tell(session, values, known))
        .exceptionally(gone -> {
          log.debug("{} is not told of: {}", virtualHost, gone.getMessage());
          told.remove(virtualHost);
          return null;
        }));
  }

  private static void tell(Session session, Map<String, String> values, Map<String, String> known) {
    values.forEach((name, value) -> {
      if (!value.equals(known.put(name, value))) {
        String topic = PREFIX + name;
        Message message = MqttTranslator.message(
            EXCHANGE,
            TopicNames.key(topic),
            value.getBytes(StandardCharsets.UTF_8),
            new Publication(topic, 0, true, false, false, null),
            Origin.BROKER);
        session.retain(message);
        session.publish(message, 0, PublishListener.NONE);
      }
    });
  }

  private Map<String, String> values() {
    long connected = sum(counters -> counters.connected);
    long sessions = Math.max(connected, adapter.sessions().count());
    mostConnected = Math.max(mostConnected, connected);
    Inspector inspector = broker.inspector();
    Map<String, Object> values = new HashMap<>();
    values.put("version", version);
    values.put(
        "uptime", TimeUnit.NANOSECONDS.toSeconds(loop.clock().nanos() - startedAt) + " seconds");
    values.put("clients/connected", connected);
    values.put("clients/disconnected", sessions - connected);
    values.put("clients/total", sessions);
    values.put("clients/maximum", mostConnected);
    values.put("messages/received", sum(counters -> counters.messagesReceived));
    values.put("messages/sent", sum(counters -> counters.messagesSent));
    values.put("publish/messages/received", sum(counters -> counters.publishesReceived));
    values.put("publish/messages/sent", sum(counters -> counters.publishesSent));
    values.put("messages/malformed", sum(counters -> counters.malformed));
    values.put("publish/messages/dropped", sum(counters -> counters.publishesDropped));
    values.put("bytes/received", sum(counters -> counters.bytesReceived));
    values.put("bytes/sent", sum(counters -> counters.bytesSent));
    values.put("subscriptions/count", sum(counters -> counters.subscriptions));
    values.put("retained messages/count", inspector.retainedMessages(null));
    values.put("store/messages/bytes", inspector.node().memoryUsed());
    Map<String, String> texts = new HashMap<>();
    values.forEach((name, value) -> texts.put(name, value.toString()));
    averages.forEach((name, value) -> texts.put(name, String.format(Locale.ROOT, "%.2f", value)));
    return texts;
  }

  private long sum(Function<MqttCounters, Tally> which) {
    long sum = 0;
    for (LoopRoom room : adapter.rooms()) {
      sum += which.apply(room.counters()).get();
    }
    return sum;
  }

  /** Moving averages of what happens in a minute. */
  private void average() {
    long now = loop.clock().nanos();
    double seconds = Math.max(1e-3, (now - lastTick) / 1e9);
    lastTick = now;
    average("messages/received", sum(counters -> counters.messagesReceived), seconds);
    average("messages/sent", sum(counters -> counters.messagesSent), seconds);
    average("publish/received", sum(counters -> counters.publishesReceived), seconds);
    average("publish/sent", sum(counters -> counters.publishesSent), seconds);
    average("publish/dropped", sum(counters -> counters.publishesDropped), seconds);
    average("bytes/received", sum(counters -> counters.bytesReceived), seconds);
    average("bytes/sent", sum(counters -> counters.bytesSent), seconds);
  }

  private void average(String name, long count, double seconds) {
    Long last = before.put(name, count);
    double rate = (count - (last == null ? 0 : last)) * 60 / seconds;
    for (int minutes : MINUTES) {
      double keep = Math.exp(-seconds / (60.0 * minutes));
      averages.merge(
          "load/" + name + "/" + minutes + "min",
          rate * (1 - keep),
          (average, added) -> average * keep + added);
    }
  }

  @Override
  public void close() {
    loop.execute(() -> {
      if (timer != null) {
        timer.cancel();
      }
    });
  }
}
