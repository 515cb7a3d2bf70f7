package io.waypost.ws;

/** What a client did that the WebSocket has to be closed for. */
final class Violation extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int code;

  Violation(int code, String reason) {
    super(reason, null, false, false);
    this.code = code;
  }

  int code() {
    return code;
  }

  String reason() {
    return String.valueOf(getMessage());
  }
}
