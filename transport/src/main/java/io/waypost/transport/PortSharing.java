package io.waypost.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.waypost.loop.Timer;
import io.waypost.transport.tls.Tls;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Several protocols on one port, told apart by the first bytes of each connection. A connection that no protocol
 * recognises, or not in time, is closed: there is no protocol in which to say why.
 *
 * @param endpoints who is asked, in this order
 * @param patience how long a connection may take to show what it is
 * @param tls what encrypts connections that begin with a handshake; null when there is nothing
 */
public record PortSharing(
    List<Endpoint> endpoints, Duration patience, @Nullable Tls tls) {
  /** No protocol needs more to be recognised. */
  static final int MOST_BYTES = 256;

  /** The first byte of a TLS record with a handshake (RFC 8446, section 5.1). */
  private static final int TLS_HANDSHAKE = 0x16;

  private static final Logger LOG = LoggerFactory.getLogger(PortSharing.class);

  /** Copies the list. */
  public PortSharing {
    endpoints = List.copyOf(endpoints);
  }

  /** Takes over a connection until its protocol is known; on the channel's loop. */
  public void open(Channel channel) {
    channel.pipeline().addLast(new Sniffer(this));
  }

  private static final class Sniffer extends ByteToMessageDecoder {
    private final PortSharing port;
    private @Nullable Timer timeout;

    Sniffer(PortSharing port) {
      this.port = port;
    }

    /** Kept back: the protocol's handlers see it once they are there. */
    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      timeout = NettyLoop.of(ctx.channel())
          .schedule(() -> giveUp(ctx, "it did not show its protocol"), port.patience.toNanos());
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
      Tls tls = port.tls;
      if (tls != null && in.getUnsignedByte(in.readerIndex()) == TLS_HANDSHAKE) {
        // Behind the encryption it is told apart once more.
        PortSharing inside = new PortSharing(port.endpoints, port.patience, null);
        handOver(ctx, channel -> tls.open(channel, inside::open));
        return;
      }
      boolean undecided = false;
      for (Endpoint endpoint : port.endpoints) {
        switch (endpoint.protocol().sniff(in)) {
          case YES -> {
            handOver(ctx, endpoint::open);
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
    private static void handOver(ChannelHandlerContext ctx, Consumer<Channel> opener) {
      opener.accept(ctx.channel());
      ctx.fireChannelActive();
      ctx.pipeline().remove(ctx.handler());
    }

    private static void giveUp(ChannelHandlerContext ctx, String reason) {
      LOG.debug("{} is closed: {}", ctx.channel().remoteAddress(), reason);
      ctx.close();
    }
  }
}
