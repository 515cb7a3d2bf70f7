package io.waypost.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypost.broker.Consumer;
import io.waypost.broker.ConsumerHandle;
import io.waypost.broker.ConsumerSpec;
import io.waypost.broker.Delivery;
import io.waypost.broker.ErrorCode;
import io.waypost.broker.PublishOutcome;
import io.waypost.broker.QueueSpec;
import io.waypost.broker.Settlement;
import io.waypost.loop.ManualLoop;
import io.waypost.loop.ManualLoop.ManualClock;
import io.waypost.message.Headers;
import io.waypost.message.Message;
import io.waypost.message.Origin;
import io.waypost.queue.MemoryPressure.Window;
import io.waypost.queue.QueueModel.Known;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Random lives of queues, whose publishers and consumers sit on one loop or two, against {@link QueueModel}. */
class QueueModelTest {
  private static final int STEPS = 150;
  private static final int SEEDS = 10;

  /** Windows so small that queues of a few messages page. */
  private static final Window WIDE = new Window(4, 3000, 2, 3);

  private static final Window NARROW = new Window(1, 600, 1, 1);

  private enum Store {
    MEMORY,
    DISK
  }

  static Stream<Arguments> lives() {
    List<Map<String, ?>> features = List.of(
        Map.of(),
        Map.of("x-max-priority", 3),
        Map.of("x-max-length", 5),
        Map.of("x-max-length", 6, "x-max-priority", 2, "x-message-ttl", 40),
        Map.of("x-max-length-bytes", 60),
        Map.of("x-max-length", 4, "x-overflow", "reject-publish"),
        Map.of("x-max-length-bytes", 80, "x-overflow", "reject-publish-dlx"),
        Map.of("x-message-ttl", 30),
        Map.of("x-single-active-consumer", true),
        Map.of("x-delivery-limit", 2, "x-max-priority", 1));
    return features.stream()
        .flatMap(arguments -> Stream.of(Store.values())
            .flatMap(store -> Stream.of(1, 2)
                .flatMap(loops -> IntStream.range(0, SEEDS)
                    .mapToObj(seed -> Arguments.of(arguments, store, loops, seed)))));
  }

  @ParameterizedTest(name = "{0}, {1}, {2} loops, seed {3}")
  @MethodSource("lives")
  void nothingIsLostDoubledOrOutOfOrder(
      Map<String, ?> arguments, Store store, int loops, int seed) {
    Life life = new Life(arguments, store == Store.DISK, loops, seed);
    for (int i = 0; i < STEPS; i++) {
      life.step();
    }
    life.end();
  }

  private static final class Life {
    final Random random;
    final QueueSpec spec;
    final QueueSettings settings;
    final boolean durable;
    final MapStore disk;
    final QueueModel model;
    final MemoryPressure pressure = new MemoryPressure(WIDE, NARROW);
    List<ManualLoop> loops;
    ManualLoop queueLoop;
    Queue queue;
    final int[] numbers = new int[2];
    final List<Client> clients = new ArrayList<>();
    int sessions;

    Life(Map<String, ?> arguments, boolean durable, int size, int seed) {
      this.durable = durable;
      random = new Random(seed);
      loops = ManualLoop.group(size);
      queueLoop = loops.get(0);
      Headers all = Headers.of(arguments).with("x-dead-letter-exchange", "dlx");
      settings = QueueArguments.settings(all, Headers.empty(), "q", "/");
      spec = new QueueSpec("q", durable, false, false, all);
      disk = new MapStore(queueLoop, durable, 5);
      disk.failWhen(() -> random.nextInt(12) == 0);
      model = new QueueModel(settings, () -> queueLoop.clock().nanos(), disk, durable, this::bury);
      queue = queue();
      clients.add(new Client(any(loops)));
      clients.add(new Client(any(loops)));
    }

    private Queue queue() {
      return new Queue("/", spec, null, settings, queueLoop, model, pressure, model);
    }

    /** What becomes of a dead letter: now, later, or nothing for a while. */
    private @Nullable PublishOutcome bury(Receipt receipt) {
      PublishOutcome outcome =
          random.nextInt(4) == 0 ? PublishOutcome.FAILED : PublishOutcome.ROUTED;
      if (random.nextBoolean()) {
        return outcome;
      }
      queueLoop.execute(() -> receipt.decided(outcome));
      return null;
    }

    /** The broker ends, however it ends, and begins anew. */
    private void restart() {
      settle();
      List<ManualLoop> after = new ArrayList<>();
      for (ManualLoop loop : loops) {
        after.add(new ManualLoop(loop.index(), (ManualClock) loop.clock()));
      }
      loops = after;
      queueLoop = loops.get(0);
      model.restart(queueLoop);
      clients.clear();
      clients.add(new Client(any(loops)));
      clients.add(new Client(any(loops)));
      queue = queue();
      queueLoop.turn(queue::start);
      settle();
    }

    void step() {
      int acts = 1 + random.nextInt(4);
      for (int i = 0; i < acts; i++) {
        act();
        if (random.nextBoolean()) {
          any(loops).runSome(1 + random.nextInt(3));
        }
      }
      settle();
    }

    private void act() {
      Client client = any(clients);
      switch (random.nextInt(16)) {
        case 0, 1, 2, 3 -> client.onLoop(() -> publish(client, 1 + random.nextInt(6)));
        case 4 -> client.onLoop(() -> client.consume(random.nextInt(4) == 0));
        case 5, 6 -> client.onLoop(client::credit);
        case 7, 8, 9, 10 -> client.onLoop(() -> client.settleSome(client.held.size()));
        case 11 -> client.onLoop(client::leaveOne);
        case 12 -> client.onLoop(client::get);
        case 13 -> client.onLoop(client::toggle);
        case 14 -> endSession(client);
        default -> special();
      }
    }

    private void special() {
      switch (random.nextInt(durable ? 6 : 3)) {
        case 0 -> queueLoop.turn(() -> model.purge(queue));
        case 3 -> restart();
        case 4, 5 -> {
          pressure.set(!pressure.isHigh());
          queueLoop.turn(queue::relieve);
        }
        default -> {
          settle();
          ManualLoop.advance(loops, random.nextInt(30));
        }
      }
    }

    private void endSession(Client client) {
      client.onLoop(() -> {
        client.settleSome(2);
        client.close();
      });
      clients.remove(client);
      clients.add(new Client(any(loops)));
    }

    private void settle() {
      boolean ran = true;
      while (ran) {
        ran = any(loops).runSome(1 + random.nextInt(5));
        if (!ran) {
          for (ManualLoop loop : loops) {
            ran |= loop.runSome(1);
          }
        }
      }
      ManualLoop.advance(loops, 0);
      model.settled(queue);
      checkNobodyWaitsInVain();
      long attached =
          clients.stream().mapToLong(client -> client.consumers.size()).sum();
      assertThat(queue.counters().get(QueueCounters.Count.CONSUMERS)).isEqualTo(attached);
    }

    private void checkNobodyWaitsInVain() {
      if (model.ready().isEmpty()) {
        return;
      }
      for (Client client : clients) {
        for (Receiver receiver : client.consumers) {
          boolean itsTurn = !settings.singleActiveConsumer() || receiver.active;
          assertThat(client.writable && receiver.credit > 0 && itsTurn)
              .as("a consumer with credit waits while messages do")
              .isFalse();
        }
      }
    }

    void publish(Client client, int count) {
      int publisher = loops.indexOf(client.loop);
      for (int i = 0; i < count; i++) {
        int number = numbers[publisher]++;
        int priority = random.nextInt(5);
        long own = random.nextInt(8) == 0 ? random.nextInt(3) * 20L : Message.NO_EXPIRY;
        long queues = settings.messageTtl();
        long ttl = own < 0 ? queues : queues < 0 ? own : Math.min(own, queues);
        String body = publisher + "/" + number + " ".repeat(random.nextInt(20));
        Message message = Message.of(
            "x",
            "key",
            body.getBytes(StandardCharsets.UTF_8),
            QueueFixture.properties(
                durable && random.nextInt(4) > 0, priority, own < 0 ? null : Long.toString(own)),
            Origin.BROKER);
        Known known =
            new Known(publisher, number, ttl, Math.min(priority, settings.maxPriority()), message);
        known.persistent = message.persistent();
        model.sent(known);
        QueueEntry entry =
            new QueueEntry(queue, message, 1, outcome -> model.decided(known, outcome));
        if (client.loop == queueLoop) {
          entry.run();
        } else {
          queueLoop.execute(entry);
        }
      }
    }

    /** Everybody leaves, and whoever comes then finds what is left, in order. */
    void end() {
      if (durable) {
        restart();
      }
      List.copyOf(clients).forEach(this::endSession);
      // Dead letters that could not be stored are tried again until they are.
      disk.failWhen(() -> false);
      while (model.dying()) {
        ManualLoop.advance(loops, 5000);
        settle();
      }
      settle();
      List<Known> left = model.ready().stream()
          .filter(known -> known.deadline > queueLoop.clock().nanos())
          .toList();
      Client last = new Client(queueLoop);
      clients.add(last);
      last.onLoop(() -> last.consume(true));
      settle();
      Receiver receiver = last.consumers.get(0);
      last.onLoop(() -> receiver.credit(ConsumerHandle.UNLIMITED));
      settle();
      assertThat(receiver.got).isEqualTo(left);
      endSession(last);
      settle();
      queueLoop.turn(() -> assertThat(queue.delete(true, true)).isZero());
    }

    private <T> T any(List<T> list) {
      return list.get(random.nextInt(list.size()));
    }

    /** A delivery that a session has to settle. */
    private record Held(Known known, Delivery delivery) {}

    /** A session. */
    private final class Client {
      final ManualLoop loop;
      final Subscriber subscriber;
      final List<Receiver> consumers = new ArrayList<>();
      final List<Held> held = new ArrayList<>();
      boolean writable = true;
      boolean closed;
      int autoGets;

      Client(ManualLoop loop) {
        this.loop = loop;
        this.subscriber = new Subscriber(++sessions, loop, "c", "u");
      }

      void onLoop(Runnable action) {
        loop.turn(action);
      }

      void consume(boolean auto) {
        Receiver receiver = new Receiver(this, auto);
        queueLoop.execute(() -> {
          ConsumerHandle handle = queue.attach(receiver.spec, receiver, subscriber);
          loop.execute(() -> {
            if (!closed) {
              receiver.handle = handle;
              consumers.add(receiver);
            }
          });
        });
      }

      void credit() {
        if (!consumers.isEmpty()) {
          any(consumers)
              .credit(random.nextInt(12) == 0 ? ConsumerHandle.UNLIMITED : 1 + random.nextInt(5));
        }
      }

      void settleSome(int most) {
        for (int i = 0; i < most && !held.isEmpty(); i++) {
          Held one = held.remove(random.nextInt(held.size()));
          model.settle(one.known(), one.delivery(), any(List.of(Settlement.values())));
        }
      }

      void leaveOne() {
        if (consumers.isEmpty()) {
          return;
        }
        Receiver receiver = any(consumers);
        if (random.nextBoolean()) {
          receiver.drain();
        } else {
          receiver.handle().cancel().thenRun(() -> consumers.remove(receiver));
        }
      }

      void get() {
        boolean auto = random.nextBoolean();
        if (settings.singleActiveConsumer()) {
          return;
        }
        autoGets += auto ? 1 : 0;
        queueLoop.execute(() -> {
          queue
              .get(subscriber, auto)
              .thenAccept(got -> loop.execute(() -> {
                autoGets -= auto ? 1 : 0;
                if (got != null && !closed) {
                  Known known = model.delivered(got.delivery(), auto);
                  if (!auto) {
                    held.add(new Held(known, got.delivery()));
                  }
                }
              }));
        });
      }

      void toggle() {
        writable = !writable;
        subscriber.writable(writable);
      }

      void close() {
        closed = true;
        subscriber.end();
        queueLoop.execute(() -> queue.release(subscriber));
        held.forEach(one -> model.abandoned(one.known()));
        model.autoAcceptedMayBeLost |=
            autoGets > 0 || consumers.stream().anyMatch(consumer -> consumer.spec.autoAccept());
      }
    }

    /** A consumer. */
    private final class Receiver implements Consumer {
      final Client client;
      final ConsumerSpec spec;

      @Nullable
      ConsumerHandle handle;

      long credit;
      long creditBehindDrain;
      final List<Known> got = new ArrayList<>();
      boolean draining;
      boolean active;

      Receiver(Client client, boolean auto) {
        this.client = client;
        this.spec = new ConsumerSpec("tag", 1, auto, false, random.nextInt(2), 0, Headers.empty());
      }

      ConsumerHandle handle() {
        return Objects.requireNonNull(handle);
      }

      void credit(int more) {
        credit = Math.min(ConsumerHandle.UNLIMITED, credit + more);
        creditBehindDrain = Math.min(ConsumerHandle.UNLIMITED, creditBehindDrain + more);
        handle().addCredit(more);
      }

      void drain() {
        if (!draining) {
          draining = true;
          creditBehindDrain = 0;
          handle().drain().thenRun(() -> {
            draining = false;
            credit = creditBehindDrain;
          });
        }
      }

      @Override
      public void deliver(Delivery delivery) {
        assertThat(client.closed).isFalse();
        assertThat(client.loop.inLoop()).isTrue();
        assertThat(credit).as("credit").isPositive();
        if (credit != ConsumerHandle.UNLIMITED) {
          credit--;
        }
        got.add(model.known(delivery.message()));
        Known known = model.delivered(delivery, spec.autoAccept());
        if (spec.autoAccept()) {
          return;
        }
        if (random.nextInt(4) == 0) {
          model.settle(
              known, delivery, random.nextInt(4) == 0 ? Settlement.REQUEUE : Settlement.ACCEPT);
        } else {
          client.held.add(new Held(known, delivery));
        }
      }

      @Override
      public void cancelled(ErrorCode why) {
        throw new AssertionError("cancelled: " + why);
      }

      @Override
      public void active(boolean now) {
        active = now;
      }
    }
  }
}
