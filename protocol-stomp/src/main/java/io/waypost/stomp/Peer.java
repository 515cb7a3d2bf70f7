package io.waypost.stomp;

import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import io.waypost.broker.ClientInfo;
import io.waypost.message.Headers;
import java.net.InetSocketAddress;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/**
 * What the transport knows of the other side.
 *
 * @param remote its address
 * @param local the address that it connected to
 * @param tls whether the connection is encrypted
 * @param provedName the subject of its verified certificate, or null when it showed none
 */
record Peer(
    InetSocketAddress remote,
    InetSocketAddress local,
    boolean tls,
    @Nullable String provedName) {
  static Peer of(Channel channel) {
    SslHandler ssl = channel.pipeline().get(SslHandler.class);
    return new Peer(
        (InetSocketAddress) channel.remoteAddress(),
        (InetSocketAddress) channel.localAddress(),
        ssl != null,
        ssl == null ? null : subject(ssl));
  }

  ClientInfo clientInfo(String version, String clientId, String mechanism) {
    return new ClientInfo(
        StompProtocol.NAME, version, clientId, remote, local, tls, mechanism, Headers.empty());
  }

  private static @Nullable String subject(SslHandler ssl) {
    try {
      return ssl.engine().getSession().getPeerPrincipal().getName();
    } catch (SSLPeerUnverifiedException none) {
      return null;
    }
  }
}
