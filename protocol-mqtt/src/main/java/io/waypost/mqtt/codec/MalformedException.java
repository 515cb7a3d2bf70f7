package io.waypost.mqtt.codec;

import io.netty.handler.codec.mqtt.MqttReasonCodes;

/**
 * Bytes that are not what they should be. Leaves the codec only as a {@link MalformedPacket}; without a stack trace,
 * since it tells of the peer's mistake.
 */
final class MalformedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final MqttReasonCodes.Disconnect reason;

  private MalformedException(MqttReasonCodes.Disconnect reason, String detail) {
    super(detail, null, false, false);
    this.reason = reason;
  }

  /** A packet that cannot be parsed: 0x81. */
  static MalformedException malformed(String detail) {
    return new MalformedException(MqttReasonCodes.Disconnect.MALFORMED_PACKET, detail);
  }

  /** A packet that can be parsed and holds or is what it must not: 0x82. */
  static MalformedException protocolError(String detail) {
    return new MalformedException(MqttReasonCodes.Disconnect.PROTOCOL_ERROR, detail);
  }

  static MalformedException of(MqttReasonCodes.Disconnect reason, String detail) {
    return new MalformedException(reason, detail);
  }

  MqttReasonCodes.Disconnect reason() {
    return reason;
  }

  String detail() {
    return String.valueOf(getMessage());
  }
}
