package io.waypost.mqtt;

import io.netty.channel.Channel;
import io.waypost.broker.Administration;
import io.waypost.broker.Identity;
import io.waypost.broker.Session;
import io.waypost.engine.BrokerSettings;
import io.waypost.engine.LocalBroker;
import io.waypost.loop.Loop;
import io.waypost.store.MemoryDefinitionStore;
import io.waypost.store.MemoryStore;
import io.waypost.store.log.LogStore;
import io.waypost.store.log.StoreSettings;
import io.waypost.transport.Connections;
import io.waypost.transport.Endpoint;
import io.waypost.transport.Listener;
import io.waypost.transport.ListenerSettings;
import io.waypost.transport.NettyLoops;
import io.waypost.transport.ProtocolSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A whole broker behind a listener on a free port, for the tests of one class. */
final class TestBroker implements AfterEachCallback, AfterAllCallback {
  private static final int HIGH_WATERMARK = 256 * 1024;
  private static final Identity OPERATOR = new Identity("operator", Set.of("administrator"));

  private final List<RawClient> opened = new CopyOnWriteArrayList<>();
  private final NettyLoops loops = NettyLoops.start(2);
  private final LocalBroker broker;
  private final Listener listener;
  private final List<Listener> further = new CopyOnWriteArrayList<>();

  TestBroker() {
    this(BrokerSettings.defaults(), ProtocolSettings.defaults("Waypost", "0.0.0"));
  }

  TestBroker(BrokerSettings brokerSettings, ProtocolSettings settings) {
    this(brokerSettings, settings, null);
  }

  /** A broker that keeps things in a folder. */
  TestBroker(Path folder) {
    this(BrokerSettings.defaults(), ProtocolSettings.defaults("Waypost", "0.0.0"), folder);
  }

  private TestBroker(
      BrokerSettings brokerSettings, ProtocolSettings settings, @Nullable Path folder) {
    broker = folder == null
        ? LocalBroker.start(
            brokerSettings,
            loops.group(),
            new MemoryStore(loops.group()),
            new MemoryDefinitionStore())
        : stored(brokerSettings, folder);
    new MqttProtocol().start(broker, loops.group().at(0), settings);
    Endpoint endpoint = new Endpoint(new MqttProtocol(), broker, settings);
    ListenerSettings mqtt = new ListenerSettings("mqtt", "127.0.0.1", 0, 128, HIGH_WATERMARK);
    try {
      listener = Listener.bind(mqtt, loops, new Connections(1000), endpoint::open);
    } catch (BindException e) {
      throw new IllegalStateException(e);
    }
  }

  /** One more listener, with settings of its own; returns its port. */
  int listen(ProtocolSettings settings) {
    return listen(new Endpoint(new MqttProtocol(), broker, settings)::open);
  }

  /** One more listener, whose channels that fills; returns its port. */
  int listen(Consumer<Channel> opener) {
    ListenerSettings settings = new ListenerSettings("more", "127.0.0.1", 0, 128, HIGH_WATERMARK);
    try {
      Listener more = Listener.bind(settings, loops, new Connections(1000), opener);
      further.add(more);
      return more.address().getPort();
    } catch (BindException e) {
      throw new IllegalStateException(e);
    }
  }

  private LocalBroker stored(BrokerSettings settings, Path folder) {
    try {
      LogStore store = LogStore.open(folder, StoreSettings.defaults(), loops.group(), List.of());
      return LocalBroker.start(settings, loops.group(), store, store.definitions());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void afterEach(ExtensionContext context) {
    opened.forEach(RawClient::close);
    opened.clear();
  }

  @Override
  public void afterAll(ExtensionContext context) {
    shutDown();
  }

  /** Ends the broker, in the order in which the real one ends. */
  void shutDown() {
    listener.close();
    further.forEach(Listener::close);
    broker.close();
    loops.close(Duration.ofSeconds(5));
  }

  LocalBroker broker() {
    return broker;
  }

  Administration administration() {
    return broker.administration(OPERATOR);
  }

  /** How many messages are ready in a queue. */
  int waiting(String queue) {
    return (int) broker.inspector().queue("/", queue).orElseThrow().ready();
  }

  int port() {
    return listener.address().getPort();
  }

  /** Where clients of libraries connect. */
  String url() {
    return "tcp://127.0.0.1:" + port();
  }

  /** A socket, closed after the test. */
  RawClient socket() {
    return kept(RawClient.open(port()));
  }

  /** A client that is closed after the test. */
  RawClient kept(RawClient client) {
    opened.add(client);
    return client;
  }

  /** A client with a clean session in that version of the protocol; it has its CONNACK. */
  RawClient connect(int version, String clientId) {
    return connect(Packets.connect(version, clientId));
  }

  /** A client whose CONNECT is accepted. */
  RawClient connect(Packets.Connect connect) {
    return connect(port(), connect);
  }

  /** A client whose CONNECT is accepted at that port. */
  RawClient connect(int port, Packets.Connect connect) {
    return connect(kept(RawClient.open(port)), connect);
  }

  /** The client when its CONNECT is accepted. */
  RawClient connect(RawClient client, Packets.Connect connect) {
    client.version = connect.version;
    client.send(connect.bytes());
    client.expectConnected();
    return client;
  }

  /** Runs something on a session of the broker's own. */
  <T> T ask(Function<Session, CompletionStage<T>> request) {
    Loop loop = loops.group().at(0);
    return CompletableFuture.supplyAsync(() -> broker.maintain("/", loop), loop)
        .thenCompose(session -> session)
        .thenComposeAsync(request, loop)
        .orTimeout(30, TimeUnit.SECONDS)
        .join();
  }

  /** How many malformed packets were counted. */
  long malformed() {
    Loop loop = loops.group().at(0);
    return MqttAdapter.of(broker, loop, ProtocolSettings.defaults("", "")).rooms().stream()
        .mapToLong(room -> room.counters().malformed.get())
        .sum();
  }
}
