package io.waypost.stomp;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/** Tells a connection what happens to its socket, apart from the bytes that the decoder reads. */
final class StompHandler extends ChannelInboundHandlerAdapter {
  private final StompConnection connection;

  StompHandler(StompConnection connection) {
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
