package io.waypost.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypost.broker.Consumer;
import io.waypost.broker.ConsumerHandle;
import io.waypost.broker.ConsumerSpec;
import io.waypost.broker.Delivery;
import io.waypost.broker.ErrorCode;
import io.waypost.broker.PublishOutcome;
import io.waypost.broker.QueueSpec;
import io.waypost.broker.Session;
import io.waypost.broker.Settlement;
import io.waypost.loop.LoopGroup;
import io.waypost.loop.ManualLoop;
import io.waypost.message.Headers;
import io.waypost.message.Message;
import io.waypost.message.Origin;
import io.waypost.message.Properties;
import io.waypost.store.MemoryStore;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A queue on one loop, a session on the same or another, and what both saw. */
final class QueueFixture implements QueueOwner {
  final List<ManualLoop> loops = ManualLoop.group(2);
  final ManualLoop queueLoop = loops.get(0);
  final MemoryStore store = new MemoryStore(new LoopGroup(List.copyOf(loops)));
  final MemoryPressure pressure;
  final List<Message> dead = new ArrayList<>();
  final List<Boolean> deadAgain = new ArrayList<>();
  final List<PublishOutcome> outcomes = new ArrayList<>();
  final List<Receipt> receipts = new ArrayList<>();
  final Queue queue;
  boolean disused;
  private Runnable onFirstDeath = () -> {};

  QueueFixture(Map<String, ?> arguments) {
    this(arguments, false);
  }

  QueueFixture(Map<String, ?> arguments, boolean autoDelete) {
    this(arguments, autoDelete, null, new MemoryPressure());
  }

  /** A durable queue on that disk. */
  QueueFixture(Map<String, ?> arguments, MapStore disk, MemoryPressure pressure) {
    this(arguments, false, disk, pressure);
  }

  private QueueFixture(
      Map<String, ?> arguments,
      boolean autoDelete,
      @Nullable MapStore disk,
      MemoryPressure pressure) {
    this.pressure = pressure;
    Headers headers = Headers.of(arguments);
    QueueSpec spec = new QueueSpec("q", disk != null, false, autoDelete, headers);
    if (disk != null) {
      disk.restart(queueLoop);
    }
    queue = new Queue(
        "/",
        spec,
        null,
        QueueArguments.settings(headers, Headers.empty(), "q", "/"),
        queueLoop,
        disk == null ? store.open(1, false, queueLoop) : disk,
        pressure,
        this);
    queueLoop.turn(queue::start);
    ManualLoop.settle(loops);
  }

  @Override
  public void deadLetter(
      Queue from, Message message, boolean automatic, boolean again, @Nullable Receipt receipt) {
    if (dead.isEmpty()) {
      onFirstDeath.run();
    }
    dead.add(message);
    deadAgain.add(again);
    if (receipt != null) {
      receipts.add(receipt);
    }
  }

  void onFirstDeath(Runnable action) {
    onFirstDeath = action;
  }

  @Override
  public void disused(Queue unused) {
    disused = true;
    unused.delete(false, false);
  }

  void publish(String... bodies) {
    for (String body : bodies) {
      publish(body, Properties.EMPTY);
    }
  }

  void publish(String body, Properties properties) {
    queueLoop.turn(entry(body, properties));
    ManualLoop.settle(loops);
  }

  /** Publishes within the turn that runs, and lets the rest wait. */
  void enqueue(String body) {
    enqueue(body, Properties.EMPTY);
  }

  void enqueue(String body, Properties properties) {
    queueLoop.run(entry(body, properties));
  }

  private QueueEntry entry(String body, Properties properties) {
    Message message =
        Message.of("x", "key", body.getBytes(StandardCharsets.UTF_8), properties, Origin.BROKER);
    return new QueueEntry(queue, message, 1, outcomes::add);
  }

  /** Takes a message within the turn that runs; it must be in memory. */
  Session.@Nullable Got get(Subscriber session, boolean autoAccept) {
    CompletableFuture<Session.@Nullable Got> got =
        queue.get(session, autoAccept).toCompletableFuture();
    assertThat(got).isDone();
    return got.join();
  }

  /** Ends a session as the engine does, within the turn that runs. */
  void end(Subscriber session) {
    session.end();
    queueLoop.execute(() -> queue.release(session));
  }

  static Properties expiration(String millis) {
    return properties(null, millis);
  }

  static Properties priority(int priority) {
    return properties(priority, null);
  }

  /** Survives a restart in a durable queue. */
  static Properties persistent() {
    return properties(true, null, null);
  }

  /** Survives a restart in a durable queue, but not this time. */
  static Properties persistent(String expiration) {
    return properties(true, null, expiration);
  }

  static Properties properties(@Nullable Integer priority, @Nullable String expiration) {
    return properties(false, priority, expiration);
  }

  static Properties properties(
      boolean persistent, @Nullable Integer priority, @Nullable String expiration) {
    return new Properties(
        null,
        null,
        Headers.empty(),
        persistent,
        priority,
        null,
        null,
        expiration,
        null,
        null,
        null,
        null,
        null,
        null);
  }

  Subscriber session(int number, int loop) {
    return new Subscriber(number, loops.get(loop), "connection " + number, "user");
  }

  Receiver consume(Subscriber session, int credit, ConsumerSpec spec) {
    Receiver receiver = new Receiver(session);
    queueLoop.turn(() -> receiver.handle = queue.attach(spec, receiver, session));
    ManualLoop.settle(loops);
    receiver.credit(credit);
    return receiver;
  }

  Receiver consume(Subscriber session, int credit) {
    return consume(session, credit, spec("tag", false, false, 0));
  }

  static ConsumerSpec spec(String tag, boolean autoAccept, boolean exclusive, int priority) {
    return new ConsumerSpec(tag, 1, autoAccept, exclusive, priority, 0, Headers.empty());
  }

  long count(QueueCounters.Count count) {
    return queue.counters().get(count);
  }

  /** A consumer that remembers what it was given. */
  final class Receiver implements Consumer {
    final Subscriber session;
    final List<Delivery> deliveries = new ArrayList<>();

    /** The bodies, read when they came. */
    final List<String> read = new ArrayList<>();

    final List<ErrorCode> cancellations = new ArrayList<>();
    final List<Boolean> activations = new ArrayList<>();
    private @Nullable ConsumerHandle handle;

    Receiver(Subscriber session) {
      this.session = session;
    }

    @Override
    public void deliver(Delivery delivery) {
      deliveries.add(delivery);
      read.add(body(delivery));
    }

    @Override
    public void cancelled(ErrorCode why) {
      cancellations.add(why);
    }

    @Override
    public void active(boolean active) {
      activations.add(active);
    }

    void credit(int credit) {
      onLoop(() -> addCredit(credit));
    }

    /** Within the turn that runs. */
    void addCredit(int credit) {
      handle().addCredit(credit);
    }

    void settle(int delivery, Settlement how) {
      onLoop(() -> deliveries.get(delivery).settle(how));
    }

    CompletableFuture<Void> drain() {
      CompletableFuture<Void> drained = new CompletableFuture<>();
      onLoop(() -> handle().drain().thenAccept(drained::complete));
      return drained;
    }

    void cancel() {
      onLoop(() -> handle().cancel());
    }

    void onLoop(Runnable action) {
      ((ManualLoop) session.loop()).turn(action);
      ManualLoop.settle(loops);
    }

    List<String> bodies() {
      return List.copyOf(read);
    }

    private ConsumerHandle handle() {
      if (handle == null) {
        throw new IllegalStateException("not attached");
      }
      return handle;
    }
  }

  static String body(Delivery delivery) {
    return new String(delivery.message().body(), StandardCharsets.UTF_8);
  }
}
