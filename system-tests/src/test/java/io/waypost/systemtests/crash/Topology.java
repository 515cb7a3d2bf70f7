package io.waypost.systemtests.crash;

import com.rabbitmq.client.Channel;
import io.waypost.systemtests.crash.Lane.Nature;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The exchanges and queues of the load, which stay. */
final class Topology {
  /** The exchange that keeps messages for a while. */
  static final String DELAYING = "later";
  /** The queue with priorities. */
  static final String PRIORITY = "priority";
  /** The queue that keeps the newest only; all that is published there is persistent and by one publisher at a time. */
  static final String LIMITED = "limited";
  /** The queue that a transactional consumer uses. */
  static final String TRANSACTIONS = "transactions";

  /** The queues. A queue of dead letters comes after those whose messages die. */
  static final List<Lane> LANES = lanes();

  /** The ways to them, those of more use more often. */
  static final List<Route> ROUTES = routes();

  private Topology() {}

  private static List<Lane> lanes() {
    List<Lane> lanes = new ArrayList<>();
    lanes.add(Lane.plain("plain-1", 2));
    lanes.add(Lane.plain("plain-2", 1));
    lanes.add(Lane.plain("backlog-1", 0));
    lanes.add(Lane.plain("backlog-2", 0));
    lanes.add(Lane.plain(TRANSACTIONS, 0));
    for (int i = 0; i < 10; i++) {
      lanes.add(Lane.plain("fan-" + i, i < 2 ? 1 : 0));
    }
    lanes.add(new Lane(PRIORITY, Nature.PLAIN, Map.of("x-max-priority", 5), 1, null));
    lanes.add(new Lane(LIMITED, Nature.LIMITED, Map.of("x-max-length", Lane.LIMIT), 0, null));
    lanes.add(new Lane("delayed", Nature.DELAYED, Map.of(), 1, null));
    lanes.add(new Lane("mortal", Nature.PLAIN, dyingInto("dead"), 1, "dead"));
    Map<String, Object> brief = Map.of(
        "x-message-ttl",
        300,
        "x-dead-letter-exchange",
        "graveyard",
        "x-dead-letter-routing-key",
        "expired");
    lanes.add(new Lane("brief", Nature.EXPIRING, brief, 0, "expired"));
    lanes.add(new Lane("dead", Nature.DEAD, Map.of(), 0, null));
    lanes.add(new Lane("expired", Nature.DEAD, Map.of(), 0, null));
    return List.copyOf(lanes);
  }

  private static Map<String, Object> dyingInto(String queue) {
    return Map.of("x-dead-letter-exchange", "graveyard", "x-dead-letter-routing-key", queue);
  }

  private static List<Route> routes() {
    Route fan =
        new Route("fan", "", IntStream.range(0, 10).mapToObj(i -> "fan-" + i).toList());
    Route topic = new Route("topic", "a.b", List.of("plain-2", "backlog-2"));
    return Stream.of(
            Stream.generate(() -> Route.to("plain-1")).limit(6),
            Stream.generate(() -> Route.to("plain-2")).limit(3),
            Stream.of("backlog-1", PRIORITY, PRIORITY, "mortal", "mortal", "brief", TRANSACTIONS)
                .map(Route::to),
            Stream.of(fan, topic, new Route(DELAYING, "", List.of("delayed"))))
        .flatMap(each -> each)
        .toList();
  }

  /** Declares all of it, each thing noted when the broker has said that it is there. */
  static void declare(Channel channel, Declared declared) throws IOException {
    exchange(channel, declared, "fan", "fanout", Map.of());
    exchange(channel, declared, "topic", "topic", Map.of());
    exchange(channel, declared, "graveyard", "direct", Map.of());
    exchange(channel, declared, DELAYING, "x-delayed-message", Map.of("x-delayed-type", "fanout"));
    for (Lane lane : LANES) {
      channel.queueDeclare(lane.queue(), true, false, false, lane.arguments());
      declared.is(Things.queue("/", lane.queue()), Things.queueValue(true, lane.arguments()));
    }
    for (int i = 0; i < 10; i++) {
      bind(channel, declared, "fan", "fan-" + i, "");
    }
    bind(channel, declared, "topic", "plain-2", "a.*");
    bind(channel, declared, "topic", "backlog-2", "#.b");
    bind(channel, declared, "graveyard", "dead", "dead");
    bind(channel, declared, "graveyard", "expired", "expired");
    bind(channel, declared, DELAYING, "delayed", "");
  }

  private static void exchange(
      Channel channel, Declared declared, String name, String type, Map<String, Object> arguments)
      throws IOException {
    channel.exchangeDeclare(name, type, true, false, arguments);
    declared.is(Things.exchange("/", name), Things.exchangeValue(type, true, arguments));
  }

  private static void bind(
      Channel channel, Declared declared, String exchange, String queue, String key)
      throws IOException {
    channel.queueBind(queue, exchange, key);
    declared.is(Things.binding("/", exchange, "queue", queue, key), Things.BOUND);
  }
}
