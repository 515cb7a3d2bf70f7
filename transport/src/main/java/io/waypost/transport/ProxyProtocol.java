package io.waypost.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.handler.codec.haproxy.HAProxyProxiedProtocol.AddressFamily;
import io.netty.util.NetUtil;
import io.waypost.loop.Timer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The PROXY protocol, versions 1 and 2: a proxy says in front of everything else for whom it opened the connection. One
 * that says nothing, or nothing that is understood, is closed.
 */
public final class ProxyProtocol {
  private static final Logger LOG = LoggerFactory.getLogger(ProxyProtocol.class);

  /** Most bytes of what a proxy adds beyond addresses. */
  private static final int MOST_EXTENSIONS = 4096;

  private ProxyProtocol() {}

  /**
   * Reads what the proxy says, on the channel's loop.
   *
   * @param patience how long that may take
   * @param opener gets the channel then: fills the rest of its pipeline, which then sees the channel become active
   */
  public static void open(Channel channel, Duration patience, Consumer<Channel> opener) {
    channel
        .pipeline()
        .addLast(new HAProxyMessageDecoder(MOST_EXTENSIONS), new Door(patience, opener));
  }

  private static final class Door extends ChannelInboundHandlerAdapter {
    private final Duration patience;
    private final Consumer<Channel> opener;
    private @Nullable Timer timeout;

    Door(Duration patience, Consumer<Channel> opener) {
      this.patience = patience;
      this.opener = opener;
    }

    /** Kept back: the protocol's handlers see it once they are there. */
    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      timeout = NettyLoop.of(ctx.channel())
          .schedule(() -> close(ctx, "its proxy said nothing"), patience.toNanos());
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object read) {
      HAProxyMessage said = (HAProxyMessage) read;
      try {
        InetSocketAddress client = client(said);
        if (client != null) {
          ClientAddress.note(ctx.channel(), client);
        }
      } finally {
        said.release();
      }
      opener.accept(ctx.channel());
      ctx.fireChannelActive();
      ctx.pipeline().remove(this);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
      if (timeout != null) {
        timeout.cancel();
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      close(ctx, String.valueOf(cause.getMessage()));
    }

    private static void close(ChannelHandlerContext ctx, String why) {
      LOG.debug("{} is closed: {}", ctx.channel().remoteAddress(), why);
      ctx.close();
    }
  }

  /** Null when the proxy speaks for itself, or does not say where its client is. */
  private static @Nullable InetSocketAddress client(HAProxyMessage said) {
    AddressFamily family = said.proxiedProtocol().addressFamily();
    boolean internet = family == AddressFamily.AF_IPv4 || family == AddressFamily.AF_IPv6;
    if (said.command() == HAProxyCommand.LOCAL || !internet) {
      return null;
    }
    byte[] address = NetUtil.createByteArrayFromIpAddressString(said.sourceAddress());
    try {
      return address == null
          ? null
          : new InetSocketAddress(InetAddress.getByAddress(address), said.sourcePort());
    } catch (UnknownHostException wrongLength) {
      throw new IllegalStateException(wrongLength);
    }
  }
}
