package io.waypost.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.waypost.broker.Administration;
import io.waypost.broker.Broker;
import io.waypost.broker.BrokerException;
import io.waypost.broker.ClientInfo;
import io.waypost.broker.Consumer;
import io.waypost.broker.ConsumerHandle;
import io.waypost.broker.ConsumerSpec;
import io.waypost.broker.Delivery;
import io.waypost.broker.ErrorCode;
import io.waypost.broker.Identity;
import io.waypost.broker.Inspector;
import io.waypost.broker.Permissions;
import io.waypost.broker.PublishListener;
import io.waypost.broker.PublishOutcome;
import io.waypost.broker.QueueSpec;
import io.waypost.broker.QueueStatus;
import io.waypost.broker.Session;
import io.waypost.broker.SessionListener;
import io.waypost.loop.LoopGroup;
import io.waypost.loop.ThreadLoop;
import io.waypost.message.Headers;
import io.waypost.message.Message;
import io.waypost.message.Properties;
import io.waypost.store.Definition;
import io.waypost.store.DefinitionStore;
import io.waypost.store.MemoryDefinitionStore;
import io.waypost.store.MemoryStore;
import io.waypost.store.MessageStore;
import io.waypost.store.log.LogStore;
import io.waypost.store.log.StoreSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A broker on two loops with threads, and clients whose every wish is carried out on their own loop. */
final class BrokerFixture implements AutoCloseable {
  static final String HOST = "/";
  static final Identity ADMIN = new Identity("guest", Set.of("administrator"));

  final List<ThreadLoop> loops = ThreadLoop.group(2);
  final LoopGroup group = new LoopGroup(List.copyOf(loops));
  final DefinitionStore definitions;
  final LocalBroker broker;

  BrokerFixture() {
    this(1L << 40, new MemoryDefinitionStore());
  }

  BrokerFixture(long memoryLimit, DefinitionStore definitions) {
    this(memoryLimit, definitions, RouteSettings.NONE);
  }

  BrokerFixture(long memoryLimit, DefinitionStore definitions, RouteSettings routes) {
    this.definitions = definitions;
    this.broker = start(memoryLimit, new MemoryStore(group), routes);
  }

  /** A broker with what is in the folder. */
  BrokerFixture(long memoryLimit, Path folder) {
    try {
      LogStore store = LogStore.open(folder, StoreSettings.defaults(), group, List.of());
      this.definitions = store.definitions();
      this.broker = start(memoryLimit, store, RouteSettings.NONE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private LocalBroker start(long memoryLimit, MessageStore messages, RouteSettings routes) {
    // There is a user already, so that no time goes into hashing a password.
    definitions.put(new Definition.VirtualHost(HOST, ""));
    definitions.put(new Definition.User(ADMIN.user(), "", ADMIN.tags()));
    definitions.put(new Definition.Grant(HOST, ADMIN.user(), new Permissions(".*", ".*", ".*")));
    BrokerSettings settings = new BrokerSettings(
        new Broker.Limits(1 << 24, HOST, 100),
        memoryLimit,
        "guest",
        "guest",
        Set.of(),
        Duration.ofSeconds(5),
        routes);
    return LocalBroker.start(settings, group, messages, definitions);
  }

  Administration administration() {
    return broker.administration(ADMIN);
  }

  /** Adds a user with these permissions. */
  void user(String name, String configure, String write, String read) {
    join(administration().putUser(name, null, Set.of()));
    join(administration().putPermissions(HOST, name, new Permissions(configure, write, read)));
  }

  Client open(int loop) {
    return open("guest", loop);
  }

  Client open(String user, int loop) {
    return open(user, HOST, loop);
  }

  Client open(String user, String virtualHost, int loop) {
    return open(user, virtualHost, "test", "", loop);
  }

  Client open(String user, String virtualHost, String protocol, String clientId, int loop) {
    Client client = new Client(loops.get(loop));
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
    ClientInfo info =
        new ClientInfo(protocol, "1", clientId, address, address, false, "NONE", Headers.empty());
    client.session =
        join(broker.open(new Identity(user, Set.of()), virtualHost, info, client.loop, client));
    return client;
  }

  Inspector.QueueInfo queue(String name) {
    return broker.inspector().queue(HOST, name).orElseThrow();
  }

  boolean hasQueue(String name) {
    return broker.inspector().queue(HOST, name).isPresent();
  }

  /** Waits for a stage, and throws what it fails with. */
  static <T extends @Nullable Object> T join(CompletionStage<T> stage) {
    try {
      return stage.toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof BrokerException refusal ? refusal : e;
    }
  }

  static void until(Runnable assertion) {
    await()
        .atMost(Duration.ofMinutes(1))
        .pollInterval(Duration.ofMillis(2))
        .untilAsserted(assertion::run);
  }

  static QueueSpec durable(String name) {
    return new QueueSpec(name, true, false, false, Headers.empty());
  }

  static QueueSpec exclusive(String name) {
    return new QueueSpec(name, false, true, false, Headers.empty());
  }

  static QueueSpec with(String name, Map<String, ?> arguments) {
    return new QueueSpec(name, true, false, false, Headers.of(arguments));
  }

  @Override
  public void close() {
    broker.close();
    loops.forEach(ThreadLoop::close);
    loops.forEach(loop -> assertThat(loop.failures()).isEmpty());
  }

  /** A client that does as an adapter would. */
  static final class Client implements SessionListener {
    final ThreadLoop loop;
    final List<String> events = new CopyOnWriteArrayList<>();
    final List<PublishOutcome> outcomes = new CopyOnWriteArrayList<>();

    @Nullable
    Session session;

    Client(ThreadLoop loop) {
      this.loop = loop;
    }

    Session session() {
      return Objects.requireNonNull(session);
    }

    /** Makes a request on the loop and waits for its answer. */
    <T extends @Nullable Object> T ask(Function<Session, CompletionStage<T>> request) {
      return join(start(request));
    }

    /** Makes a request on the loop. */
    <T extends @Nullable Object> CompletableFuture<T> start(
        Function<Session, CompletionStage<T>> request) {
      return CompletableFuture.supplyAsync(() -> request.apply(session()), loop)
          .thenCompose(answer -> answer);
    }

    /** Does something on the loop and waits until it is done. */
    void run(Runnable action) {
      join(CompletableFuture.runAsync(action, loop));
    }

    <T extends @Nullable Object> T get(Supplier<T> action) {
      return join(CompletableFuture.supplyAsync(action, loop));
    }

    QueueStatus declare(QueueSpec queue) {
      return ask(one -> one.declareQueue(queue));
    }

    void publish(String exchange, String key, byte[] body) {
      run(() -> send(exchange, key, body, Properties.EMPTY, PublishListener.NONE));
    }

    void publish(String queue, String body) {
      run(() -> send(
          "",
          queue,
          body.getBytes(StandardCharsets.UTF_8),
          Properties.EMPTY,
          (token, outcome) -> outcomes.add(outcome)));
    }

    /** Publishes; on the loop. */
    void send(
        String exchange, String key, byte[] body, Properties properties, PublishListener told) {
      session().publish(Message.of(exchange, key, body, properties, session().origin()), 0, told);
    }

    Receiver consume(String queue, int credit) {
      Receiver receiver = new Receiver(this);
      ConsumerHandle handle = ask(one -> one.consume(queue, spec(false), receiver));
      run(() -> handle.addCredit(credit));
      receiver.handle = handle;
      return receiver;
    }

    void close() {
      run(() -> session().close());
    }

    String lastEvent() {
      return events.isEmpty() ? "" : events.get(events.size() - 1);
    }

    @Override
    public void blocked(String reason) {
      events.add("blocked");
    }

    @Override
    public void unblocked() {
      events.add("unblocked");
    }

    @Override
    public void mayPublish(boolean may) {
      events.add(may ? "go on" : "wait");
    }

    @Override
    public void closed(BrokerException why) {
      events.add(why.code().toString());
      session().close();
    }
  }

  static ConsumerSpec spec(boolean autoAccept) {
    return new ConsumerSpec("tag", 1, autoAccept, false, 0, 0, Headers.empty());
  }

  /** A consumer that remembers. */
  static final class Receiver implements Consumer {
    final Client client;
    final List<Delivery> deliveries = new CopyOnWriteArrayList<>();

    /** The messages, as they were when they came. */
    final List<Message> messages = new CopyOnWriteArrayList<>();

    final List<ErrorCode> cancellations = new CopyOnWriteArrayList<>();

    @Nullable
    ConsumerHandle handle;

    Receiver(Client client) {
      this.client = client;
    }

    @Override
    public void deliver(Delivery delivery) {
      assertThat(client.loop.inLoop()).isTrue();
      messages.add(delivery.message());
      deliveries.add(delivery);
    }

    List<String> bodies() {
      return messages.stream()
          .map(message -> new String(message.body(), StandardCharsets.UTF_8))
          .toList();
    }

    @Override
    public void cancelled(ErrorCode why) {
      assertThat(client.loop.inLoop()).isTrue();
      cancellations.add(why);
    }
  }
}
