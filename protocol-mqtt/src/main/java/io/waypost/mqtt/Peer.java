package io.waypost.mqtt;

import io.netty.channel.Channel;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.waypost.broker.ClientInfo;
import io.waypost.broker.Encryption;
import io.waypost.message.Headers;
import io.waypost.transport.ClientAddress;
import io.waypost.transport.tls.TlsPeer;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * What the transport knows of the other side.
 *
 * @param remote its address
 * @param local the address that it connected to
 * @param encryption how the connection is encrypted, with its verified certificate; null when it is not
 */
record Peer(
    InetSocketAddress remote,
    InetSocketAddress local,
    @Nullable Encryption encryption) {
  static Peer of(Channel channel) {
    return new Peer(
        (InetSocketAddress) ClientAddress.of(channel),
        (InetSocketAddress) channel.localAddress(),
        TlsPeer.of(channel));
  }

  ClientInfo clientInfo(MqttVersion version, String clientId, String mechanism) {
    return new ClientInfo(
        MqttProtocol.NAME,
        name(version),
        clientId,
        remote,
        local,
        encryption,
        mechanism,
        Headers.empty());
  }

  private static String name(MqttVersion version) {
    return switch (version) {
      case MQTT_3_1 -> "3-1";
      case MQTT_3_1_1 -> "3-1-1";
      case MQTT_5 -> "5-0";
    };
  }

  /** The user that its verified certificate stands for; null when it showed none. */
  @Nullable
  String provedName() {
    return encryption == null ? null : encryption.user();
  }

  /** Whom its verified certificate names; null when it showed none. */
  @Nullable
  String subject() {
    Encryption.Certificate shown = encryption == null ? null : encryption.certificate();
    return shown == null ? null : shown.subject();
  }
}
