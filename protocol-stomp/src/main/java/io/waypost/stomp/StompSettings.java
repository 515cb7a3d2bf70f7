package io.waypost.stomp;

import io.waypost.broker.Broker;
import io.waypost.stomp.codec.DestinationText;
import io.waypost.stomp.codec.FrameLimits;
import io.waypost.transport.ProtocolSettings;
import io.waypost.transport.Setting;
import io.waypost.transport.SettingKind;
import java.time.Duration;
import java.util.List;

/**
 * How the broker treats STOMP clients.
 *
 * @param server what it calls itself, with its version
 * @param beforeLogin the limits of a client that has not logged in
 * @param afterLogin the limits of one that has
 * @param maxTransactions how many transactions a client may have open
 * @param maxTransactionFrames how many frames one of them may gather
 * @param maxTransactionBytes how many bytes the messages of all of them may have
 * @param loginTimeout how long logging in, and saying goodbye, may take
 * @param minHeartBeat the shortest span between heart-beats
 * @param strictHost whether a host that is no virtual host is refused
 * @param certificateLogin whether a client without a login is the user of its certificate
 * @param defaultUser the user of clients that name none; empty for none
 * @param defaultPassword that user's password
 * @param nackRequeue whether NACK gives back, where its frame does not say
 * @param mqttExchange the exchange of MQTT's topics
 * @param originHeaders whether messages of other protocols say where they came from
 */
record StompSettings(
    String server,
    FrameLimits beforeLogin,
    FrameLimits afterLogin,
    int maxTransactions,
    int maxTransactionFrames,
    long maxTransactionBytes,
    Duration loginTimeout,
    Duration minHeartBeat,
    boolean strictHost,
    boolean certificateLogin,
    String defaultUser,
    String defaultPassword,
    boolean nackRequeue,
    String mqttExchange,
    boolean originHeaders) {

  static final Setting<Long> MAX_FRAME = Setting.size(
      "max-frame-size",
      16L * 1024 * 1024 + 64 * 1024,
      1024,
      1024L * 1024 * 1024,
      "The largest frame, headers and body; message.max-size holds for the body, too.");
  static final Setting<Long> MAX_LOGIN_FRAME = Setting.size(
      "max-frame-size-before-login",
      64 * 1024,
      1024,
      16L * 1024 * 1024,
      "The largest frame of a client that has not logged in.");
  static final Setting<Integer> MAX_HEADERS =
      Setting.number("max-headers", 100, 8, 10_000, "The most headers of a frame.");
  static final Setting<Long> MAX_HEADER = Setting.size(
      "max-header-size", 16 * 1024, 128, 1024 * 1024, "The longest header, name and value.");
  static final Setting<Integer> MAX_TRANSACTIONS = Setting.number(
      "max-transactions", 16, 1, 10_000, "The most open transactions of a connection.");
  static final Setting<Integer> MAX_TRANSACTION_FRAMES = Setting.number(
      "max-transaction-frames", 1024, 1, 1_000_000, "The most frames that a transaction gathers.");
  static final Setting<Long> MAX_TRANSACTION_BYTES = Setting.size(
      "max-transaction-size",
      64L * 1024 * 1024,
      1024,
      1024L * 1024 * 1024,
      "How large the messages in a connection's open transactions may be together.");
  static final Setting<Duration> LOGIN_TIMEOUT = Setting.duration(
      "login-timeout",
      Duration.ofSeconds(10),
      Duration.ofMillis(100),
      Duration.ofMinutes(10),
      "How long a client may take to log in.");
  static final Setting<Duration> MIN_HEART_BEAT = Setting.duration(
      "min-heart-beat",
      Duration.ofSeconds(1),
      Duration.ofMillis(10),
      Duration.ofMinutes(10),
      "The shortest span between heart-beats; clients that ask for a shorter one get this one.");
  static final Setting<Boolean> STRICT_HOST = Setting.flag(
      "strict-host",
      false,
      "Whether a client is refused whose host header names no virtual host; otherwise it gets the default one.");
  static final Setting<Boolean> CERTIFICATE_LOGIN = Setting.flag(
      "certificate-login",
      false,
      "Whether a client without a login is the user whom its certificate names.");
  static final Setting<String> DEFAULT_USER =
      Setting.text("default-user", "", "The user of clients that send no login; empty for none.");
  static final Setting<String> DEFAULT_PASSWORD = new Setting<>(
      "default-password",
      "",
      SettingKind.secret(),
      "That user's password; never shown nor logged.");
  static final Setting<Boolean> NACK_REQUEUE = Setting.flag(
      "nack-requeue",
      true,
      "Whether NACK gives a message back to its queue, unless the frame says otherwise; else it is dead-lettered.");
  static final Setting<String> MQTT_EXCHANGE = new Setting<>(
      "mqtt-exchange",
      DestinationText.TOPIC_EXCHANGE,
      SettingKind.name(),
      "The topic exchange behind /mqtt/; the same as mqtt.exchange, so that MQTT clients are reached.");
  static final Setting<Boolean> ORIGIN_HEADERS = Setting.flag(
      "origin-headers",
      true,
      "Whether messages of other protocols tell in headers where they came from.");

  static final List<Setting<?>> ALL = List.of(
      MAX_FRAME,
      MAX_LOGIN_FRAME,
      MAX_HEADERS,
      MAX_HEADER,
      MAX_TRANSACTIONS,
      MAX_TRANSACTION_FRAMES,
      MAX_TRANSACTION_BYTES,
      LOGIN_TIMEOUT,
      MIN_HEART_BEAT,
      STRICT_HOST,
      CERTIFICATE_LOGIN,
      DEFAULT_USER,
      DEFAULT_PASSWORD,
      NACK_REQUEUE,
      MQTT_EXCHANGE,
      ORIGIN_HEADERS);

  static StompSettings of(ProtocolSettings settings, Broker.Limits limits) {
    int headers = settings.get(MAX_HEADERS);
    int header = settings.get(MAX_HEADER).intValue();
    int loginFrame = settings.get(MAX_LOGIN_FRAME).intValue();
    return new StompSettings(
        settings.product() + "/" + settings.version(),
        new FrameLimits(loginFrame, loginFrame, headers, header),
        new FrameLimits(
            settings.get(MAX_FRAME).intValue(), limits.maxMessageBytes(), headers, header),
        settings.get(MAX_TRANSACTIONS),
        settings.get(MAX_TRANSACTION_FRAMES),
        settings.get(MAX_TRANSACTION_BYTES),
        settings.get(LOGIN_TIMEOUT),
        settings.get(MIN_HEART_BEAT),
        settings.get(STRICT_HOST),
        settings.get(CERTIFICATE_LOGIN),
        settings.get(DEFAULT_USER),
        settings.get(DEFAULT_PASSWORD),
        settings.get(NACK_REQUEUE),
        settings.get(MQTT_EXCHANGE),
        settings.get(ORIGIN_HEADERS));
  }
}
