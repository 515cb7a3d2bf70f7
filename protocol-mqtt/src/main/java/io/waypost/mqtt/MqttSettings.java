package io.waypost.mqtt;

import io.waypost.transport.ProtocolSettings;
import io.waypost.transport.Setting;
import io.waypost.transport.SettingKind;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The limits that clients are held to, and where their messages go.
 *
 * @param placement which virtual host clients come to, and which exchange their topics live on
 * @param anonymousUser the user that clients without a user name are; empty when they are refused
 * @param maxPacketSize most bytes of a packet from a client
 * @param maxSessionExpiry the longest that a session outlives its connection, in seconds; 0 for no limit
 * @param maxKeepAlive the longest keep alive, in seconds; 0 for no limit
 * @param receiveMaximum how many messages with QoS 1 and 2 a client may have unanswered
 * @param sendMaximum how many such messages a client gets at most before it has answered
 * @param topicAliasMaximum the highest topic alias, either way
 * @param queueLimit how many messages may wait for a client; 0 for no limit
 * @param dropOldest whether it is the oldest that goes when there are more; else it is the newest
 * @param connectTimeout how long a connection may take until it is in
 * @param closeUnauthorized whether a refused publish ends the connection
 * @param systemInterval how often the topics below $SYS are published; 0 for never
 * @param originProperties whether messages of other protocols say where they came from
 */
record MqttSettings(
    Placement placement,
    String anonymousUser,
    int maxPacketSize,
    long maxSessionExpiry,
    int maxKeepAlive,
    int receiveMaximum,
    int sendMaximum,
    int topicAliasMaximum,
    int queueLimit,
    boolean dropOldest,
    Duration connectTimeout,
    boolean closeUnauthorized,
    Duration systemInterval,
    boolean originProperties) {

  private static final int HIGHEST = 65_535;

  static final Setting<String> EXCHANGE = new Setting<>(
      "exchange",
      "amq.topic",
      SettingKind.name(),
      "The topic exchange that topics are published to and subscribed at.");
  static final Setting<String> VHOST = Setting.text(
      "vhost", "", "The virtual host of clients whose user name names none, if not the default.");
  static final Setting<Map<String, String>> USER_EXCHANGES = Setting.pairs(
      "user-exchanges",
      "USER=EXCHANGE",
      "The exchanges of users whose topics live on another one.");
  static final Setting<Map<String, String>> USER_VHOSTS = Setting.pairs(
      "user-vhosts",
      "USER=VHOST",
      "The virtual hosts of users who come to another one unless they name it.");
  static final Setting<Map<String, String>> CERTIFICATE_VHOSTS = Setting.pairs(
      "certificate-vhosts",
      "SUBJECT=VHOST",
      "The virtual hosts of clients by the subject of their certificate.");
  static final Setting<String> LISTENER_EXCHANGE = Setting.text(
      "exchange",
      "",
      "The topic exchange of those who connect here, if not that of the protocol's section.");
  static final Setting<String> LISTENER_VHOST = Setting.text(
      "vhost",
      "",
      "The virtual host of those who connect here and name none, if not that of the protocol's section.");
  static final Setting<String> ANONYMOUS_USER = Setting.text(
      "anonymous-user",
      "guest",
      "The user that clients without a user name are; empty refuses them.");
  static final Setting<Long> MAX_PACKET_SIZE = Setting.size(
      "max-packet-size", 16L << 20, 128, 268_435_456L, "The largest packet taken from a client.");
  static final Setting<Duration> MAX_SESSION_EXPIRY = Setting.duration(
      "max-session-expiry",
      Duration.ZERO,
      Duration.ZERO,
      Duration.ofDays(36_500),
      "The longest that a session outlives its connection, in whole seconds; 0 for no limit.");
  static final Setting<Duration> MAX_KEEP_ALIVE = Setting.duration(
      "max-keep-alive",
      Duration.ZERO,
      Duration.ZERO,
      Duration.ofSeconds(HIGHEST),
      "The longest keep alive, in whole seconds; 0 for no limit.");
  static final Setting<Integer> RECEIVE_MAXIMUM = Setting.number(
      "receive-maximum",
      1024,
      1,
      HIGHEST,
      "How many messages with QoS 1 and 2 a client may have sent without an answer.");
  static final Setting<Integer> SEND_MAXIMUM = Setting.number(
      "send-maximum",
      1024,
      1,
      HIGHEST,
      "How many messages with QoS 1 and 2 a client is sent before it has answered.");
  static final Setting<Integer> TOPIC_ALIAS_MAXIMUM = Setting.number(
      "topic-alias-maximum",
      32,
      0,
      HIGHEST,
      "The highest topic alias that a client may use, and that it is sent.");
  static final Setting<Integer> QUEUE_LIMIT = Setting.number(
      "queue-limit",
      10_000,
      0,
      Integer.MAX_VALUE,
      "How many messages may wait for a client; 0 for no limit.");
  static final Setting<String> QUEUE_POLICY = new Setting<>(
      "queue-policy",
      "drop-oldest",
      SettingKind.oneOf(List.of("drop-oldest", "drop-newest")),
      "Which messages are dropped when more wait for a client than may.");
  static final Setting<Duration> CONNECT_TIMEOUT = Setting.duration(
      "connect-timeout",
      Duration.ofSeconds(10),
      Duration.ofMillis(100),
      Duration.ofMinutes(10),
      "How long a client may take to connect.");
  static final Setting<Boolean> CLOSE_UNAUTHORIZED = Setting.flag(
      "disconnect-on-unauthorized",
      false,
      "Whether a publish that is not allowed ends the connection.");
  static final Setting<Duration> SYSTEM_INTERVAL = Setting.duration(
      "sys-interval",
      Duration.ofSeconds(10),
      Duration.ZERO,
      Duration.ofHours(1),
      "How often the topics below $SYS are published; 0 for never.");
  static final Setting<Boolean> ORIGIN_PROPERTIES = Setting.flag(
      "origin-properties",
      false,
      "Whether messages of other protocols tell in user properties where they came from.");

  static final List<Setting<?>> ALL = List.of(
      EXCHANGE,
      VHOST,
      USER_EXCHANGES,
      USER_VHOSTS,
      CERTIFICATE_VHOSTS,
      ANONYMOUS_USER,
      MAX_PACKET_SIZE,
      MAX_SESSION_EXPIRY,
      MAX_KEEP_ALIVE,
      RECEIVE_MAXIMUM,
      SEND_MAXIMUM,
      TOPIC_ALIAS_MAXIMUM,
      QUEUE_LIMIT,
      QUEUE_POLICY,
      CONNECT_TIMEOUT,
      CLOSE_UNAUTHORIZED,
      SYSTEM_INTERVAL,
      ORIGIN_PROPERTIES);

  /** What a listener may have of its own. */
  static final List<Setting<?>> OF_LISTENER = List.of(LISTENER_VHOST, LISTENER_EXCHANGE);

  /** A session's expiry within the limit. */
  long limitedExpiry(long seconds) {
    return maxSessionExpiry == 0 ? seconds : Math.min(seconds, maxSessionExpiry);
  }

  static MqttSettings of(ProtocolSettings settings) {
    return new MqttSettings(
        Placement.of(settings),
        settings.get(ANONYMOUS_USER),
        settings.get(MAX_PACKET_SIZE).intValue(),
        settings.get(MAX_SESSION_EXPIRY).toSeconds(),
        (int) settings.get(MAX_KEEP_ALIVE).toSeconds(),
        settings.get(RECEIVE_MAXIMUM),
        settings.get(SEND_MAXIMUM),
        settings.get(TOPIC_ALIAS_MAXIMUM),
        settings.get(QUEUE_LIMIT),
        settings.get(QUEUE_POLICY).equals("drop-oldest"),
        settings.get(CONNECT_TIMEOUT),
        settings.get(CLOSE_UNAUTHORIZED),
        settings.get(SYSTEM_INTERVAL),
        settings.get(ORIGIN_PROPERTIES));
  }
}
