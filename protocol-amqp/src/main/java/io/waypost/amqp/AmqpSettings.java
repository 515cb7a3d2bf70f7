package io.waypost.amqp;

import io.waypost.amqp.codec.Frames;
import io.waypost.transport.ProtocolSettings;
import io.waypost.transport.Setting;
import java.time.Duration;
import java.util.List;

/**
 * How the broker presents itself to clients, and the limits that it proposes.
 *
 * @param product what it calls itself; some clients switch on it
 * @param version its version; some clients compare it
 * @param clusterName the name that clients show
 * @param frameMax the largest frame, in bytes
 * @param channelMax the most channels of a connection
 * @param heartbeat the span proposed for heartbeats; zero for none
 * @param handshakeTimeout how long the handshake, and the farewell, may take
 * @param originHeaders whether messages of other protocols say where they came from
 */
record AmqpSettings(
    String product,
    String version,
    String clusterName,
    int frameMax,
    int channelMax,
    Duration heartbeat,
    Duration handshakeTimeout,
    boolean originHeaders) {

  static final Setting<String> PRODUCT =
      Setting.text("product", "", "The product named to clients, if not the broker's own.");
  static final Setting<String> VERSION =
      Setting.text("version", "", "The version named to clients, if not the broker's own.");
  private static final Setting<String> CLUSTER_NAME =
      Setting.text("cluster-name", "waypost", "The cluster name told to clients.");
  private static final Setting<Long> FRAME_MAX = Setting.size(
      "frame-max", 128 * 1024, Frames.INITIAL_MAX, 16 * 1024 * 1024, "The largest frame.");
  private static final Setting<Integer> CHANNEL_MAX =
      Setting.number("channel-max", 2047, 1, 65535, "The most channels of a connection.");
  private static final Setting<Duration> HEARTBEAT = Setting.duration(
      "heartbeat",
      Duration.ofSeconds(60),
      Duration.ZERO,
      Duration.ofSeconds(65535),
      "The heartbeat proposed to clients, in whole seconds; 0 for none.");
  static final Setting<Duration> HANDSHAKE_TIMEOUT = Setting.duration(
      "handshake-timeout",
      Duration.ofSeconds(10),
      Duration.ofMillis(100),
      Duration.ofMinutes(10),
      "How long a client may take to log in.");
  static final Setting<Boolean> ORIGIN_HEADERS = Setting.flag(
      "origin-headers",
      true,
      "Whether messages of other protocols tell in headers where they came from.");

  static final List<Setting<?>> ALL = List.of(
      PRODUCT,
      VERSION,
      CLUSTER_NAME,
      FRAME_MAX,
      CHANNEL_MAX,
      HEARTBEAT,
      HANDSHAKE_TIMEOUT,
      ORIGIN_HEADERS);

  static AmqpSettings of(ProtocolSettings settings) {
    return new AmqpSettings(
        or(settings.get(PRODUCT), settings.product()),
        or(settings.get(VERSION), settings.version()),
        settings.get(CLUSTER_NAME),
        settings.get(FRAME_MAX).intValue(),
        settings.get(CHANNEL_MAX),
        settings.get(HEARTBEAT),
        settings.get(HANDSHAKE_TIMEOUT),
        settings.get(ORIGIN_HEADERS));
  }

  private static String or(String configured, String otherwise) {
    return configured.isEmpty() ? otherwise : configured;
  }
}
