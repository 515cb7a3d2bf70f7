package io.waypost.store.codec;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Reads what {@link ByteWriter} wrote. Not thread-safe.
 *
 * <p>Every method throws {@link IllegalArgumentException} or {@link BufferUnderflowException} if the bytes are not what
 * was written; callers have checked a checksum before and treat either as damage.
 */
public final class ByteReader {
  private final ByteBuffer buffer;

  /** Reads what remains in the buffer, moving its position. */
  public ByteReader(ByteBuffer buffer) {
    this.buffer = buffer;
  }

  /** Bytes that are left. */
  public int remaining() {
    return buffer.remaining();
  }

  /** One byte, unsigned. */
  public int u8() {
    return buffer.get() & 0xff;
  }

  /** Two bytes, unsigned. */
  public int u16() {
    return buffer.getShort() & 0xffff;
  }

  /** Four bytes. */
  public int u32() {
    return buffer.getInt();
  }

  /** Eight bytes. */
  public long i64() {
    return buffer.getLong();
  }

  /** A number as {@link ByteWriter#size} writes it. */
  public int size() {
    int value = 0;
    for (int shift = 0; shift < 35; shift += 7) {
      int next = u8();
      value |= (next & 0x7f) << shift;
      if (next < 0x80) {
        if (value < 0) {
          break;
        }
        return value;
      }
    }
    throw new IllegalArgumentException("a size that is none");
  }

  /** So many bytes. */
  public byte[] raw(int length) {
    if (length > buffer.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] bytes = new byte[length];
    buffer.get(bytes);
    return bytes;
  }

  /** Bytes with their number before them. */
  public byte[] bytes() {
    return raw(size());
  }

  /** Text with the number of its bytes before it. */
  public String text() {
    return new String(bytes(), StandardCharsets.UTF_8);
  }
}
