package io.waypost.amqp.codec;

/**
 * Bytes that are not what they should be. Leaves the codec only as a {@link ProtocolError}; without a stack trace, since
 * it tells of the peer's mistake.
 */
final class MalformedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  MalformedException(String message) {
    super(message, null, false, false);
  }
}
