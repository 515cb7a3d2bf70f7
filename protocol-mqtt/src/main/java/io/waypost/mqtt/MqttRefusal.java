package io.waypost.mqtt;

/** Refuses what a client asked for, with the reason that it may be told. Carries no stack trace. */
final class MqttRefusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Reason reason;

  MqttRefusal(Reason reason, String detail) {
    super(detail, null, false, false);
    this.reason = reason;
  }

  Reason reason() {
    return reason;
  }

  /** One sentence for the client. */
  String detail() {
    return String.valueOf(getMessage());
  }
}
