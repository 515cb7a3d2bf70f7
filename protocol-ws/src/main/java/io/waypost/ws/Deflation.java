package io.waypost.ws;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.zip.Deflater;

/** Deflates messages (RFC 7692), each by itself. To be closed. */
final class Deflation implements AutoCloseable {
  private static final int PORTION = 16 * 1024;
  private static final int TAIL = 4;

  private final Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
  private final byte[] output = new byte[PORTION];

  /** Adds some of a message's bytes. */
  void add(ByteBuf bytes, ByteBuf target) {
    byte[] input = new byte[bytes.readableBytes()];
    bytes.readBytes(input);
    deflater.setInput(input);
    run(target, Deflater.NO_FLUSH);
  }

  /** Ends the message. */
  void end(ByteBuf target) {
    run(target, Deflater.SYNC_FLUSH);
    // A message goes without the empty block that a flush ends with.
    target.writerIndex(target.writerIndex() - TAIL);
    deflater.reset();
  }

  private void run(ByteBuf target, int flush) {
    int count = deflater.deflate(output, 0, PORTION, flush);
    while (count > 0) {
      target.writeBytes(output, 0, count);
      count = count < PORTION ? 0 : deflater.deflate(output, 0, PORTION, flush);
    }
  }

  /** A buffer for a message that is about as large. */
  static ByteBuf target(ByteBufAllocator allocator, int size) {
    return allocator.directBuffer(Math.max(256, size / 4));
  }

  @Override
  public void close() {
    deflater.end();
  }
}
