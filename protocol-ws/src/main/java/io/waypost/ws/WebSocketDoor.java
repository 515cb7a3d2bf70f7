package io.waypost.ws;

import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.SSLSessionInfo;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import io.waypost.transport.Connections;
import io.waypost.transport.Endpoint;
import io.waypost.transport.NettyLoop;
import io.waypost.transport.NettyLoops;
import io.waypost.transport.tls.TlsPeer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.Options;
import org.xnio.StreamConnection;

/**
 * Where an HTTP request becomes a WebSocket (RFC 6455, section 4.2), and the WebSocket a connection of the protocol that
 * its subprotocol names. Runs on the HTTP server's I/O threads; never blocks.
 */
public final class WebSocketDoor implements HttpHandler {
  private static final Logger log = LoggerFactory.getLogger(WebSocketDoor.class);

  private static final String VERSION = "13";
  private static final int KEY_BYTES = 16;
  private static final String KEY_SUFFIX = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  private static final String COMPRESSION = "permessage-deflate";
  private static final HttpString EXTENSIONS = new HttpString("Sec-WebSocket-Extensions");

  private final Subprotocols subprotocols;
  private final NettyLoops loops;
  private final Connections connections;
  private final WebSocketSettings settings;
  private final Origins origins;

  private WebSocketDoor(
      Subprotocols subprotocols,
      NettyLoops loops,
      Connections connections,
      WebSocketSettings settings) {
    this.subprotocols = subprotocols;
    this.loops = loops;
    this.connections = connections;
    this.settings = settings;
    this.origins = new Origins(settings.allowedOrigins());
  }

  /**
   * The doors: {@code /ws} to every protocol that has subprotocols, and to each of them one of its own name.
   *
   * @param connections where WebSockets are counted; those beyond its limit are refused
   * @param otherwise at {@code /ws}, the protocol of clients that offer no subprotocol, if it is among the endpoints
   * @return handlers by path
   */
  public static Map<String, HttpHandler> doors(
      List<Endpoint> endpoints,
      NettyLoops loops,
      Connections connections,
      WebSocketSettings settings,
      @Nullable String otherwise) {
    List<Endpoint> carried = endpoints.stream()
        .filter(each -> !each.protocol().webSocketSubprotocols().isEmpty())
        .toList();
    Map<String, HttpHandler> doors = new HashMap<>();
    Endpoint fallback = null;
    for (Endpoint endpoint : carried) {
      String name = endpoint.protocol().name();
      if (name.equals(otherwise)) {
        fallback = endpoint;
      }
      Subprotocols one =
          new Subprotocols(List.of(endpoint), settings.strictSubprotocol() ? null : endpoint);
      doors.put("/" + name, new WebSocketDoor(one, loops, connections, settings));
    }
    Subprotocols all = new Subprotocols(carried, settings.strictSubprotocol() ? null : fallback);
    doors.put("/ws", new WebSocketDoor(all, loops, connections, settings));
    return doors;
  }

  @Override
  public void handleRequest(HttpServerExchange exchange) {
    if (!exchange.getRequestMethod().equals(Methods.GET)) {
      exchange.getResponseHeaders().put(Headers.ALLOW, "GET");
      refuse(exchange, 405, "a WebSocket is asked for by GET");
    } else if (!has(exchange, Headers.UPGRADE, "websocket")
        || !has(exchange, Headers.CONNECTION, "upgrade")) {
      exchange.getResponseHeaders().put(Headers.UPGRADE, "websocket");
      refuse(exchange, 426, "this is the address of a WebSocket");
    } else if (!VERSION.equals(first(exchange, Headers.SEC_WEB_SOCKET_VERSION))) {
      exchange.getResponseHeaders().put(Headers.SEC_WEB_SOCKET_VERSION, VERSION);
      refuse(exchange, 426, "the version of WebSocket spoken here is " + VERSION);
    } else if (!isKey(first(exchange, Headers.SEC_WEB_SOCKET_KEY))) {
      refuse(exchange, 400, "Sec-WebSocket-Key is not 16 bytes in Base64");
    } else if (!origins.admit(first(exchange, Headers.ORIGIN), first(exchange, Headers.HOST))) {
      refuse(exchange, 403, "pages of that origin may not connect");
    } else {
      Optional<Subprotocols.Choice> choice =
          subprotocols.choose(all(exchange, Headers.SEC_WEB_SOCKET_PROTOCOL));
      if (choice.isEmpty()) {
        refuse(exchange, 400, "none of the subprotocols is spoken here");
      } else if (connections.isFull()) {
        refuse(exchange, 503, "there are too many connections");
      } else {
        accept(exchange, choice.get());
      }
    }
  }

  private void accept(HttpServerExchange exchange, Subprotocols.Choice choice) {
    boolean compressed = settings.compression() && offersCompression(all(exchange, EXTENSIONS));
    SSLSessionInfo info = exchange.getConnection().getSslSessionInfo();
    SSLSession tls = info == null ? null : info.getSSLSession();
    exchange.setStatusCode(101);
    exchange.getResponseHeaders().put(Headers.UPGRADE, "websocket");
    exchange.getResponseHeaders().put(Headers.CONNECTION, "Upgrade");
    exchange
        .getResponseHeaders()
        .put(
            Headers.SEC_WEB_SOCKET_ACCEPT,
            answer(String.valueOf(first(exchange, Headers.SEC_WEB_SOCKET_KEY))));
    if (choice.answer() != null) {
      exchange.getResponseHeaders().put(Headers.SEC_WEB_SOCKET_PROTOCOL, choice.answer());
    }
    if (compressed) {
      exchange
          .getResponseHeaders()
          .put(
              EXTENSIONS, COMPRESSION + "; server_no_context_takeover; client_no_context_takeover");
    }
    exchange.upgradeChannel((wire, upgraded) -> open(wire, tls, choice.endpoint(), compressed));
    exchange.endExchange();
  }

  private void open(
      StreamConnection wire, @Nullable SSLSession tls, Endpoint endpoint, boolean compressed) {
    try {
      // The HTTP server's patience ends here: heart-beats and pings are the WebSocket's own.
      wire.getSourceChannel().setOption(Options.READ_TIMEOUT, 0);
      wire.getSinkChannel().setOption(Options.WRITE_TIMEOUT, 0);
    } catch (IOException e) {
      log.debug("{} is gone before it was open", wire.getPeerAddress());
    }
    UpgradedChannel channel = new UpgradedChannel(wire, tls != null);
    if (tls != null) {
      TlsPeer.note(channel, tls, settings.userFrom());
    }
    channel
        .config()
        .setWriteBufferWaterMark(new io.netty.channel.WriteBufferWaterMark(
            settings.writeHighWatermark() / 2, settings.writeHighWatermark()));
    boolean textAllowed = endpoint.protocol().textOverWebSocket();
    channel.pipeline().addLast(new ChannelInitializer<Channel>() {
      @Override
      protected void initChannel(Channel opened) {
        if (!connections.add(opened)) {
          opened.close();
          return;
        }
        opened
            .pipeline()
            .addLast(new WebSocketHandler(NettyLoop.of(opened), settings, textAllowed, compressed));
        endpoint.open(opened);
      }
    });
    loops.eventLoops().register(channel);
  }

  /** Whether a client offers compression that the JDK can do: with windows of the full size. */
  static boolean offersCompression(List<String> headers) {
    for (String header : headers) {
      for (String offer : header.toLowerCase(Locale.ROOT).split(",", -1)) {
        List<String> parts =
            Arrays.stream(offer.split(";", -1)).map(String::strip).toList();
        if (parts.get(0).equals(COMPRESSION)
            && parts.stream()
                .noneMatch(part -> part.startsWith("server_max_window_bits")
                    && !part.replace("\"", "").endsWith("=15"))) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean isKey(@Nullable String key) {
    try {
      return key != null && Base64.getDecoder().decode(key.strip()).length == KEY_BYTES;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static String answer(String key) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-1")
          .digest((key.strip() + KEY_SUFFIX).getBytes(StandardCharsets.US_ASCII));
      return Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static @Nullable String first(HttpServerExchange exchange, HttpString name) {
    return exchange.getRequestHeaders().getFirst(name);
  }

  private static List<String> all(HttpServerExchange exchange, HttpString name) {
    HeaderValues values = exchange.getRequestHeaders().get(name);
    return values == null ? List.of() : List.copyOf(values);
  }

  /** Whether a word is in a header that is a list. */
  private static boolean has(HttpServerExchange exchange, HttpString name, String word) {
    return all(exchange, name).stream()
        .flatMap(value -> Arrays.stream(value.split(",", -1)))
        .anyMatch(each -> each.strip().equalsIgnoreCase(word));
  }

  private static void refuse(HttpServerExchange exchange, int status, String why) {
    log.debug("{} gets {}: {}", exchange.getSourceAddress(), status, why);
    exchange.setStatusCode(status);
    exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "text/plain");
    exchange.getResponseSender().send(why + "\n");
  }
}
