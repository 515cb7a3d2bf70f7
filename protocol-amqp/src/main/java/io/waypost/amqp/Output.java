package io.waypost.amqp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.DuplexChannel;
import io.waypost.amqp.codec.FrameEncoder;
import io.waypost.loop.Loop;

/**
 * A connection's one way out. Frames gather in the encoder's buffer; what a turn wrote is flushed once, at its end,
 * behind the other tasks there, which write too (confirms, deliveries for returned credit).
 */
final class Output implements Runnable {
  private final Channel channel;
  private final Loop loop;
  private final FrameEncoder frames;
  private boolean scheduled;
  private boolean last;
  private boolean closed;
  private long bytesWritten;

  Output(Channel channel, Loop loop) {
    this.channel = channel;
    this.loop = loop;
    this.frames = new FrameEncoder(channel.alloc(), this::write);
  }

  /** The encoder to write into now; what it gets is flushed when the turn ends. */
  FrameEncoder frames() {
    if (!scheduled) {
      scheduled = true;
      last = false;
      loop.atTurnEnd(this);
    }
    return frames;
  }

  void maxFrame(int bytes) {
    frames.maxFrame(bytes);
  }

  /** Bytes handed to the socket so far. */
  long bytesWritten() {
    return bytesWritten;
  }

  @Override
  public void run() {
    if (last) {
      scheduled = false;
      frames.flush();
      channel.flush();
    } else {
      last = true;
      loop.atTurnEnd(this);
    }
  }

  /** Closes the socket when everything written so far is out. */
  void closeAfterLast() {
    frames.flush();
    channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
  }

  /**
   * Ends our side of the conversation when everything written so far is out. The socket stays open for the client to
   * read the rest: closing it while the client still writes would reset it.
   */
  void endAfterLast() {
    frames.flush();
    channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> {
      if (channel instanceof DuplexChannel duplex) {
        duplex.shutdownOutput();
      }
    });
  }

  /** Drops what is written from now on: the socket is gone. */
  void closed() {
    closed = true;
    frames.release();
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
