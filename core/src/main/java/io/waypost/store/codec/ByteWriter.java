package io.waypost.store.codec;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Writes big-endian bytes into a buffer that grows. Not thread-safe. */
public final class ByteWriter {
  private final boolean direct;
  private ByteBuffer buffer;

  /** An empty writer with room for so many bytes outside the heap: one that is kept, and written to files from. */
  public ByteWriter(int capacity) {
    this(capacity, true);
  }

  private ByteWriter(int capacity, boolean direct) {
    this.direct = direct;
    this.buffer = allocate(capacity);
  }

  /** An empty writer on the heap, for once. */
  public static ByteWriter onHeap() {
    return new ByteWriter(128, false);
  }

  private ByteBuffer allocate(int capacity) {
    return direct ? ByteBuffer.allocateDirect(capacity) : ByteBuffer.allocate(capacity);
  }

  /** A copy of what was written. */
  public byte[] toBytes() {
    byte[] bytes = new byte[buffer.position()];
    buffer.duplicate().flip().get(bytes);
    return bytes;
  }

  /** How many bytes were written. */
  public int size() {
    return buffer.position();
  }

  /** The buffer as it is: what was written ends at its position. Valid until the next write. */
  public ByteBuffer buffer() {
    return buffer;
  }

  /** Starts anew; a buffer that has grown beyond {@code keep} bytes is given up. */
  public void clear(int keep) {
    if (buffer.capacity() > keep) {
      buffer = allocate(keep);
    } else {
      buffer.clear();
    }
  }

  /** Makes room for so many more bytes. */
  public void ensure(int more) {
    if (buffer.remaining() < more) {
      long wanted = Math.max(2L * buffer.capacity(), (long) buffer.position() + more);
      ByteBuffer larger = allocate((int) Math.min(wanted, Integer.MAX_VALUE - 8));
      larger.put(buffer.flip());
      buffer = larger;
    }
  }

  /** One byte. */
  public ByteWriter u8(int value) {
    ensure(Byte.BYTES);
    buffer.put((byte) value);
    return this;
  }

  /** Two bytes. */
  public ByteWriter u16(int value) {
    ensure(Short.BYTES);
    buffer.putShort((short) value);
    return this;
  }

  /** Four bytes. */
  public ByteWriter u32(int value) {
    ensure(Integer.BYTES);
    buffer.putInt(value);
    return this;
  }

  /** Eight bytes. */
  public ByteWriter i64(long value) {
    ensure(Long.BYTES);
    buffer.putLong(value);
    return this;
  }

  /** A number, 0 or more, in as few bytes as it needs, seven bits each, lowest first. */
  public ByteWriter size(int value) {
    int rest = value;
    while (rest > 0x7f) {
      u8((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    return u8(rest);
  }

  /** Bytes as they are. */
  public ByteWriter raw(byte[] bytes) {
    ensure(bytes.length);
    buffer.put(bytes);
    return this;
  }

  /** Bytes with their number before them. */
  public ByteWriter bytes(byte[] bytes) {
    return size(bytes.length).raw(bytes);
  }

  /** Text as UTF-8 with the number of its bytes before it. */
  public ByteWriter text(String text) {
    return bytes(text.getBytes(StandardCharsets.UTF_8));
  }
}
