package io.waypost.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.waypost.loop.Timer;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Several protocols on one port, told apart by the first bytes of each connection. A connection that no protocol
 * recognises, or not in time, is closed: there is no protocol in which to say why.
 *
 * @param endpoints who is asked, in this order
 * @param patience how long a connection may take to show what it is
 */
public record PortSharing(List<Endpoint> endpoints, Duration patience) {
  /** No protocol needs more to be recognised. */
  static final int MOST_BYTES = 256;

  private static final Logger LOG = LoggerFactory.getLogger(PortSharing.class);

  /** Copies the list. */
  public PortSharing {
    endpoints = List.copyOf(endpoints);
  }

  /** Takes over a connection until its protocol is known; on the channel's loop. */
  public void open(Channel channel) {
    channel.pipeline().addLast(new Sniffer(endpoints, patience));
  }

  private static final class Sniffer extends ByteToMessageDecoder {
    private final List<Endpoint> endpoints;
    private final Duration patience;
    private @Nullable Timer timeout;

    Sniffer(List<Endpoint> endpoints, Duration patience) {
      this.endpoints = endpoints;
      this.patience = patience;
    }

    /** Kept back: the protocol's handlers see it once they are there. */
    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      timeout = NettyLoop.of(ctx.channel())
          .schedule(() -> giveUp(ctx, "it did not show its protocol"), patience.toNanos());
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
      boolean undecided = false;
      for (Endpoint endpoint : endpoints) {
        switch (endpoint.protocol().sniff(in)) {
          case YES -> {
            handOver(ctx, endpoint);
            return;
          }
          case NEED_MORE -> undecided = true;
          case NO -> {}
        }
      }
      if (!undecided || in.readableBytes() > MOST_BYTES) {
        in.skipBytes(in.readableBytes());
        giveUp(ctx, "no protocol begins like that");
      }
    }

    @Override
    protected void handlerRemoved0(ChannelHandlerContext ctx) {
      if (timeout != null) {
        timeout.cancel();
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      LOG.debug("{} is closed before its protocol was known", ctx.channel().remoteAddress(), cause);
      ctx.close();
    }

    /** The bytes read so far follow when the decoder is removed. */
    private static void handOver(ChannelHandlerContext ctx, Endpoint endpoint) {
      endpoint.open(ctx.channel());
      ctx.fireChannelActive();
      ctx.pipeline().remove(ctx.handler());
    }

    private static void giveUp(ChannelHandlerContext ctx, String reason) {
      LOG.debug("{} is closed: {}", ctx.channel().remoteAddress(), reason);
      ctx.close();
    }
  }
}
