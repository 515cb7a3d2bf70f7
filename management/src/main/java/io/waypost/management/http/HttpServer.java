package io.waypost.management.http;

import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.server.HttpHandler;
import io.undertow.server.handlers.GracefulShutdownHandler;
import io.undertow.server.handlers.PathHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.xnio.Options;
import org.xnio.Sequence;
import org.xnio.SslClientAuthMode;

/**
 * The broker's one HTTP listener: handlers side by side under their own paths, on few threads, since what is served is
 * management and not traffic. A client that stalls for a minute in the middle of a request or an answer is cut, and so is
 * one that is silent between them; who upgrades a connection sets its own limits. Any thread.
 */
public final class HttpServer implements AutoCloseable {
  private static final int IO_THREADS = 2;
  private static final int WORKERS = 8;

  /** Bytes of a request's headers. */
  private static final int MAX_HEADERS = 64 << 10;

  /** In how much time a request's headers must be there, in milliseconds. */
  private static final int PARSE_MILLIS = 30_000;

  private static final int STALL_MILLIS = 60_000;

  private static final long GRACE_MILLIS = 2_000;

  private final Undertow undertow;
  private final GracefulShutdownHandler requests;

  private HttpServer(Undertow undertow, GracefulShutdownHandler requests) {
    this.undertow = undertow;
    this.requests = requests;
  }

  /**
   * Where to listen.
   *
   * @param host the address or host name
   * @param port the port; 0 has the system choose
   * @param proxied whether a proxy says in front whose connection it is, by the PROXY protocol
   */
  public record Address(String host, int port, boolean proxied) {
    private Undertow.ListenerBuilder listener(Undertow.ListenerType type) {
      return new Undertow.ListenerBuilder()
          .setType(type)
          .setHost(host)
          .setPort(port)
          .setUseProxyProtocol(proxied);
    }
  }

  /** Listens for whoever connects without a proxy in between, as below. */
  public static HttpServer start(String host, int port, Map<String, HttpHandler> handlers)
      throws IOException {
    return start(new Address(host, port, false), handlers);
  }

  /**
   * Listens.
   *
   * @param handlers who answers, by path: that path and whatever is below it, unless another one is longer
   * @throws IOException if the address cannot be had
   */
  public static HttpServer start(Address address, Map<String, HttpHandler> handlers)
      throws IOException {
    return start(
        handlers, builder -> builder.addListener(address.listener(Undertow.ListenerType.HTTP)));
  }

  /**
   * Listens for connections that are encrypted.
   *
   * @param tls what encrypts them
   * @param parameters the versions that are offered, and whether clients are asked for a certificate
   */
  public static HttpServer start(
      Address address, Map<String, HttpHandler> handlers, SSLContext tls, SSLParameters parameters)
      throws IOException {
    SslClientAuthMode asked = parameters.getNeedClientAuth()
        ? SslClientAuthMode.REQUIRED
        : parameters.getWantClientAuth()
            ? SslClientAuthMode.REQUESTED
            : SslClientAuthMode.NOT_REQUESTED;
    return start(
        handlers,
        builder -> builder
            .addListener(address.listener(Undertow.ListenerType.HTTPS).setSslContext(tls))
            .setSocketOption(Options.SSL_CLIENT_AUTH_MODE, asked)
            .setSocketOption(
                Options.SSL_ENABLED_PROTOCOLS, Sequence.of(parameters.getProtocols())));
  }

  private static HttpServer start(
      Map<String, HttpHandler> handlers, UnaryOperator<Undertow.Builder> listener)
      throws IOException {
    PathHandler paths = new PathHandler();
    handlers.forEach(paths::addPrefixPath);
    GracefulShutdownHandler requests = new GracefulShutdownHandler(paths);
    Undertow undertow = listener
        .apply(Undertow.builder())
        .setIoThreads(IO_THREADS)
        .setWorkerThreads(WORKERS)
        .setSocketOption(Options.READ_TIMEOUT, STALL_MILLIS)
        .setSocketOption(Options.WRITE_TIMEOUT, STALL_MILLIS)
        .setServerOption(UndertowOptions.MAX_HEADER_SIZE, MAX_HEADERS)
        .setServerOption(UndertowOptions.REQUEST_PARSE_TIMEOUT, PARSE_MILLIS)
        .setServerOption(UndertowOptions.ENABLE_HTTP2, false)
        .setServerOption(UndertowOptions.ALWAYS_SET_KEEP_ALIVE, false)
        .setHandler(requests)
        .build();
    try {
      undertow.start();
    } catch (RuntimeException e) {
      undertow.stop();
      if (e.getCause() instanceof IOException cause) {
        throw cause;
      }
      throw e;
    }
    return new HttpServer(undertow, requests);
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    return (InetSocketAddress) undertow.getListenerInfo().get(0).getAddress();
  }

  /** Encrypts connections that are accepted from now on by this, if it encrypts at all. */
  public void encryptBy(SSLContext tls) {
    undertow.getListenerInfo().get(0).setSslContext(tls);
  }

  /**
   * Takes no more requests, and lets those under way finish for two seconds at most. Connections that were upgraded stay
   * open.
   */
  public void endRequests() {
    requests.shutdown();
    try {
      requests.awaitShutdown(GRACE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Takes no more requests, lets those under way finish, and closes all connections. */
  @Override
  public void close() {
    endRequests();
    undertow.stop();
  }
}
