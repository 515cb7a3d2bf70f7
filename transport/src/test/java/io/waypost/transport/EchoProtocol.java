package io.waypost.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.waypost.broker.Broker;
import io.waypost.loop.Loop;
import java.nio.charset.StandardCharsets;

/** Greets with its name, then sends back what it gets, flushing at the end of the turn. Known by its first word. */
final class EchoProtocol implements Protocol {
  private final String name;

  EchoProtocol(String name) {
    this.name = name;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int defaultPort() {
    return 0;
  }

  @Override
  public Sniff sniff(ByteBuf firstBytes) {
    String begin = firstBytes.toString(StandardCharsets.US_ASCII);
    if (begin.startsWith(name)) {
      return Sniff.YES;
    }
    return name.startsWith(begin) ? Sniff.NEED_MORE : Sniff.NO;
  }

  @Override
  public void open(Channel channel, Loop loop, Broker broker, ProtocolSettings settings) {
    channel.pipeline().addLast(new ChannelInboundHandlerAdapter() {
      @Override
      public void channelActive(ChannelHandlerContext ctx) {
        byte[] greeting = ("<" + name + ">").getBytes(StandardCharsets.US_ASCII);
        ctx.writeAndFlush(ctx.alloc().buffer().writeBytes(greeting));
      }

      @Override
      public void channelRead(ChannelHandlerContext ctx, Object bytes) {
        ctx.write(bytes);
        loop.atTurnEnd(ctx::flush);
      }
    });
  }
}
