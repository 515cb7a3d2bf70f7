package io.waypost.distribution;

import io.undertow.server.HttpHandler;
import io.waypost.distribution.config.Config;
import io.waypost.distribution.config.ConfigException;
import io.waypost.engine.BrokerSettings;
import io.waypost.engine.LocalBroker;
import io.waypost.loop.Clock;
import io.waypost.management.api.ListenerEntry;
import io.waypost.management.http.HttpServer;
import io.waypost.management.http.ManagementApi;
import io.waypost.management.http.NodeFacts;
import io.waypost.store.log.DamagedStoreException;
import io.waypost.store.log.LogStore;
import io.waypost.transport.BindRefusal;
import io.waypost.transport.Connections;
import io.waypost.transport.Endpoint;
import io.waypost.transport.Listener;
import io.waypost.transport.NettyLoops;
import io.waypost.transport.PortSharing;
import io.waypost.transport.Protocol;
import io.waypost.transport.ProtocolSettings;
import io.waypost.ws.WebSocketDoor;
import java.io.IOException;
import java.net.BindException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The running broker with its ports. Any thread may call, but no loop. */
final class Waypost implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Waypost.class);

  /** On a shared port, how long a connection may take to show its protocol. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** What closing takes when nobody needs to be waited for. */
  private static final Duration LAST_WORDS = Duration.ofSeconds(1);

  private final NettyLoops loops;
  private final Connections connections;
  private final LocalBroker broker;
  private final List<Endpoint> endpoints = new ArrayList<>();
  private final List<Listener> listeners = new ArrayList<>();
  private final List<Served> http = new CopyOnWriteArrayList<>();

  /** An HTTP server under the name of its listener. */
  private record Served(String name, HttpServer server) {}

  private Waypost(NettyLoops loops, Connections connections, LocalBroker broker) {
    this.loops = loops;
    this.connections = connections;
    this.broker = broker;
  }

  /**
   * Starts everything; on return every listener accepts.
   *
   * @throws StartException if a port can't be had; nothing is left running then
   */
  static Waypost start(Settings settings, Config config) throws StartException {
    BrokerSettings brokerSettings = brokerSettings(settings, config);
    NettyLoops loops = NettyLoops.start(BrokerKeys.threads(config));
    LogStore store;
    try {
      store = store(settings, config, loops);
    } catch (StartException e) {
      loops.close(LAST_WORDS);
      throw e;
    }
    LocalBroker broker =
        LocalBroker.start(brokerSettings, loops.group(), store, store.definitions());
    Waypost waypost = new Waypost(loops, new Connections(config.get(ConnectionKeys.MAX)), broker);
    try {
      waypost.listen(settings, config);
      waypost.serveHttp(settings, config);
    } catch (IOException e) {
      waypost.close();
      throw new StartException(ExitCode.ADDRESS, String.valueOf(e.getMessage()));
    }
    return waypost;
  }

  private static BrokerSettings brokerSettings(Settings settings, Config config)
      throws StartException {
    try {
      return BrokerKeys.settings(config, settings.routes(config));
    } catch (ConfigException e) {
      throw new StartException(ExitCode.CONFIGURATION, e.problems());
    }
  }

  private static LogStore store(Settings settings, Config config, NettyLoops loops)
      throws StartException {
    Path folder = config.path(BrokerKeys.DATA_DIR).resolve("store");
    try {
      DataFolder.make("store", folder);
      return LogStore.open(folder, BrokerKeys.store(config), loops.group(), settings.forms());
    } catch (DamagedStoreException e) {
      throw new StartException(
          ExitCode.DAMAGED,
          e.getMessage() + "; see docs/durability.md, or start with store.recovery=salvage");
    } catch (IOException e) {
      throw new StartException(
          ExitCode.FOLDER, "the store in " + folder + " can't be used: " + e.getMessage());
    }
  }

  /** The open ports. */
  List<Listening> listening() {
    List<Listening> open = new ArrayList<>();
    listeners.forEach(each -> open.add(new Listening(each.name(), each.address())));
    http.forEach(each -> open.add(new Listening(each.name, each.server.address())));
    return open;
  }

  /** What the loops run on, for the operator. */
  String loops() {
    return loops.group().size() + " loops on " + (loops.epoll() ? "epoll" : "NIO");
  }

  private void listen(Settings settings, Config config) throws BindException {
    for (Protocol protocol : settings.protocols()) {
      ProtocolSettings section = Settings.of(protocol, config);
      protocol.start(broker, loops.group().at(0), section);
      Endpoint endpoint = new Endpoint(protocol, broker, section);
      endpoints.add(endpoint);
      bind(settings.listener(protocol), endpoint, config);
    }
    for (Settings.Further further : settings.further()) {
      bind(further.keys(), endpoint(further.protocol().name()), config);
    }
    ListenerKeys shared = settings.shared();
    if (config.get(shared.enabled())) {
      PortSharing sharing = new PortSharing(endpoints, PATIENCE);
      listeners.add(Listener.bind(shared.settings(config), loops, connections, sharing::open));
    }
  }

  private void bind(ListenerKeys keys, Endpoint endpoint, Config config) throws BindException {
    if (config.get(keys.enabled())) {
      listeners.add(Listener.bind(
          keys.settings(config), loops, connections, of(endpoint, keys, config)::open));
    }
  }

  /** A protocol as those find it who come by a listener. */
  private static Endpoint of(Endpoint endpoint, ListenerKeys keys, Config config) {
    return new Endpoint(
        endpoint.protocol(), endpoint.broker(), keys.with(endpoint.settings(), config));
  }

  private Endpoint endpoint(String protocol) {
    return endpoints.stream()
        .filter(each -> each.protocol().name().equals(protocol))
        .findFirst()
        .orElseThrow();
  }

  private void serveHttp(Settings settings, Config config) throws IOException {
    String node = Product.node();
    NodeFacts facts = new NodeFacts(
        node, Product.NAME, Product.version(), Product.RABBIT_VERSION, () -> entries(node));
    Map<String, HttpHandler> handlers = new HashMap<>(doors(endpoints, config, null));
    handlers.put("/", ManagementApi.handler(broker, loops.group(), facts));
    serve(settings.http(), config, handlers);
    for (WebListener web : settings.webListeners()) {
      List<Endpoint> own = endpoints.stream()
          .map(each ->
              each.protocol().name().equals(web.protocol()) ? of(each, web.keys(), config) : each)
          .toList();
      serve(web.keys(), config, doors(own, config, web.protocol()));
    }
  }

  private Map<String, HttpHandler> doors(
      List<Endpoint> to, Config config, @Nullable String otherwise) {
    return WebSocketDoor.doors(to, loops, connections, WebListener.settings(config), otherwise);
  }

  private void serve(ListenerKeys keys, Config config, Map<String, HttpHandler> handlers)
      throws IOException {
    if (!config.get(keys.enabled())) {
      return;
    }
    String host = config.get(keys.host());
    int port = config.get(keys.port());
    try {
      http.add(new Served(keys.name(), HttpServer.start(host, port, handlers)));
    } catch (IOException e) {
      throw BindRefusal.of(keys.name(), host, port, e);
    }
  }

  private List<ListenerEntry> entries(String node) {
    return listening().stream()
        .map(each -> new ListenerEntry(
            node,
            each.name(),
            each.address().getAddress().getHostAddress(),
            each.address().getPort()))
        .toList();
  }

  /**
   * Stops: accepts nobody any more, has the broker say goodbye to its clients within its grace, then closes whatever is
   * left.
   */
  @Override
  public void close() {
    long begin = Clock.SYSTEM.nanos();
    listeners.forEach(Listener::close);
    http.forEach(each -> each.server.endRequests());
    int open = connections.size();
    broker.close();
    boolean allGone = connections.awaitClosed(LAST_WORDS);
    connections.closeAll();
    http.forEach(each -> each.server.close());
    loops.close(LAST_WORDS);
    LOG.info(
        "Stopped after {} ms; {} connections were open{}",
        Duration.ofNanos(Clock.SYSTEM.nanos() - begin).toMillis(),
        open,
        allGone ? "" : ", some had to be cut");
  }
}
