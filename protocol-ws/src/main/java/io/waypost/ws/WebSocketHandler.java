package io.waypost.ws;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.waypost.loop.Loop;
import io.waypost.loop.Timer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The WebSocket between a channel and a protocol: frames come in, their payloads go on to the protocol; what the protocol
 * writes goes out, one message for what it flushes at once, so that whole frames of the protocol are together.
 *
 * <p>Messages go out as text when the last one that came in was, and when what is to be said is text.
 *
 * <p>Belongs to the channel's loop.
 */
final class WebSocketHandler extends ChannelDuplexHandler implements FrameReader.Sink {
  private static final Logger log = LoggerFactory.getLogger(WebSocketHandler.class);

  private static final int WRITABILITY = 1;
  private static final int FIN = 0x80;
  private static final int RSV1 = 0x40;
  private static final int LONGEST_HEADER = 10;

  /** How long a client may take to answer a close. */
  private static final long FAREWELL_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final Loop loop;
  private final WebSocketSettings settings;
  private final @Nullable Deflation deflation;
  private final @Nullable Inflation inflation;
  private final FrameReader reader;
  private final List<ByteBuf> pending = new ArrayList<>(4);
  private final List<ChannelPromise> promises = new ArrayList<>(4);
  private int pendingBytes;
  private @Nullable ChannelHandlerContext context;
  private boolean textWanted;
  private boolean closeSent;
  private boolean closeReceived;
  private boolean heard;
  private @Nullable Timer idleTimer;
  private @Nullable Timer farewell;

  /**
   * A WebSocket that has just been agreed on.
   *
   * @param textAllowed whether the protocol may be carried in text messages
   * @param compressed whether both sides may compress
   */
  WebSocketHandler(Loop loop, WebSocketSettings settings, boolean textAllowed, boolean compressed) {
    this.loop = loop;
    this.settings = settings;
    this.deflation = compressed ? new Deflation() : null;
    this.inflation = compressed ? new Inflation() : null;
    this.reader = new FrameReader(this, settings.maxMessageBytes(), textAllowed, inflation);
  }

  private ChannelHandlerContext context() {
    if (context == null) {
      throw new IllegalStateException("not in a pipeline");
    }
    return context;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
    if (ctx.channel() instanceof UpgradedChannel channel) {
      channel.onOutputEnd(() -> end(CloseCode.NORMAL, "the conversation is over"));
    }
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    watch();
    ctx.fireChannelActive();
  }

  // --- in

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf in = (ByteBuf) message;
    try {
      heard = true;
      if (!closeReceived) {
        reader.read(in);
      }
    } catch (Violation violation) {
      log.debug("{} is closed: {}", ctx.channel().remoteAddress(), violation.reason());
      closeReceived = true;
      end(violation.code(), violation.reason());
    } finally {
      in.release();
    }
  }

  @Override
  public void data(ByteBuf payload, boolean text) {
    textWanted = text;
    if (closeSent || !payload.isReadable()) {
      payload.release();
    } else {
      context().fireChannelRead(payload);
    }
  }

  @Override
  public void ping(byte[] payload) {
    // A client that does not read its pongs need not get them all.
    if (!closeSent && context().channel().isWritable()) {
      control(Opcode.PONG, payload);
      context().flush();
    }
  }

  @Override
  public void close(int code) {
    closeReceived = true;
    if (closeSent) {
      context().close();
      return;
    }
    flushPending();
    ChannelHandlerContext ctx = context();
    closeSent = true;
    // What would be delivered from now on would be lost.
    writable(ctx, false);
    control(Opcode.CLOSE, code == CloseCode.NONE ? new byte[0] : closePayload(code, ""));
    ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> ctx.close());
    farewell = loop.schedule(ctx::close, FAREWELL_NANOS);
  }

  // --- out

  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    ByteBuf payload = (ByteBuf) message;
    if (closeSent) {
      payload.release();
      if (!promise.isVoid()) {
        promise.tryFailure(new IOException("the WebSocket is closed"));
      }
      return;
    }
    pending.add(payload);
    promises.add(promise);
    boolean below = pendingBytes < settings.writeHighWatermark();
    pendingBytes += payload.readableBytes();
    if (below && pendingBytes >= settings.writeHighWatermark()) {
      writable(ctx, false);
    }
  }

  @Override
  public void flush(ChannelHandlerContext ctx) {
    flushPending();
    ctx.flush();
  }

  private void flushPending() {
    if (pending.isEmpty()) {
      return;
    }
    ChannelHandlerContext ctx = context();
    boolean full = pendingBytes >= settings.writeHighWatermark();
    if (pendingBytes > 0) {
      int opcode = textWanted && isText() ? Opcode.TEXT : Opcode.BINARY;
      if (deflation != null) {
        deflate(ctx, opcode, deflation);
      } else {
        ctx.write(header(ctx, FIN | opcode, pendingBytes), ctx.voidPromise());
      }
    }
    List<ByteBuf> payloads = new ArrayList<>(pending);
    List<ChannelPromise> whose = new ArrayList<>(promises);
    pending.clear();
    promises.clear();
    pendingBytes = 0;
    for (int i = 0; i < payloads.size(); i++) {
      ctx.write(payloads.get(i), whose.get(i));
    }
    if (full) {
      writable(ctx, true);
    }
  }

  private void deflate(ChannelHandlerContext ctx, int opcode, Deflation with) {
    ByteBuf squeezed = Deflation.target(ctx.alloc(), pendingBytes);
    for (int i = 0; i < pending.size(); i++) {
      with.add(pending.get(i), squeezed);
    }
    with.end(squeezed);
    ctx.write(header(ctx, FIN | RSV1 | opcode, squeezed.readableBytes()), ctx.voidPromise());
    ctx.write(squeezed, ctx.voidPromise());
  }

  private boolean isText() {
    Utf8 utf8 = new Utf8();
    for (ByteBuf payload : pending) {
      if (!utf8.accept(payload)) {
        return false;
      }
    }
    return utf8.complete();
  }

  private static ByteBuf header(ChannelHandlerContext ctx, int first, int size) {
    ByteBuf header = ctx.alloc().directBuffer(LONGEST_HEADER).writeByte(first);
    if (size < 126) {
      return header.writeByte(size);
    }
    return size < 65536
        ? header.writeByte(126).writeShort(size)
        : header.writeByte(127).writeLong(size);
  }

  private void control(int opcode, byte[] payload) {
    ChannelHandlerContext ctx = context();
    ctx.write(header(ctx, FIN | opcode, payload.length).writeBytes(payload), ctx.voidPromise());
  }

  private static void writable(ChannelHandlerContext ctx, boolean writable) {
    ChannelOutboundBuffer out = ctx.channel().unsafe().outboundBuffer();
    if (out != null) {
      out.setUserDefinedWritability(WRITABILITY, writable);
      if (!writable) {
        // Told by Netty in a later task only, and by then a whole queue may have been delivered.
        ctx.fireChannelWritabilityChanged();
      }
    }
  }

  // --- the end

  /** Says goodbye; the client answers, or is cut after a while. */
  private void end(int code, String reason) {
    ChannelHandlerContext ctx = context();
    if (closeSent) {
      return;
    }
    flushPending();
    closeSent = true;
    writable(ctx, false);
    control(Opcode.CLOSE, closePayload(code, reason));
    boolean deaf = closeReceived;
    ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> {
      if (deaf && ctx.channel() instanceof UpgradedChannel channel) {
        channel.endWire();
      }
    });
    farewell = loop.schedule(ctx::close, FAREWELL_NANOS);
  }

  private static byte[] closePayload(int code, String reason) {
    byte[] text = reason.getBytes(StandardCharsets.UTF_8);
    byte[] payload = new byte[2 + text.length];
    payload[0] = (byte) (code >> 8);
    payload[1] = (byte) code;
    System.arraycopy(text, 0, payload, 2, text.length);
    return payload;
  }

  /** Whoever closes the channel without a word of WebSocket: the client gets one all the same. */
  @Override
  public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
    close(ctx, promise, "the broker ends the connection");
  }

  private void close(ChannelHandlerContext ctx, ChannelPromise promise, String reason) {
    if (closeSent || !ctx.channel().isActive()) {
      ctx.close(promise);
      return;
    }
    flushPending();
    closeSent = true;
    control(Opcode.CLOSE, closePayload(CloseCode.GOING_AWAY, reason));
    ctx.flush();
    ctx.close(promise);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    stop(idleTimer);
    stop(farewell);
    for (int i = 0; i < pending.size(); i++) {
      pending.get(i).release();
      if (!promises.get(i).isVoid()) {
        promises.get(i).tryFailure(new IOException("the WebSocket is gone"));
      }
    }
    pending.clear();
    promises.clear();
    if (inflation != null) {
      inflation.close();
    }
    if (deflation != null) {
      deflation.close();
    }
    closeSent = true;
    closeReceived = true;
    ctx.fireChannelInactive();
  }

  private static void stop(@Nullable Timer timer) {
    if (timer != null) {
      timer.cancel();
    }
  }

  /** Pings a client that is silent for half the idle time, and gives it up when it stays so. */
  private void watch() {
    long half = settings.idleTimeout().toNanos() / 2;
    if (half > 0) {
      heard = true;
      idleTimer = loop.schedule(() -> idleCheck(half, false), half);
    }
  }

  private void idleCheck(long half, boolean pinged) {
    ChannelHandlerContext ctx = context();
    boolean reading = ctx.channel().config().isAutoRead();
    if (pinged && !heard && reading) {
      log.debug("{} is closed: it was silent for too long", ctx.channel().remoteAddress());
      close(ctx, ctx.newPromise(), "silent for too long");
      return;
    }
    boolean silent = !heard;
    heard = false;
    if (silent && !closeSent) {
      control(Opcode.PING, new byte[0]);
      ctx.flush();
    }
    idleTimer = loop.schedule(() -> idleCheck(half, silent), half);
  }
}
