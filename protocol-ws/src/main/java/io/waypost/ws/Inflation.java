package io.waypost.ws;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.function.Consumer;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Inflates messages (RFC 7692), in portions; each message by itself. To be closed. */
final class Inflation implements AutoCloseable {
  private static final byte[] TAIL = {0, 0, (byte) 0xFF, (byte) 0xFF};
  private static final int PORTION = 16 * 1024;

  private final Inflater inflater = new Inflater(true);

  /** Passes on what some bytes become. */
  void inflate(ByteBuf bytes, Consumer<ByteBuf> sink) {
    byte[] input = new byte[bytes.readableBytes()];
    bytes.readBytes(input);
    run(input, sink);
  }

  /** Passes on what is left at a message's end. */
  void end(Consumer<ByteBuf> sink) {
    run(TAIL, sink);
    inflater.reset();
  }

  private void run(byte[] input, Consumer<ByteBuf> sink) {
    inflater.setInput(input);
    try {
      while (true) {
        byte[] output = new byte[PORTION];
        int count = inflater.inflate(output);
        if (count == 0) {
          return;
        }
        sink.accept(Unpooled.wrappedBuffer(output, 0, count));
      }
    } catch (DataFormatException e) {
      throw new Violation(CloseCode.INVALID_TEXT, "a compressed message cannot be inflated");
    }
  }

  @Override
  public void close() {
    inflater.end();
  }
}
