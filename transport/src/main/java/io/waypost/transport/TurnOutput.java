package io.waypost.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelOutboundBuffer;
import io.waypost.loop.Loop;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/**
 * A connection's one way out. Frames gather in the writer's buffer; what a turn wrote is flushed once, at its end, behind
 * the other tasks there, which write too (confirms, deliveries for returned credit). Belongs to the connection's loop.
 *
 * @param <W> what writes frames into a buffer of its own, and hands full ones on
 */
public final class TurnOutput<W> implements Runnable {
  private final Channel channel;
  private final Loop loop;
  private final W frames;
  private final Consumer<W> flush;
  private final Consumer<W> release;
  private boolean scheduled;
  private boolean last;
  private boolean closed;
  private long bytesWritten;

  /**
   * An output to which nothing was written.
   *
   * @param writer makes the writer, given where its buffers come from and where full ones go
   * @param flush has the writer hand on what it has
   * @param release has the writer drop what it has
   */
  public TurnOutput(
      Channel channel,
      Loop loop,
      BiFunction<ByteBufAllocator, Consumer<ByteBuf>, W> writer,
      Consumer<W> flush,
      Consumer<W> release) {
    this.channel = channel;
    this.loop = loop;
    this.flush = flush;
    this.release = release;
    this.frames = writer.apply(channel.alloc(), this::write);
  }

  /** The writer to write into now; what it gets is flushed when the turn ends. */
  public W frames() {
    if (!scheduled) {
      scheduled = true;
      last = false;
      loop.atTurnEnd(this);
    }
    return frames;
  }

  /** Bytes handed to the socket so far. */
  public long bytesWritten() {
    return bytesWritten;
  }

  @Override
  public void run() {
    if (last) {
      scheduled = false;
      flush.accept(frames);
      channel.flush();
    } else {
      last = true;
      loop.atTurnEnd(this);
    }
  }

  /** Closes the socket when everything written so far is out. */
  public void closeAfterLast() {
    flush.accept(frames);
    channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
  }

  /**
   * Ends our side of the conversation when everything written so far is out. The socket stays open for the client to
   * read the rest: closing it while the client still writes would reset it.
   */
  public void endAfterLast() {
    flush.accept(frames);
    channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> OutputEnd.of(channel));
  }

  /** Drops what is written from now on: the socket is gone. */
  public void closed() {
    closed = true;
    release.accept(frames);
  }

  private void write(ByteBuf full) {
    if (closed) {
      full.release();
      return;
    }
    bytesWritten += full.readableBytes();
    channel.write(fitted(full), channel.voidPromise());
  }

  /**
   * A buffer that is nearly empty is copied into a smaller one if it has to wait: Netty counts what is in it, and a client
   * that does not read would hold many times as much.
   */
  private ByteBuf fitted(ByteBuf full) {
    ChannelOutboundBuffer before = channel.unsafe().outboundBuffer();
    if (before == null || before.isEmpty() || full.readableBytes() >= full.capacity() / 4) {
      return full;
    }
    ByteBuf small = channel.alloc().directBuffer(full.readableBytes()).writeBytes(full);
    full.release();
    return small;
  }
}
