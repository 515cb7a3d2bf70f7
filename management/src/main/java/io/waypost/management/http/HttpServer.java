package io.waypost.management.http;

import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.server.HttpHandler;
import io.undertow.server.handlers.PathHandler;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.Map;

/**
 * The broker's one HTTP listener: handlers side by side under their own paths, on few threads, since what is served is
 * management and not traffic. Any thread.
 */
public final class HttpServer implements AutoCloseable {
  private static final int IO_THREADS = 2;
  private static final int WORKERS = 8;

  private final Undertow undertow;

  private HttpServer(Undertow undertow) {
    this.undertow = undertow;
  }

  /**
   * Listens.
   *
   * @param port 0 has the system choose
   * @param handlers who answers, by path; whatever is below a path too, but for those ending in no slash of which
   *     a longer one is there
   * @throws IOException if the port cannot be had
   */
  public static HttpServer start(String host, int port, Map<String, HttpHandler> handlers)
      throws IOException {
    PathHandler paths = new PathHandler();
    handlers.forEach(paths::addPrefixPath);
    Undertow undertow = Undertow.builder()
        .addHttpListener(port, host)
        .setIoThreads(IO_THREADS)
        .setWorkerThreads(WORKERS)
        .setServerOption(UndertowOptions.ENABLE_HTTP2, false)
        .setServerOption(UndertowOptions.ALWAYS_SET_KEEP_ALIVE, false)
        .setHandler(paths)
        .build();
    try {
      undertow.start();
    } catch (RuntimeException e) {
      if (e.getCause() instanceof BindException cause) {
        throw cause;
      }
      throw e;
    }
    return new HttpServer(undertow);
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    return (InetSocketAddress) undertow.getListenerInfo().get(0).getAddress();
  }

  /** Closes the listener and its connections. */
  @Override
  public void close() {
    undertow.stop();
  }
}
