package io.waypost.mqtt;

import io.netty.channel.Channel;
import io.netty.handler.codec.mqtt.MqttVersion;
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

  ClientInfo clientInfo(MqttVersion version, String clientId, String mechanism) {
    return new ClientInfo(
        MqttProtocol.NAME, name(version), clientId, remote, local, tls, mechanism, Headers.empty());
  }

  private static String name(MqttVersion version) {
    return switch (version) {
      case MQTT_3_1 -> "3-1";
      case MQTT_3_1_1 -> "3-1-1";
      case MQTT_5 -> "5-0";
    };
  }

  private static @Nullable String subject(SslHandler ssl) {
    try {
      return ssl.engine().getSession().getPeerPrincipal().getName();
    } catch (SSLPeerUnverifiedException none) {
      return null;
    }
  }
}
