package io.waypost.systemtests.browser;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A web server with a few folders: an origin that is not the broker's. */
final class PageServer implements AutoCloseable {
  private static final Map<String, String> TYPES =
      Map.of("html", "text/html; charset=utf-8", "js", "text/javascript");

  private final HttpServer server;

  /**
   * Starts it on a port that is free.
   *
   * @param folders what is served, by the paths below which it is
   */
  PageServer(Map<String, Path> folders) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    folders.forEach(
        (path, folder) -> server.createContext(path, exchange -> serve(path, folder, exchange)));
    server.start();
  }

  private static void serve(String prefix, Path folder, HttpExchange exchange) throws IOException {
    Path file = folder
        .resolve(exchange.getRequestURI().getPath().substring(prefix.length()))
        .normalize();
    try (exchange;
        OutputStream out = exchange.getResponseBody()) {
      if (file.startsWith(folder) && Files.isRegularFile(file)) {
        String name = file.toString();
        String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
        if (type != null) {
          exchange.getResponseHeaders().set("Content-Type", type);
        }
        exchange.sendResponseHeaders(200, Files.size(file));
        Files.copy(file, out);
      } else {
        exchange.sendResponseHeaders(404, -1);
      }
    }
  }

  /** The origin of its pages. */
  String origin() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
