package io.waypost.broker;

import io.waypost.message.Headers;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a connection before it has a session.
 *
 * @param protocol the adapter's name, such as {@code amqp}
 * @param protocolVersion as operators know it, such as {@code 0-9-1}
 * @param clientId the client's id or the name that it gave the connection; empty when none
 * @param remote the client's address, behind a proxy the original one
 * @param local the address of the listener that accepted it
 * @param encryption how the connection is encrypted; null when it is not
 * @param mechanism how it authenticated, such as {@code PLAIN}
 * @param properties what the client says about itself
 */
public record ClientInfo(
    String protocol,
    String protocolVersion,
    String clientId,
    InetSocketAddress remote,
    InetSocketAddress local,
    @Nullable Encryption encryption,
    String mechanism,
    Headers properties) {

  /** Whether the connection is encrypted. */
  public boolean tls() {
    return encryption != null;
  }

  /** Whether the client sits on this machine. */
  public boolean loopback() {
    return remote.getAddress() != null && remote.getAddress().isLoopbackAddress();
  }

  /** The connection's name as operators know it: {@code peer:port -> local:port}. */
  public String name() {
    return remote.getAddress().getHostAddress()
        + ":"
        + remote.getPort()
        + " -> "
        + local.getAddress().getHostAddress()
        + ":"
        + local.getPort();
  }
}
