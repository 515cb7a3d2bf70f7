package io.waypost.transport;

import java.net.BindException;

/** Tells an operator why a port can't be had. */
public final class BindRefusal {
  private BindRefusal() {}

  /**
   * The same failure in one line that names the listener and the address.
   *
   * @param listener the listener's name
   * @param cause what the system or a library said
   */
  public static BindException of(String listener, String host, int port, Throwable cause) {
    return of(listener, host, port, reason(String.valueOf(cause.getMessage())));
  }

  static BindException of(String listener, String host, int port, String reason) {
    return new BindException(
        "listener " + listener + ": cannot listen on " + host + ":" + port + ": " + reason);
  }

  private static String reason(String text) {
    if (text.contains("in use")) {
      return "the address is already in use";
    }
    if (text.contains("ermission denied")) {
      return "permission denied (ports below 1024 need a privilege)";
    }
    if (text.contains("assign requested address")) {
      return "this machine does not have the address";
    }
    return text;
  }
}
