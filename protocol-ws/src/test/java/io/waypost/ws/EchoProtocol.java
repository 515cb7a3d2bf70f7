package io.waypost.ws;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.waypost.broker.Broker;
import io.waypost.broker.Encryption;
import io.waypost.loop.Loop;
import io.waypost.transport.Protocol;
import io.waypost.transport.ProtocolSettings;
import io.waypost.transport.Sniff;
import io.waypost.transport.tls.TlsPeer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Says what it hears. A connection whose first bytes are {@code flood} is sent {@link #FLOOD} bytes as fast as it takes
 * them, one that begins with {@code bye} is said goodbye to, one that begins with {@code deaf} is not read any further.
 */
final class EchoProtocol implements Protocol {
  static final int FLOOD = 64 * 1024 * 1024;

  final AtomicInteger open = new AtomicInteger();
  final AtomicLong flooded = new AtomicLong();
  final AtomicLong heard = new AtomicLong();
  volatile @Nullable Encryption encryption;
  private final String name;
  private final List<String> subprotocols;
  private final boolean text;

  EchoProtocol(String name, List<String> subprotocols, boolean text) {
    this.name = name;
    this.subprotocols = subprotocols;
    this.text = text;
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
  public List<String> webSocketSubprotocols() {
    return subprotocols;
  }

  @Override
  public boolean textOverWebSocket() {
    return text;
  }

  @Override
  public Sniff sniff(ByteBuf firstBytes) {
    return Sniff.NO;
  }

  @Override
  public void open(Channel channel, Loop loop, Broker broker, ProtocolSettings settings) {
    encryption = TlsPeer.of(channel);
    channel.pipeline().addLast(new Echo());
  }

  private final class Echo extends ChannelInboundHandlerAdapter {
    private boolean flooding;
    private int left = FLOOD;

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      open.incrementAndGet();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      open.decrementAndGet();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      ByteBuf in = (ByteBuf) message;
      heard.addAndGet(in.readableBytes());
      String start = in.toString(0, Math.min(5, in.writerIndex()), StandardCharsets.ISO_8859_1);
      if (in.readableBytes() == 5 && start.equals("flood")) {
        in.release();
        flooding = true;
        flood(ctx);
      } else if (in.readableBytes() == 3 && start.equals("bye")) {
        ctx.writeAndFlush(in);
        ((DuplexChannel) ctx.channel()).shutdownOutput();
      } else if (in.readableBytes() == 4 && start.equals("deaf")) {
        ctx.channel().config().setAutoRead(false);
        ctx.write(in);
      } else {
        ctx.write(in);
      }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
      ctx.flush();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
      if (flooding) {
        flood(ctx);
      }
    }

    private void flood(ChannelHandlerContext ctx) {
      boolean written = false;
      while (ctx.channel().isWritable() && left > 0) {
        int count = Math.min(left, 16 * 1024);
        left -= count;
        flooded.addAndGet(count);
        ctx.write(Unpooled.wrappedBuffer(new byte[count]));
        written = true;
      }
      if (written) {
        ctx.executor().execute(ctx::flush);
      }
    }
  }
}
