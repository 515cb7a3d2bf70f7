package io.waypost.ws;

/** Why a WebSocket is closed (RFC 6455, section 7.4.1). */
final class CloseCode {
  static final int NORMAL = 1000;
  static final int GOING_AWAY = 1001;
  static final int PROTOCOL_ERROR = 1002;
  static final int UNSUPPORTED_DATA = 1003;
  static final int INVALID_TEXT = 1007;
  static final int TOO_LARGE = 1009;

  /** Stands in no frame: the other side gave no code. */
  static final int NONE = 1005;

  private CloseCode() {}

  /** Whether a client may send that code. */
  static boolean isValid(int code) {
    return (code >= NORMAL && code <= 1014 && code != 1004 && code != NONE && code != 1006)
        || (code >= 3000 && code <= 4999);
  }
}
