package io.waypost.ws;

import io.undertow.Undertow;
import io.undertow.server.handlers.PathHandler;
import io.waypost.engine.BrokerSettings;
import io.waypost.engine.LocalBroker;
import io.waypost.store.MemoryDefinitionStore;
import io.waypost.store.MemoryStore;
import io.waypost.transport.Connections;
import io.waypost.transport.Endpoint;
import io.waypost.transport.NettyLoops;
import io.waypost.transport.ProtocolSettings;
import io.waypost.transport.tls.UserFrom;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.xnio.Options;
import org.xnio.SslClientAuthMode;

/** Doors to two echoes on a free port, {@code echo} by text or binary messages and {@code raw} by binary ones only. */
final class TestDoor implements AfterEachCallback, AfterAllCallback {
  static final int MAX_MESSAGE = 8 * 1024 * 1024;
  static final int HTTP_PATIENCE_MILLIS = 300;

  final EchoProtocol echo = new EchoProtocol("echo", List.of("v2.echo", "v1.echo"), true);
  final EchoProtocol raw = new EchoProtocol("raw", List.of("raw"), false);
  private final List<RawWebSocket> opened = new ArrayList<>();
  private final NettyLoops loops = NettyLoops.start(2);
  private final LocalBroker broker = LocalBroker.start(
      BrokerSettings.defaults(),
      loops.group(),
      new MemoryStore(loops.group()),
      new MemoryDefinitionStore());
  private final Connections connections = new Connections(1000);
  private final Undertow undertow;

  TestDoor(boolean compression, Duration idleTimeout) {
    this(compression, idleTimeout, null);
  }

  /** Doors behind that encryption. */
  TestDoor(boolean compression, Duration idleTimeout, @Nullable SSLContext tls) {
    WebSocketSettings settings = new WebSocketSettings(
        List.of("https://friend.example"),
        MAX_MESSAGE,
        compression,
        idleTimeout,
        false,
        64 * 1024,
        UserFrom.COMMON_NAME);
    PathHandler paths = new PathHandler();
    List<Endpoint> endpoints = List.of(endpoint(echo), endpoint(raw));
    WebSocketDoor.doors(endpoints, loops, connections, settings, null)
        .forEach(paths::addPrefixPath);
    // A handshake takes a while on a busy machine.
    int patience = tls == null ? HTTP_PATIENCE_MILLIS : 10 * HTTP_PATIENCE_MILLIS;
    Undertow.Builder builder = Undertow.builder();
    undertow = (tls == null
            ? builder.addHttpListener(0, "127.0.0.1")
            : builder.addHttpsListener(0, "127.0.0.1", tls))
        .setSocketOption(Options.SSL_CLIENT_AUTH_MODE, SslClientAuthMode.REQUESTED)
        .setIoThreads(2)
        .setWorkerThreads(2)
        .setSocketOption(Options.READ_TIMEOUT, patience)
        .setSocketOption(Options.WRITE_TIMEOUT, patience)
        .setHandler(paths)
        .build();
    undertow.start();
  }

  private Endpoint endpoint(EchoProtocol protocol) {
    return new Endpoint(protocol, broker, ProtocolSettings.defaults("Waypost", "0"));
  }

  int port() {
    return ((InetSocketAddress) undertow.getListenerInfo().get(0).getAddress()).getPort();
  }

  /** Closes every WebSocket. */
  void closeAll() {
    connections.closeAll();
  }

  int connections() {
    return connections.size();
  }

  /** A socket that has sent nothing, closed after the test. */
  RawWebSocket socket() throws IOException {
    RawWebSocket socket = new RawWebSocket(port());
    opened.add(socket);
    return socket;
  }

  /** An open WebSocket behind encryption, closed after the test. */
  RawWebSocket open(String path, SSLContext by) throws IOException {
    RawWebSocket socket = new RawWebSocket(port(), by);
    opened.add(socket);
    socket.upgrade(path);
    return socket;
  }

  /** An open WebSocket, closed after the test. */
  RawWebSocket open(String path, String... headers) throws IOException {
    RawWebSocket socket = socket();
    socket.upgrade(path, headers);
    return socket;
  }

  @Override
  public void afterEach(ExtensionContext context) throws IOException {
    for (RawWebSocket socket : opened) {
      socket.close();
    }
    opened.clear();
  }

  @Override
  public void afterAll(ExtensionContext context) {
    connections.closeAll();
    connections.awaitClosed(Duration.ofSeconds(5));
    undertow.stop();
    broker.close();
    loops.close(Duration.ofSeconds(5));
  }
}
