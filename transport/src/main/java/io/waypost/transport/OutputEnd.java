package io.waypost.transport;

import io.netty.channel.Channel;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;

/** Ends our side of a conversation; the socket stays open for the client to read the rest. */
public final class OutputEnd {
  private OutputEnd() {}

  /** Says that nothing more will come, if the channel can say so; when everything is out, on the channel's loop. */
  public static void of(Channel channel) {
    SslHandler tls = channel.pipeline().get(SslHandler.class);
    if (tls == null) {
      shutDown(channel);
    } else {
      // Without it a client could not tell the end from a connection that was cut (RFC 8446,
      // section 6.1).
      tls.closeOutbound().addListener(said -> shutDown(channel));
    }
  }

  private static void shutDown(Channel channel) {
    if (channel instanceof DuplexChannel duplex) {
      duplex.shutdownOutput();
    }
  }
}
