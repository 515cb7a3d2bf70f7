package io.waypost.distribution;

import io.waypost.distribution.config.Config;
import io.waypost.transport.Protocol;
import io.waypost.ws.WebSocketSettings;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A port for WebSockets alone, where other brokers have one.
 *
 * @param keys its listener
 * @param protocol what clients speak there that name no subprotocol
 */
record WebListener(ListenerKeys keys, String protocol) {
  /** The section of what WebSockets have in common. */
  static final String SECTION = "ws";

  static final List<WebListener> ALL = List.of(of("stomp", 15674), of("mqtt", 15675));

  private static WebListener of(String protocol, int port) {
    ListenerKeys keys = ListenerKeys.of(
        "web-" + protocol,
        false,
        "0.0.0.0",
        port,
        "WebSockets, " + protocol + " being what clients speak that name no subprotocol");
    return new WebListener(keys, protocol);
  }

  /** With what the protocol lets its listeners have of their own, if there is an adapter. */
  WebListener of(@Nullable Protocol adapter) {
    return adapter == null ? this : new WebListener(keys.of(adapter), protocol);
  }

  static WebSocketSettings settings(Config config) {
    return new WebSocketSettings(
        config.get(WebSocketSettings.ALLOWED_ORIGINS),
        config.get(WebSocketSettings.MAX_MESSAGE),
        config.get(WebSocketSettings.COMPRESSION),
        config.get(WebSocketSettings.IDLE_TIMEOUT),
        config.get(WebSocketSettings.STRICT_SUBPROTOCOL),
        (int) (long) config.get(ConnectionKeys.WRITE_HIGH_WATERMARK));
  }
}
