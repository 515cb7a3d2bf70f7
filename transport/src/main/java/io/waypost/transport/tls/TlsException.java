package io.waypost.transport.tls;

/** Keys or certificates can't be used; the message says which file and why, for the operator, in one line. */
public final class TlsException extends Exception {
  private static final long serialVersionUID = 1L;

  TlsException(String message) {
    super(message, null, false, false);
  }
}
