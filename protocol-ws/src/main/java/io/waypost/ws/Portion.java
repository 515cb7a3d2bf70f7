package io.waypost.ws;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelOutboundBuffer;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.xnio.channels.StreamSinkChannel;

/**
 * A copy of what is first in a channel's output, for the thread that encrypts. The channel's own buffers stay with the
 * loop, which gives them back when the channel closes, whatever another thread does at that time.
 */
final class Portion {
  private static final int MOST = 64 * 1024;

  private final ByteBuf bytes;
  private final ByteBuffer rest;

  private Portion(ByteBuf bytes) {
    this.bytes = bytes;
    this.rest = bytes.nioBuffer();
  }

  /** A copy of what is flushed, up to 64 KiB; on the loop. */
  static Portion of(ChannelOutboundBuffer output, ByteBufAllocator allocator) throws Exception {
    ByteBuf bytes = allocator.directBuffer((int) Math.min(output.totalPendingWriteBytes(), MOST));
    output.forEachFlushedMessage(message -> {
      ByteBuf from = (ByteBuf) message;
      int count = Math.min(from.readableBytes(), bytes.writableBytes());
      bytes.writeBytes(from, from.readerIndex(), count);
      return bytes.isWritable();
    });
    return new Portion(bytes);
  }

  /**
   * Writes what the socket takes. One record of TLS is written at a time.
   *
   * @return whether everything that was encrypted is out
   */
  boolean writeTo(StreamSinkChannel sink) throws IOException {
    int before;
    do {
      before = rest.position();
      sink.write(rest);
    } while (rest.hasRemaining() && rest.position() > before);
    return sink.flush();
  }

  /** How much of it was taken. */
  int written() {
    return rest.position();
  }

  void release() {
    bytes.release();
  }
}
