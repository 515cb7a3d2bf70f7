package io.waypost.amqp.codec;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * A short string with its bytes, kept for the next time that the same one is written: on a connection, deliveries mostly
 * repeat the exchange, key and consumer tag of the one before, as the same objects. One that comes for the first time
 * is not kept, so that ever changing keys cost no copies.
 */
final class EncodedString {
  private final WireWriter writer;
  private @Nullable String text;
  private byte @Nullable [] bytes;

  EncodedString(WireWriter writer) {
    this.writer = writer;
  }

  // The same object is what repeats; equal ones are encoded again, which costs no more than
  // comparing them.
  @SuppressWarnings("ReferenceEquality")
  void write(String value, ByteBuf out) {
    if (value == text && bytes != null) {
      out.writeBytes(bytes);
      return;
    }
    int start = out.writerIndex();
    writer.over(out).shortString(value);
    bytes = value == text ? Text.bytes(out, start, out.writerIndex() - start) : null;
    text = value;
  }
}
