package io.waypost.transport;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.waypost.loop.LoopGroup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The broker's loops, running: on epoll where its native library loads, else on NIO. Any thread may call. */
public final class NettyLoops {
  private final Group eventLoops;
  private final LoopGroup group;
  private final Class<? extends ServerChannel> serverChannel;

  private NettyLoops(
      Group eventLoops, List<NettyLoop> loops, Class<? extends ServerChannel> serverChannel) {
    this.eventLoops = eventLoops;
    this.group = new LoopGroup(List.copyOf(loops));
    this.serverChannel = serverChannel;
  }

  /**
   * Makes the loops; their threads start with their first task.
   *
   * @param threads how many, 1 or more
   */
  public static NettyLoops start(int threads) {
    return Epoll.isAvailable()
        ? start(threads, EpollIoHandler.newFactory(), EpollServerSocketChannel.class)
        : startNio(threads);
  }

  static NettyLoops startNio(int threads) {
    return start(threads, NioIoHandler.newFactory(), NioServerSocketChannel.class);
  }

  private static NettyLoops start(
      int threads, IoHandlerFactory io, Class<? extends ServerChannel> serverChannel) {
    List<NettyLoop> loops = new ArrayList<>(threads);
    return new NettyLoops(new Group(threads, io, loops), loops, serverChannel);
  }

  /** The loops as the broker sees them. */
  public LoopGroup group() {
    return group;
  }

  /** The same loops as Netty's bootstraps see them. */
  public EventLoopGroup eventLoops() {
    return eventLoops;
  }

  /** Whether the native epoll transport is in use. */
  public boolean epoll() {
    return serverChannel == EpollServerSocketChannel.class;
  }

  Class<? extends ServerChannel> serverChannel() {
    return serverChannel;
  }

  /**
   * Ends the loops and closes the channels that are still open; waits at most that long, never on a loop.
   *
   * @return whether all loops have ended
   */
  public boolean close(Duration atMost) {
    eventLoops.shutdownGracefully(0, atMost.toMillis(), TimeUnit.MILLISECONDS);
    return eventLoops.terminationFuture().awaitUninterruptibly(atMost.toMillis());
  }

  private static final class Group extends MultiThreadIoEventLoopGroup {
    Group(int threads, IoHandlerFactory io, List<NettyLoop> loops) {
      super(threads, (Executor) null, io, loops, threads);
    }

    /** Called by the superclass's constructor: works on its arguments alone. */
    @Override
    @SuppressWarnings("unchecked")
    protected IoEventLoop newChild(
        @Nullable Executor unused, IoHandlerFactory io, Object... arguments) {
      List<NettyLoop> loops = (List<NettyLoop>) arguments[0];
      NettyLoop loop = new NettyLoop(this, io, loops, loops.size(), (int) arguments[1]);
      loops.add(loop);
      return loop.eventLoop();
    }
  }
}
