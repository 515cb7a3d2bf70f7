package io.waypost.ws;

import io.waypost.transport.Setting;
import io.waypost.transport.tls.UserFrom;
import java.time.Duration;
import java.util.List;

/**
 * How the broker treats WebSocket clients.
 *
 * @param allowedOrigins pages that may connect besides those of the broker's own address; {@code *} for all
 * @param maxMessageBytes the largest message, inflated
 * @param compression whether messages are compressed where the client offers it
 * @param idleTimeout how long a client may be silent that does not answer pings; zero for ever
 * @param strictSubprotocol whether a client that offers no subprotocol is refused
 * @param writeHighWatermark bytes of output waiting for a connection at which deliveries to it pause
 * @param userFrom the part of a client's certificate that names the user
 */
public record WebSocketSettings(
    List<String> allowedOrigins,
    long maxMessageBytes,
    boolean compression,
    Duration idleTimeout,
    boolean strictSubprotocol,
    int writeHighWatermark,
    UserFrom userFrom) {

  /** Pages that may connect. */
  public static final Setting<List<String>> ALLOWED_ORIGINS = Setting.texts(
      "allowed-origins",
      List.of(),
      "Pages that may connect besides those of the broker's own address, such as https://example.org; * for all.");

  /** The largest message. */
  public static final Setting<Long> MAX_MESSAGE = Setting.size(
      "max-message-size",
      16L * 1024 * 1024 + 64 * 1024,
      1024,
      1024L * 1024 * 1024,
      "The largest WebSocket message, inflated.");

  /** Whether messages are compressed. */
  public static final Setting<Boolean> COMPRESSION = Setting.flag(
      "compression", false, "Whether messages are compressed where the client offers it.");

  /** How long a client may be silent. */
  public static final Setting<Duration> IDLE_TIMEOUT = Setting.duration(
      "idle-timeout",
      Duration.ofSeconds(60),
      Duration.ZERO,
      Duration.ofDays(1),
      "How long a client may be silent; it is pinged after half of that. 0 for ever.");

  /** Whether a subprotocol has to be offered. */
  public static final Setting<Boolean> STRICT_SUBPROTOCOL = Setting.flag(
      "strict-subprotocol",
      false,
      "Whether a client that offers no subprotocol is refused; otherwise the path chooses.");

  /** All settings, for the section {@code ws}. */
  public static final List<Setting<?>> ALL =
      List.of(ALLOWED_ORIGINS, MAX_MESSAGE, COMPRESSION, IDLE_TIMEOUT, STRICT_SUBPROTOCOL);
}
