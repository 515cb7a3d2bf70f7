package io.waypost.amqp;

import io.netty.channel.Channel;
import io.waypost.broker.ClientInfo;
import io.waypost.broker.Encryption;
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

  ClientInfo clientInfo(ClientProperties client, String mechanism) {
    return new ClientInfo(
        AmqpProtocol.NAME,
        "0-9-1",
        client.connectionName(),
        remote,
        local,
        encryption,
        mechanism,
        client.all());
  }

  /** The connection's name as operators know it. */
  String name() {
    return clientInfo(ClientProperties.NONE, "").name();
  }

  /** The user that its verified certificate stands for; null when it showed none. */
  @Nullable
  String provedName() {
    return encryption == null ? null : encryption.user();
  }
}
