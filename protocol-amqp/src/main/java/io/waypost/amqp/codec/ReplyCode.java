package io.waypost.amqp.codec;

/** The reply codes of AMQP 0-9-1 (section 1.2). */
public enum ReplyCode {
  /** All is well. */
  SUCCESS(200),
  /** Returned: no queue wanted the message. */
  NO_ROUTE(312),
  /** An operator or the end of the broker closes the connection. */
  CONNECTION_FORCED(320),
  /** The client may not do that. */
  ACCESS_REFUSED(403),
  /** The named thing does not exist. */
  NOT_FOUND(404),
  /** Another client has it to itself. */
  RESOURCE_LOCKED(405),
  /** A precondition does not hold. */
  PRECONDITION_FAILED(406),
  /** A frame that cannot be decoded. */
  FRAME_ERROR(501),
  /** A field with an illegal value. */
  SYNTAX_ERROR(502),
  /** A method that does not exist or does not belong there. */
  COMMAND_INVALID(503),
  /** A channel that is not open, or open twice. */
  CHANNEL_ERROR(504),
  /** A frame where another kind of frame belongs. */
  UNEXPECTED_FRAME(505),
  /** Not enough resources. */
  RESOURCE_ERROR(506),
  /** The connection may not do that. */
  NOT_ALLOWED(530),
  /** The broker does not offer that. */
  NOT_IMPLEMENTED(540),
  /** The broker failed. */
  INTERNAL_ERROR(541);

  private final int value;

  ReplyCode(int value) {
    this.value = value;
  }

  /** The number on the wire. */
  public int value() {
    return value;
  }

  /** Whether the error ends the channel only; the others end the connection. */
  public boolean soft() {
    return this == NO_ROUTE
        || this == ACCESS_REFUSED
        || this == NOT_FOUND
        || this == RESOURCE_LOCKED
        || this == PRECONDITION_FAILED;
  }
}
