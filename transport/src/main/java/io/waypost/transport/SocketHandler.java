package io.waypost.transport;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/** The last of a connection's handlers: tells the connection what happens to its socket, apart from the bytes. */
public final class SocketHandler extends ChannelInboundHandlerAdapter {
  /** A connection. Called on its loop. */
  public interface Connection {
    /** The socket is open. */
    void connected();

    /** The socket is gone. */
    void disconnected();

    /** What the socket had has been read. */
    void readComplete();

    /** The socket takes output again, or has enough of it. */
    void writable(boolean writable);

    /** Something went wrong in the pipeline. */
    void failed(Throwable cause);
  }

  private final Connection connection;

  /** A handler for that connection's socket. */
  public SocketHandler(Connection connection) {
    this.connection = connection;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    connection.connected();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    connection.disconnected();
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    connection.readComplete();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    connection.writable(ctx.channel().isWritable());
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    connection.failed(cause);
  }
}
