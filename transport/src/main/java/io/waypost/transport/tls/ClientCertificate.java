package io.waypost.transport.tls;

import io.netty.handler.ssl.ClientAuth;

/** Whether clients are asked for a certificate. One that is shown is verified, or the connection does not come about. */
public enum ClientCertificate {
  /** Nobody is asked. */
  NONE(ClientAuth.NONE),
  /** Clients are asked; those that have none may connect. */
  REQUEST(ClientAuth.OPTIONAL),
  /** Clients without one may not connect. */
  REQUIRE(ClientAuth.REQUIRE);

  private final ClientAuth netty;

  ClientCertificate(ClientAuth netty) {
    this.netty = netty;
  }

  ClientAuth netty() {
    return netty;
  }
}
