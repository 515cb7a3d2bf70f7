package io.waypost.transport;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A bound port that accepts connections. Any thread may call; never on a loop. */
public final class Listener implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Listener.class);

  private static final int SMALLEST_READ = 64;
  private static final int FIRST_READ = 2048;
  private static final int LARGEST_READ = 64 * 1024;

  private final ListenerSettings settings;
  private final Channel channel;

  private Listener(ListenerSettings settings, Channel channel) {
    this.settings = settings;
    this.channel = channel;
  }

  /**
   * Binds and begins to accept.
   *
   * @param connections where accepted connections are counted; those beyond its limit are closed at once
   * @param opener fills the pipeline of each accepted channel, on the channel's loop
   * @throws BindException with a message for the operator, if the address can't be bound
   */
  public static Listener bind(
      ListenerSettings settings,
      NettyLoops loops,
      Connections connections,
      Consumer<Channel> opener)
      throws BindException {
    InetSocketAddress address = new InetSocketAddress(settings.host(), settings.port());
    if (address.isUnresolved()) {
      throw BindRefusal.of(
          settings.name(), settings.host(), settings.port(), "the host is not known");
    }
    ChannelFuture bound = new ServerBootstrap()
        .group(loops.eventLoops())
        .channel(loops.serverChannel())
        .option(ChannelOption.SO_BACKLOG, settings.backlog())
        .option(ChannelOption.SO_REUSEADDR, true)
        .childOption(ChannelOption.TCP_NODELAY, true)
        .childOption(ChannelOption.SO_KEEPALIVE, true)
        .childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
        // A buffer is taken when there is something to read and given back after: idle connections
        // hold none.
        .childOption(
            ChannelOption.RECVBUF_ALLOCATOR,
            new AdaptiveRecvByteBufAllocator(SMALLEST_READ, FIRST_READ, LARGEST_READ))
        .childOption(
            ChannelOption.WRITE_BUFFER_WATER_MARK,
            new WriteBufferWaterMark(
                settings.writeHighWatermark() / 2, settings.writeHighWatermark()))
        .childHandler(new Accepting(settings.name(), connections, opener))
        .bind(address)
        .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw BindRefusal.of(settings.name(), settings.host(), settings.port(), bound.cause());
    }
    return new Listener(settings, bound.channel());
  }

  /** Its name. */
  public String name() {
    return settings.name();
  }

  /** The address that it is bound to, with the actual port. */
  public InetSocketAddress address() {
    return (InetSocketAddress) channel.localAddress();
  }

  /** Stops accepting; accepted connections stay. */
  @Override
  public void close() {
    channel.close().awaitUninterruptibly();
  }

  private static final class Accepting extends ChannelInitializer<Channel> {
    private final String name;
    private final Connections connections;
    private final Consumer<Channel> opener;

    Accepting(String name, Connections connections, Consumer<Channel> opener) {
      this.name = name;
      this.connections = connections;
      this.opener = opener;
    }

    @Override
    protected void initChannel(Channel channel) {
      if (connections.add(channel)) {
        opener.accept(channel);
      } else {
        LOG.warn(
            "listener {}: too many connections, {} is turned away", name, channel.remoteAddress());
        channel.close();
      }
    }
  }
}
