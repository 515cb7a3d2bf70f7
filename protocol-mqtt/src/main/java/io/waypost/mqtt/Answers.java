package io.waypost.mqtt;

import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.waypost.mqtt.codec.PacketSizes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A server's answers to one client: with a reason in words where they refuse something and the client wants that, and no
 * larger than the client takes.
 */
final class Answers {
  private static final String LOGIN_REFUSED = "the login is refused";

  private final Output output;
  private MqttVersion version = MqttVersion.MQTT_3_1_1;
  private boolean problemInformation = true;
  private int maxPacketSize = Integer.MAX_VALUE;

  Answers(Output output) {
    this.output = output;
  }

  /** Why a connection ends whose client takes less than the answer that it needs ([MQTT-3.1.2-24]). */
  static MqttRefusal noRoom() {
    return new MqttRefusal(
        Reason.PACKET_TOO_LARGE, "the answer is larger than what the client takes");
  }

  /** Answers in this version from now on. */
  void version(MqttVersion told) {
    version = told;
  }

  /** What the CONNECT says of the answers. */
  void asked(MqttProperties connect) {
    Long size = MqttTranslator.integer(connect, MqttProperties.MAXIMUM_PACKET_SIZE);
    maxPacketSize = size == null ? Integer.MAX_VALUE : (int) Math.min(size, Integer.MAX_VALUE);
    Long problems = MqttTranslator.integer(connect, MqttProperties.REQUEST_PROBLEM_INFORMATION);
    problemInformation = problems == null || problems != 0;
  }

  /** The largest packet that the client takes, in bytes; 0 for any. */
  int maxPacketSize() {
    return maxPacketSize == Integer.MAX_VALUE ? 0 : maxPacketSize;
  }

  /**
   * The client is in.
   *
   * @return false if it has no room for the answer, and nothing was written
   */
  boolean connected(boolean sessionPresent, MqttProperties properties) {
    return send(
        Replies.connAck(version, Reason.SUCCESS, sessionPresent, properties, null, maxPacketSize));
  }

  /** The client does not come in. */
  void refused(MqttRefusal why) {
    // Why a login failed is not for the client to know.
    String detail = why.reason() == Reason.BAD_USER_NAME_OR_PASSWORD ? LOGIN_REFUSED : why.detail();
    output.packet(
        Replies.connAck(version, why.reason(), false, new MqttProperties(), detail, maxPacketSize));
  }

  /** The connection ends; versions before 5 have no word for it. */
  void goodbye(MqttRefusal why) {
    if (version == MqttVersion.MQTT_5) {
      output.packet(Replies.reason(
          MqttMessageType.DISCONNECT,
          why.reason(),
          new MqttProperties(),
          why.detail(),
          maxPacketSize));
    }
  }

  void auth(Reason reason, MqttProperties properties) {
    output.packet(Replies.reason(MqttMessageType.AUTH, reason, properties, null, maxPacketSize));
  }

  /** Answers a PUBLISH, PUBREC or PUBREL. */
  void publish(MqttMessageType type, int packetId, Reason reason, @Nullable String detail) {
    String told = told(detail);
    if (told != null) {
      output.packet(Replies.publishReply(type, packetId, reason, told, maxPacketSize));
    } else {
      output.acknowledge(type, packetId, reason);
    }
  }

  /**
   * Answers a SUBSCRIBE.
   *
   * @return false if the client has no room for the answer, and nothing was written
   */
  boolean subscribed(int packetId, List<Integer> codes, @Nullable String detail) {
    return send(Replies.subAck(packetId, codes, told(detail), maxPacketSize));
  }

  /**
   * Answers an UNSUBSCRIBE.
   *
   * @return false if the client has no room for the answer, and nothing was written
   */
  boolean unsubscribed(int packetId, List<Short> codes, @Nullable String detail) {
    return send(Replies.unsubAck(packetId, codes, told(detail), maxPacketSize));
  }

  private @Nullable String told(@Nullable String detail) {
    return version == MqttVersion.MQTT_5 && problemInformation ? detail : null;
  }

  private boolean send(MqttMessage answer) {
    boolean fits = maxPacketSize == Integer.MAX_VALUE || PacketSizes.of(answer) <= maxPacketSize;
    if (fits) {
      output.packet(answer);
    }
    return fits;
  }
}
