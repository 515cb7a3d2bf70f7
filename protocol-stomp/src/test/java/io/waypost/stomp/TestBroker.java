package io.waypost.stomp;

import io.waypost.broker.Administration;
import io.waypost.broker.BindingSpec;
import io.waypost.broker.BrokerException;
import io.waypost.broker.ClientInfo;
import io.waypost.broker.ExchangeSpec;
import io.waypost.broker.Identity;
import io.waypost.broker.Inspector.QueueInfo;
import io.waypost.broker.PublishListener;
import io.waypost.broker.QueueSpec;
import io.waypost.broker.Session;
import io.waypost.broker.SessionListener;
import io.waypost.engine.BrokerSettings;
import io.waypost.engine.LocalBroker;
import io.waypost.loop.Loop;
import io.waypost.message.Headers;
import io.waypost.message.Message;
import io.waypost.message.Properties;
import io.waypost.store.MemoryDefinitionStore;
import io.waypost.store.MemoryStore;
import io.waypost.transport.Connections;
import io.waypost.transport.Endpoint;
import io.waypost.transport.Listener;
import io.waypost.transport.ListenerSettings;
import io.waypost.transport.NettyLoops;
import io.waypost.transport.ProtocolSettings;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A whole broker behind a listener on a free port, for the tests of one class. */
final class TestBroker implements AfterEachCallback, AfterAllCallback {
  private static final int HIGH_WATERMARK = 256 * 1024;
  private static final Identity OPERATOR = new Identity("guest", Set.of("administrator"));

  private final List<StompClient> opened = new ArrayList<>();
  private final NettyLoops loops = NettyLoops.start(2);
  private final LocalBroker broker;
  private final Listener listener;

  TestBroker() {
    this(BrokerSettings.defaults(), ProtocolSettings.defaults("Waypost", "0.0.0"));
  }

  TestBroker(BrokerSettings brokerSettings, ProtocolSettings settings) {
    broker = LocalBroker.start(
        brokerSettings, loops.group(), new MemoryStore(loops.group()), new MemoryDefinitionStore());
    Endpoint endpoint = new Endpoint(new StompProtocol(), broker, settings);
    ListenerSettings stomp = new ListenerSettings("stomp", "127.0.0.1", 0, 128, HIGH_WATERMARK);
    try {
      listener = Listener.bind(stomp, loops, new Connections(1000), endpoint::open);
    } catch (BindException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void afterEach(ExtensionContext context) {
    opened.forEach(StompClient::close);
    opened.clear();
  }

  @Override
  public void afterAll(ExtensionContext context) {
    listener.close();
    broker.close();
    loops.close(Duration.ofSeconds(5));
  }

  LocalBroker broker() {
    return broker;
  }

  Administration administration() {
    return broker.administration(OPERATOR);
  }

  /** A queue as operators see it. */
  Optional<QueueInfo> queue(String name) {
    return broker.inspector().queue("/", name);
  }

  /** How many messages are ready in a queue. */
  int waiting(String name) {
    return (int) queue(name).orElseThrow().ready();
  }

  int port() {
    return listener.address().getPort();
  }

  /** A socket, closed after the test. */
  StompClient socket() throws IOException {
    StompClient client = new StompClient(port());
    opened.add(client);
    return client;
  }

  /** A client of STOMP 1.2 that is logged in as guest. */
  StompClient connect() throws IOException {
    return connect("1.2");
  }

  /** A client that is logged in as guest. */
  StompClient connect(String version) throws IOException {
    StompClient client = socket();
    client.send("CONNECT", "accept-version:" + version, "login:guest", "passcode:guest");
    client.expect("CONNECTED");
    return client;
  }

  // --- what other protocols' clients would do

  void declareQueue(String name, Headers arguments) {
    inSession(session -> session.declareQueue(new QueueSpec(name, true, false, false, arguments)));
  }

  void deleteQueue(String name) {
    inSession(session -> session.deleteQueue(name, false, false));
  }

  void declareExchange(String name, String type) {
    inSession(session -> session.declareExchange(
        new ExchangeSpec(name, type, true, false, false, Headers.empty()), false));
  }

  void deleteExchange(String name) {
    inSession(session -> session.deleteExchange(name, false));
  }

  void bind(String exchange, String queue, String key) {
    inSession(session -> session.bind(BindingSpec.toQueue(exchange, queue, key, Headers.empty())));
  }

  /** Publishes a message as a client of another protocol. */
  void publish(String exchange, String key, Properties properties, byte[] body) {
    inSession(session -> {
      session.publish(
          Message.of(exchange, key, body, properties, session.origin()), 0, PublishListener.NONE);
      return CompletableFuture.completedFuture(null);
    });
  }

  /** Takes a message as a client of another protocol. */
  Message take(String queue) {
    Session.Got got = inSession(session -> session.get(queue, true));
    if (got == null) {
      throw new AssertionError("no message in " + queue);
    }
    return got.delivery().message();
  }

  private <T extends @Nullable Object> T inSession(Function<Session, CompletionStage<T>> work) {
    Loop loop = loops.group().at(0);
    InetSocketAddress local = listener.address();
    ClientInfo client =
        new ClientInfo("test", "1", "", local, local, null, "PLAIN", Headers.empty());
    SessionListener nobody = new SessionListener() {
      @Override
      public void blocked(String reason) {}

      @Override
      public void unblocked() {}

      @Override
      public void mayPublish(boolean may) {}

      @Override
      public void closed(BrokerException why) {}
    };
    CompletableFuture<T> result = CompletableFuture.supplyAsync(
            () -> broker.open(OPERATOR, "/", client, loop, nobody), loop)
        .thenCompose(stage -> stage)
        .thenComposeAsync(
            session -> work.apply(session)
                .handle((value, failure) -> session
                    .close()
                    .thenCompose(closed -> failure == null
                        ? CompletableFuture.completedFuture(value)
                        : CompletableFuture.<T>failedFuture(failure)))
                .thenCompose(stage -> stage),
            loop)
        .toCompletableFuture();
    return result.orTimeout(30, TimeUnit.SECONDS).join();
  }
}
