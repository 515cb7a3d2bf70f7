package io.waypost.distribution;

import java.net.Inet6Address;
import java.net.InetSocketAddress;

/**
 * A port that is open.
 *
 * @param name the listener's name
 * @param address where
 */
record Listening(String name, InetSocketAddress address) {
  /** As people write addresses: {@code 127.0.0.1:5672}, {@code [::1]:5672}, {@code *:5672} for all of the machine's. */
  String text() {
    if (address.getAddress().isAnyLocalAddress()) {
      return "*:" + address.getPort();
    }
    String host = address.getAddress().getHostAddress();
    String shown = address.getAddress() instanceof Inet6Address ? "[" + host + "]" : host;
    return shown + ":" + address.getPort();
  }
}
