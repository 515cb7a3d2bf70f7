package io.waypost.transport.tls;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands behind the encryption until the handshake is over: whoever gets the connection then sees it open, and knows at
 * once whom it is from. Goes away with that.
 */
final class TlsDoor extends ChannelInboundHandlerAdapter {
  private static final Logger LOG = LoggerFactory.getLogger(TlsDoor.class);

  private final SslHandler tls;
  private final UserFrom userFrom;
  private final Consumer<Channel> opener;

  TlsDoor(SslHandler tls, UserFrom userFrom, Consumer<Channel> opener) {
    this.tls = tls;
    this.userFrom = userFrom;
    this.opener = opener;
  }

  /** Kept back: the protocol's handlers see it once they are there. */
  @Override
  public void channelActive(ChannelHandlerContext ctx) {}

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof SslHandshakeCompletionEvent handshake) {
      if (handshake.isSuccess()) {
        TlsPeer.note(ctx.channel(), tls.engine().getSession(), userFrom);
        opener.accept(ctx.channel());
        ctx.fireChannelActive();
        ctx.pipeline().remove(this);
      } else {
        // Who encrypts closes the channel, when the client has been told why.
        LOG.debug(
            "{} did not agree on encryption: {}",
            ctx.channel().remoteAddress(),
            String.valueOf(handshake.cause()));
      }
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    LOG.debug("{} is closed: {}", ctx.channel().remoteAddress(), String.valueOf(cause));
    ctx.close();
  }
}
