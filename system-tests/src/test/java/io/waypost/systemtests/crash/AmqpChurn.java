package io.waypost.systemtests.crash;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.MessageProperties;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** Declares, binds, fills, purges and deletes queues and exchanges of its own. */
final class AmqpChurn implements Worker {
  /** How names of its queues and exchanges begin. */
  static final String PREFIX = "churn-";

  private static final List<Map<String, Object>> ARGUMENTS = List.of(
      Map.of(),
      Map.of("x-max-priority", 3),
      Map.of("x-max-length", 1000),
      Map.of("x-dead-letter-exchange", "graveyard", "x-dead-letter-routing-key", "nowhere"));
  private static final List<String> TYPES = List.of("direct", "fanout", "topic", "headers");
  private static final int NAMES = 12;

  private final Client client;
  private final int number;
  private final Ledger ledger;
  private final Declared declared;
  private final SplittableRandom random;
  private final CountDownLatch stop;
  private int sent;

  AmqpChurn(
      Client client,
      int number,
      Ledger ledger,
      Declared declared,
      SplittableRandom random,
      CountDownLatch stop) {
    this.client = client;
    this.number = number;
    this.ledger = ledger;
    this.declared = declared;
    this.random = random;
    this.stop = stop;
  }

  /** The names of all its queues, whether they are there or not. */
  static List<String> queues() {
    return IntStream.range(0, NAMES).mapToObj(i -> PREFIX + "q" + i).toList();
  }

  @Override
  public void work() throws Exception {
    Channel channel = client.channel();
    channel.confirmSelect();
    while (!stop.await(random.nextInt(3), TimeUnit.MILLISECONDS)) {
      String queue = PREFIX + "q" + random.nextInt(NAMES);
      String exchange = PREFIX + "x" + random.nextInt(NAMES);
      switch (random.nextInt(10)) {
        case 0, 1 -> declareQueue(channel, queue);
        case 2 -> deleteQueue(channel, queue);
        case 3 -> declareExchange(channel, exchange);
        case 4 -> deleteExchange(channel, exchange);
        case 5, 6 -> bind(channel, exchange, queue);
        case 7 -> unbind(channel);
        case 8 -> publish(channel, queue);
        default -> purge(channel, queue);
      }
    }
    channel.close();
  }

  private boolean isThere(String name) {
    return !declared.names(name::equals).isEmpty();
  }

  private void declareQueue(Channel channel, String queue) throws IOException {
    String name = Things.queue("/", queue);
    if (isThere(name)) {
      return;
    }
    boolean durable = random.nextInt(4) > 0;
    Map<String, Object> arguments = ARGUMENTS.get(random.nextInt(ARGUMENTS.size()));
    String value = Things.queueValue(durable, arguments);
    if (durable) {
      declared.becomes(name, value);
    }
    channel.queueDeclare(queue, durable, false, false, arguments);
    is(name, value, durable);
  }

  private void is(String name, String value, boolean durable) {
    if (durable) {
      declared.is(name, value);
    } else {
      declared.isTransient(name, value);
    }
  }

  private void deleteQueue(Channel channel, String queue) throws IOException {
    String name = Things.queue("/", queue);
    if (isThere(name)) {
      List<String> gone = new ArrayList<>(bindings(" > queue " + queue + " "));
      gone.add(name);
      declared.vanishing(gone);
      ledger.purging(queue);
      channel.queueDelete(queue);
      ledger.deleted(queue);
      declared.vanished(gone);
    }
  }

  private List<String> bindings(String part) {
    return declared.possibleNames(name -> name.startsWith("binding / ") && name.contains(part));
  }

  private void declareExchange(Channel channel, String exchange) throws IOException {
    String name = Things.exchange("/", exchange);
    if (isThere(name)) {
      return;
    }
    boolean durable = random.nextInt(4) > 0;
    String type = TYPES.get(random.nextInt(TYPES.size()));
    String value = Things.exchangeValue(type, durable, Map.of());
    if (durable) {
      declared.becomes(name, value);
    }
    channel.exchangeDeclare(exchange, type, durable);
    is(name, value, durable);
  }

  private void deleteExchange(Channel channel, String exchange) throws IOException {
    String name = Things.exchange("/", exchange);
    if (isThere(name)) {
      List<String> gone = new ArrayList<>(bindings("/ " + exchange + " > "));
      gone.add(name);
      declared.vanishing(gone);
      channel.exchangeDelete(exchange);
      declared.vanished(gone);
    }
  }

  private void bind(Channel channel, String exchange, String queue) throws IOException {
    List<String> ends = List.of(Things.exchange("/", exchange), Things.queue("/", queue));
    if (!ends.stream().allMatch(this::isThere)) {
      return;
    }
    String key = "key." + random.nextInt(3);
    String name = Things.binding("/", exchange, "queue", queue, key);
    boolean durable = ends.stream().allMatch(declared::isLasting);
    if (durable) {
      declared.becomes(name, Things.BOUND);
    }
    channel.queueBind(queue, exchange, key);
    is(name, Things.BOUND, durable);
  }

  private void unbind(Channel channel) throws IOException {
    List<String> bound = bindings("/ " + PREFIX);
    if (!bound.isEmpty()) {
      String name = bound.get(random.nextInt(bound.size()));
      String[] words = name.split(" ", -1);
      declared.vanishing(List.of(name));
      channel.queueUnbind(words[5], words[2], words[6]);
      declared.vanished(List.of(name));
    }
  }

  private void publish(Channel channel, String queue) throws Exception {
    String name = Things.queue("/", queue);
    if (isThere(name) && declared.isLasting(name)) {
      List<MessageId> published = new ArrayList<>();
      for (int left = random.nextInt(10); left >= 0; left--) {
        MessageId id = new MessageId(number, ++sent);
        ledger.publishing(id, List.of(queue), true, 0, 0, false);
        byte[] body = Body.of(id, random.nextInt(500));
        channel.basicPublish("", queue, MessageProperties.MINIMAL_PERSISTENT_BASIC, body);
        published.add(id);
      }
      if (channel.waitForConfirms(TimeUnit.MINUTES.toMillis(1))) {
        published.forEach(ledger::confirmed);
      }
    }
  }

  private void purge(Channel channel, String queue) throws IOException {
    String name = Things.queue("/", queue);
    if (random.nextInt(3) == 0 && isThere(name)) {
      List<MessageId> purged = ledger.purging(queue);
      channel.queuePurge(queue);
      ledger.understood(queue, purged);
    }
  }
}
