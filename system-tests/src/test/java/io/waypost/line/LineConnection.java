package io.waypost.line;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.waypost.broker.Broker;
import io.waypost.broker.BrokerException;
import io.waypost.broker.ClientInfo;
import io.waypost.broker.Consumer;
import io.waypost.broker.ConsumerHandle;
import io.waypost.broker.ConsumerSpec;
import io.waypost.broker.Credentials;
import io.waypost.broker.Delivery;
import io.waypost.broker.ErrorCode;
import io.waypost.broker.QueueSpec;
import io.waypost.broker.Session;
import io.waypost.broker.SessionListener;
import io.waypost.broker.Settlement;
import io.waypost.loop.Loop;
import io.waypost.message.Headers;
import io.waypost.message.Message;
import io.waypost.message.Properties;
import io.waypost.transport.ClientAddress;
import io.waypost.transport.tls.TlsPeer;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** One client; on its loop. Reading waits until there is a session; what came on a shared port before is kept. */
final class LineConnection extends SimpleChannelInboundHandler<ByteBuf>
    implements SessionListener, Consumer {
  private final Channel channel;
  private final Loop loop;
  private final Broker broker;
  private @Nullable Session session;
  private final List<String> early = new ArrayList<>();
  private boolean flushing;

  LineConnection(Channel channel, Loop loop, Broker broker) {
    this.channel = channel;
    this.loop = loop;
    this.broker = broker;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    channel.config().setAutoRead(false);
    ClientInfo client = new ClientInfo(
        "line",
        "1",
        "",
        (InetSocketAddress) ClientAddress.of(channel),
        (InetSocketAddress) channel.localAddress(),
        TlsPeer.of(channel),
        "PLAIN",
        Headers.empty());
    broker
        .authenticate(new Credentials.Password("guest", "guest"), client, loop)
        .thenCompose(identity ->
            broker.open(identity, broker.limits().defaultVirtualHost(), client, loop, this))
        .whenComplete((opened, failure) -> {
          if (failure != null) {
            closed(reason(failure));
          } else if (channel.isActive()) {
            session = opened;
            early.forEach(line -> obey(opened, line));
            channel.config().setAutoRead(true);
          } else {
            opened.close();
          }
        });
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, ByteBuf line) {
    Session open = session;
    if (open == null) {
      early.add(line.toString(StandardCharsets.UTF_8));
    } else {
      obey(open, line.toString(StandardCharsets.UTF_8));
    }
  }

  private void obey(Session open, String line) {
    String[] words = line.split(" ", 4);
    try {
      if (words.length == 4 && words[0].equals("PUB")) {
        publish(open, words[1].equals("-") ? "" : words[1], words[2], words[3]);
      } else if (words.length == 2 && words[0].equals("SUB")) {
        subscribe(open, words[1]);
      } else {
        write("ERR SYNTAX");
      }
    } catch (BrokerException refused) {
      write("ERR " + refused.code());
    }
  }

  private void publish(Session open, String exchange, String key, String text) {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    open.publish(
        Message.of(exchange, key, body, Properties.EMPTY, open.origin()),
        0,
        (token, outcome) -> write("OK " + outcome));
  }

  private void subscribe(Session open, String queue) {
    QueueSpec spec = new QueueSpec(queue, false, false, true, Headers.empty());
    ConsumerSpec consumer = new ConsumerSpec(queue, 0, false, false, 0, 0, Headers.empty());
    open.declareQueue(spec)
        .thenCompose(status -> open.consume(queue, consumer, this))
        .whenComplete((handle, failure) -> {
          if (failure != null) {
            write("ERR " + reason(failure).code());
          } else {
            write("OK");
            handle.addCredit(ConsumerHandle.UNLIMITED);
          }
        });
  }

  @Override
  public void deliver(Delivery delivery) {
    write("MSG " + new String(delivery.message().body(), StandardCharsets.UTF_8));
    delivery.settle(Settlement.ACCEPT);
  }

  @Override
  public void cancelled(ErrorCode why) {
    write("END " + why);
  }

  @Override
  public void blocked(String reason) {
    channel.config().setAutoRead(false);
  }

  @Override
  public void unblocked() {
    channel.config().setAutoRead(true);
  }

  @Override
  public void mayPublish(boolean may) {
    channel.config().setAutoRead(may);
  }

  @Override
  public void closed(BrokerException why) {
    channel
        .writeAndFlush(ByteBufUtil.writeUtf8(channel.alloc(), "BYE " + why.code() + "\n"))
        .addListener(ChannelFutureListener.CLOSE);
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (session != null) {
      session.writable(channel.isWritable());
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (session != null) {
      session.close();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close();
  }

  private void write(String line) {
    channel.write(ByteBufUtil.writeUtf8(channel.alloc(), line + "\n"));
    if (!flushing) {
      flushing = true;
      loop.atTurnEnd(() -> {
        flushing = false;
        channel.flush();
      });
    }
  }

  private static BrokerException reason(Throwable failure) {
    Throwable cause = failure instanceof CompletionException wrapped ? wrapped.getCause() : failure;
    return cause instanceof BrokerException known
        ? known
        : new BrokerException(ErrorCode.INTERNAL, String.valueOf(cause));
  }
}
