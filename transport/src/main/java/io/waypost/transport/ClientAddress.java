package io.waypost.transport;

import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/** Where a client is: on the other side of its socket, or of the proxy that speaks for it. */
public final class ClientAddress {
  private static final AttributeKey<InetSocketAddress> BEHIND_PROXY =
      AttributeKey.valueOf(ClientAddress.class, "behindProxy");

  private ClientAddress() {}

  /** The client's address. Any thread. */
  public static SocketAddress of(Channel channel) {
    InetSocketAddress behind = channel.attr(BEHIND_PROXY).get();
    return behind == null ? channel.remoteAddress() : behind;
  }

  /** Notes what a proxy said. */
  static void note(Channel channel, InetSocketAddress behind) {
    channel.attr(BEHIND_PROXY).set(behind);
  }
}
