package io.waypost.mqtt;

/** The reason codes that this server sends (MQTT 5 section 2.4), and what stands for them in a CONNACK before MQTT 5. */
enum Reason {
  SUCCESS(0x00, 0),
  NO_MATCHING_SUBSCRIBERS(0x10, 0),
  NO_SUBSCRIPTION_EXISTED(0x11, 0),
  CONTINUE_AUTHENTICATION(0x18, 5),
  REAUTHENTICATE(0x19, 5),
  UNSPECIFIED_ERROR(0x80, 3),
  MALFORMED_PACKET(0x81, 3),
  PROTOCOL_ERROR(0x82, 3),
  IMPLEMENTATION_SPECIFIC_ERROR(0x83, 3),
  UNSUPPORTED_PROTOCOL_VERSION(0x84, 1),
  CLIENT_IDENTIFIER_NOT_VALID(0x85, 2),
  BAD_USER_NAME_OR_PASSWORD(0x86, 4),
  NOT_AUTHORIZED(0x87, 5),
  SERVER_UNAVAILABLE(0x88, 3),
  SERVER_BUSY(0x89, 3),
  SERVER_SHUTTING_DOWN(0x8B, 3),
  BAD_AUTHENTICATION_METHOD(0x8C, 5),
  KEEP_ALIVE_TIMEOUT(0x8D, 3),
  SESSION_TAKEN_OVER(0x8E, 3),
  TOPIC_FILTER_INVALID(0x8F, 3),
  TOPIC_NAME_INVALID(0x90, 3),
  PACKET_IDENTIFIER_IN_USE(0x91, 3),
  PACKET_IDENTIFIER_NOT_FOUND(0x92, 3),
  RECEIVE_MAXIMUM_EXCEEDED(0x93, 3),
  TOPIC_ALIAS_INVALID(0x94, 3),
  PACKET_TOO_LARGE(0x95, 3),
  QUOTA_EXCEEDED(0x97, 3),
  ADMINISTRATIVE_ACTION(0x98, 3);

  private final byte value;
  private final byte returnCode;

  Reason(int value, int returnCode) {
    this.value = (byte) value;
    this.returnCode = (byte) returnCode;
  }

  /** The reason of that value, {@link #UNSPECIFIED_ERROR} if this server has none. */
  static Reason of(byte value) {
    for (Reason reason : values()) {
      if (reason.value == value) {
        return reason;
      }
    }
    return UNSPECIFIED_ERROR;
  }

  /** As on the wire. */
  byte value() {
    return value;
  }

  /** The return code of a CONNACK of MQTT 3.1 and 3.1.1 (section 3.2.2.3 there). */
  byte returnCode() {
    return returnCode;
  }

  /** Whether a client that is told this broke a rule of the protocol. */
  boolean isViolation() {
    return switch (this) {
      case MALFORMED_PACKET,
          PROTOCOL_ERROR,
          TOPIC_FILTER_INVALID,
          TOPIC_NAME_INVALID,
          RECEIVE_MAXIMUM_EXCEEDED,
          TOPIC_ALIAS_INVALID,
          PACKET_TOO_LARGE -> true;
      default -> false;
    };
  }

  boolean isError() {
    return value < 0;
  }
}
