package io.waypost.amqp;

import io.waypost.amqp.codec.ReplyCode;

/**
 * Refuses what only AMQP knows and the broker was never asked. Without a stack trace: it tells of the client's mistake.
 */
final class AmqpException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ReplyCode code;

  AmqpException(ReplyCode code, String detail) {
    super(detail, null, false, false);
    this.code = code;
  }

  ReplyCode code() {
    return code;
  }

  String detail() {
    return String.valueOf(getMessage());
  }
}
